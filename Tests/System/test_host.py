"""The host process: started by the first command that needs it, one for each home, and gone when told."""
import os
import signal

from support import files
from support.judge import inventory
from support.waiting import wait_until


def test_commands_that_race_start_one_host(cld):
    """Eight at once: all succeed, one host runs."""
    processes = [cld.start("env", "list", "-o", "json") for _ in range(8)]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0 and out.strip() == "[]", (out, err)
    wait_until(lambda: len(cld.processes("cld-host")) == 1, "those that found the lock taken have ended")


def test_the_same_create_that_races_is_done_once(cld, moto_proxy, moto):
    """Two creates of one name: one wins, the other is a conflict, and one of each thing exists."""
    cld.file("environment.yaml", files.FARGATE)
    processes = [cld.start("env", "create", "shop", "environment.yaml") for _ in range(2)]
    codes = []
    for process in processes:
        process.communicate(timeout=60)
        codes.append(process.returncode)
    assert sorted(codes) == [0, 73]
    assert len(moto_proxy.actions("CreateCluster")) == 1
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


def test_status_starts_nothing_and_serve_stop_ends_the_host(cld):
    assert cld.json("status")["running"] is False
    assert not cld.processes("cld-host")
    cld.run("env", "list")
    assert cld.json("status")["running"] is True
    cld.run("serve", "--stop")
    assert not cld.processes("cld-host")
    assert cld.json("status")["running"] is False
    cld.run("serve", "--stop")


def test_the_version_and_the_plugins_need_no_host(cld):
    assert cld.run("--version").out.strip()
    cld.run("plugin", "list")
    assert not cld.processes("cld-host")


def test_a_host_that_is_stopped_leaves_its_operation_to_the_next_one(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.RDS)
    rule = moto_proxy.on(
        "DescribeDBInstances", times=None, rewrite=lambda a: a.replace(b"<DBInstanceStatus>available", b"<DBInstanceStatus>creating"))
    operation = cld.run("env", "create", "shop", "environment.yaml", "--no-wait").out.strip()
    wait_until(lambda: rule.used, "the database is being made")
    cld.run("serve", "--stop")
    rule.times = 0
    cld.run("operation", "wait", operation)
    assert cld.json("env", "show", "shop")["status"] == "available"
    assert len(moto_proxy.actions("CreateDBInstance")) == 1


def test_an_interrupt_leaves_the_operation_running_and_says_how_to_follow(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.RDS)
    rule = moto_proxy.on(
        "DescribeDBInstances", times=None, rewrite=lambda a: a.replace(b"<DBInstanceStatus>available", b"<DBInstanceStatus>creating"))
    process = cld.start("env", "create", "shop", "environment.yaml")
    wait_until(lambda: rule.used, "the database is being made")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130 and "operation wait op-" in err and "operation cancel op-" in err
    rule.times = 0
    operation = cld.json("operation", "list")[0]["id"]
    cld.run("operation", "wait", operation)
    assert cld.json("env", "show", "shop")["status"] == "available"


def test_workers_end_with_their_host(cld):
    """A host that is killed leaves no worker behind."""
    cld.file("environment.yaml", files.FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    workers = cld.processes("cld-worker")
    assert workers
    cld.kill_host()
    wait_until(lambda: not [w for w in workers if os.path.exists(f"/proc/{w}")], "the workers have ended")
