"""A state that is lost, damaged or has no room is said to be that, with what to do, and is never taken for an empty one."""
import os
import shutil
import sqlite3
import subprocess

import pytest

from support.judge import counts, inventory
from support.waiting import wait_until

BELL = """{"Resources": {"Bell": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "Door"}}}}"""
THINGS = {"topic": 1}


@pytest.fixture
def shop(cld, moto):
    """A home with one small stack."""
    cld.file("bell.json", BELL)
    cld.run("stack", "create", "shop", "--template", "bell.json")
    return cld


def database(cld):
    return cld.home / "data/deployments/cld.sqlite"


def into_one_file(cld):
    """Stops the host and brings the log into the database."""
    cld.run("serve", "--stop")
    wait_until(lambda: not cld.processes("cld-host"), "the host has stopped")
    sqlite3.connect(database(cld)).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()


def refused(cld, *sentences, commands=(["stack", "list"],)):
    """A command that needs the host says so in one sentence with status 69, and nothing listens."""
    for command in commands:
        result = cld.run(*command, exit=69)
        assert result.out == ""
        lines = result.err.strip().splitlines()
        assert len(lines) == 1, result.err
        for sentence in sentences:
            assert sentence in lines[0], lines[0]
    assert not cld.processes("cld-host")


def test_a_damaged_database_is_refused_with_the_remedy(shop, moto):
    into_one_file(shop)
    content = database(shop).read_bytes()
    for broken in (os.urandom(len(content)), content[:8192] + b"\xee" * 4096 + content[12288:]):
        database(shop).write_bytes(broken)
        refused(shop, f"{database(shop)} is damaged: ", "Put a backup", ".recover")
        assert database(shop).read_bytes() == broken
    refused(shop, "is damaged", commands=(["stack", "create", "other", "--template", "bell.json"],))
    assert counts(inventory(moto)) == THINGS
    # With the backup back everything goes on.
    for name in ("cld.sqlite-wal", "cld.sqlite-shm"):
        (database(shop).parent / name).unlink(missing_ok=True)
    database(shop).write_bytes(content)
    shop.run("stack", "delete", "shop")
    assert inventory(moto) == {}


def test_what_is_gone_is_no_beginning(shop, moto):
    into_one_file(shop)
    installation = (shop.home / "installation").read_text().strip()
    backup = shop.folder / "backup"
    shutil.copytree(shop.home / "data", backup)
    for what in ("data", "cld.sqlite", "content of cld.sqlite", "secret.key"):
        lost = database(shop)
        if what == "data":
            shutil.rmtree(shop.home / "data")
        elif what == "content of cld.sqlite":
            lost.write_bytes(b"")
        else:
            lost = next((shop.home / "data").rglob(what))
            lost.unlink()
        is_or = "is empty" if "content" in what else "is missing"
        refused(shop, f"{lost} {is_or}", "there was an installation in this home", f"cld:installation = {installation}")
        shutil.rmtree(shop.home / "data")
        shutil.copytree(backup, shop.home / "data")
    assert counts(inventory(moto)) == THINGS
    # The way that the sentence names leads to a new beginning.
    shutil.rmtree(shop.home / "data")
    (shop.home / "installation").unlink()
    assert shop.json("stack", "list") == {"StackSummaries": []}


def test_a_log_that_was_cut_is_refused(shop):
    shop.kill_host()
    log = database(shop).with_name("cld.sqlite-wal")
    log.write_bytes(log.read_bytes()[:-9000])
    refused(shop, f"{log} is damaged: it was cut", "the newest commits are lost")


def test_a_row_that_nobody_wrote_is_named_and_the_rest_goes_on(shop, moto):
    """Also while an operation runs on it: that one is held."""
    shop.run("stack", "create", "other", "--template", "bell.json")
    into_one_file(shop)
    base = sqlite3.connect(database(shop))
    base.execute("UPDATE stacks SET status = 'WONDERFUL' WHERE name = 'shop'")
    base.execute("UPDATE operations SET status = 'RUNNING', finished_at = NULL WHERE stack_id = (SELECT id FROM stacks WHERE name = 'shop')")
    base.commit()
    base.close()
    result = shop.run("stack", "list", exit=69)
    assert "stacks: stack-" in result.err and "has kind 'template' and status 'WONDERFUL'" in result.err and "backup" in result.err
    assert shop.json("stack", "show", "other")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    held = wait_until(lambda: [o for o in shop.json("operation", "list") if o["status"] == "HELD"], "the operation is held")
    assert len(held) == 1 and "the state is damaged: stacks: stack-" in held[0]["reason"]
    shop.run("stack", "delete", "other")
    assert counts(inventory(moto)) == THINGS


@pytest.fixture
def small_disk(cld):
    """The folder `data` of the home is a disk of its own, of 4 MiB."""
    place = cld.home / "data"
    place.mkdir(parents=True, mode=0o700)
    cld.home.chmod(0o700)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", place], capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(place):
    """Takes the last byte of a disk; the name of the file that has it."""
    filler = place / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break
    return filler


def test_a_full_disk_stops_nothing_for_good(cld, moto, moto_proxy, small_disk):
    """What runs waits and goes on by itself, what is asked is answered, what is new is refused."""
    cld.file("bell.json", BELL)
    cld.run("stack", "list")
    full = moto_proxy.on("CreateTopic", before=lambda _call: fill(small_disk))
    creation = cld.start("stack", "create", "shop", "--template", "bell.json")
    wait_until(lambda: full.done, "the disk is full when the topic is made")
    # It fails at the first commit that needs room.
    problem = wait_until(lambda: cld.json("status")["store_problem"], "the host has noticed")
    assert problem == f"{database(cld)} cannot grow: the disk is full; free some space"
    assert [s["StackStatus"] for s in cld.json("stack", "list")["StackSummaries"]] == ["CREATE_IN_PROGRESS"]
    refusal = cld.run("stack", "create", "other", "--template", "bell.json", exit=69)
    assert refusal.err.strip().endswith(f"{problem}; nothing was begun, and what runs goes on by itself once there is room"), refusal.err
    assert creation.poll() is None
    (small_disk / "filler").unlink()
    _, progress = creation.communicate(timeout=60)
    assert creation.returncode == 0, progress
    assert f"waiting: {problem}" in progress
    assert counts(inventory(moto)) == THINGS
    assert len(moto_proxy.actions("CreateTopic")) == 1
    assert cld.json("status")["store_problem"] is None
    cld.run("stack", "delete", "shop")
    cld.run("serve", "--stop")


def test_a_folder_that_cannot_be_written_is_said_to_be_that(cld, small_disk):
    cld.run("stack", "list")
    cld.run("serve", "--stop")
    wait_until(lambda: not cld.processes("cld-host"), "the host has stopped")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    cld.file("bell.json", BELL)
    refused(cld, str(small_disk), "cannot be used: Read-only file system")
