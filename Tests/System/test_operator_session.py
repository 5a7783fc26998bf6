"""An operator's session: what each command prints, and what a running host makes of it, without a restart."""
import hashlib
import json
import os
import shutil
import subprocess
import tarfile

from support.cld import prefix
from support.plugins import environment, install
from support.waiting import wait_until

TYPE = "Test::Fixture::Thing"


def plugin(cld, name="fixture"):
    """A plugin to install, in a folder of the user that no search looks into; another name is the same driver under that name."""
    folder = install(cld.folder / f"download-{name}", "now-and-then.c", "-DFAULT=NOTHING", f'-DFIXTURE_NAME="{name}"')
    if name != "fixture":
        (folder / "fixture").rename(folder / name)
        path = folder / name / "manifest.json"
        path.write_text(path.read_text().replace('"name": "fixture"', f'"name": "{name}"'))
    return folder / name


def state(cld, name):
    return next(r["state"] for r in cld.json("plugin", "list") if r["name"] == name)


def test_a_session(cld):
    """Install, list, disable (the operation is held), enable (it goes on), lock, a changed byte, verify, why, remove."""
    cld.file("environment.yaml", environment(2))
    cld.run("env", "list")
    host = cld.host()

    out = cld.run("plugin", "install", str(plugin(cld)), "--yes")
    assert "fixture 1.0.0" in out.out and "It can call no service." in out.err, out
    assert state(cld, "fixture") == "active"
    cld.run("env", "create", "shop", "environment.yaml")

    cld.run("plugin", "disable", "fixture")
    assert state(cld, "fixture") == "disabled"
    cld.run("env", "delete", "shop", "--no-wait")
    held = wait_until(lambda: next((o for o in cld.json("operation", "list") if o["status"] == "HELD"), None), "the operation is held")
    assert "fixture is disabled (CLD-P-POLICY-DISABLED)" in held["reason"], held

    cld.run("plugin", "enable", "fixture")
    wait_until(lambda: cld.json("operation", "show", held["id"])["status"] == "SUCCEEDED", "the operation goes on and ends well")
    assert cld.json("env", "list") == [] and cld.host() == host, "one host the whole time"

    cld.run("plugin", "lock")
    assert "as locked" in cld.run("plugin", "verify").out
    library = cld.folder / ".local/share/cld/plugins/fixture/libfixture.so"
    content = bytearray(library.read_bytes())
    content[-1] ^= 1
    library.write_bytes(content)
    different = cld.run("plugin", "verify", exit=1)
    assert f"SHA-256 {hashlib.sha256(content).hexdigest()}, the lock file says" in different.out, different
    why = cld.run("plugin", "why", "fixture").out
    assert "snapshot: refused, CLD-P-HASH-MISMATCH" in why and "remedy: " in why, why

    cld.run("env", "create", "shop", "environment.yaml", exit=64)
    cld.run("plugin", "remove", "fixture")
    assert not library.parent.exists()


def test_a_plugin_that_stacks_use_is_not_removed(cld):
    cld.file("environment.yaml", environment(1))
    cld.run("plugin", "install", str(plugin(cld)), "--yes")
    cld.run("env", "create", "shop", "environment.yaml")
    assert "shop" in cld.run("plugin", "remove", "fixture", exit=73).err
    cld.run("env", "delete", "shop")
    cld.run("plugin", "remove", "fixture")


def test_of_two_that_offer_one_type_the_one_that_was_there_stays_until_a_pin(cld):
    cld.run("plugin", "install", str(plugin(cld)), "--yes")
    cld.run("plugin", "install", str(plugin(cld, "rival")), "--yes")
    assert (state(cld, "fixture"), state(cld, "rival")) == ("active", "shadowed")
    assert cld.json("plugin", "pin", TYPE, "rival")["plugin"] == "rival"
    assert (state(cld, "fixture"), state(cld, "rival")) == ("shadowed", "active")
    why = cld.run("plugin", "why", TYPE).out
    assert f"{TYPE} is provided by rival" in why and f"pin {TYPE} in " in why, why
    cld.run("plugin", "unpin", TYPE)
    assert state(cld, "rival") == "active", "without the pin it is the one that was there"


def test_a_policy_that_cannot_be_read_allows_nothing(cld):
    path = cld.home / "plugins/policy.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"policy_version": 1,\n "disabel": []}')
    assert {(r["state"], r["code"]) for r in cld.json("plugin", "list")} == {("refused", "CLD-P-POLICY-UNREADABLE")}
    assert "policy.json:2:2" in cld.run("plugin", "enable", "aws-rds", exit=69).err


def test_archives_that_could_do_harm_are_refused(cld):
    source = plugin(cld)
    good = cld.folder / "good.tar.gz"
    with tarfile.open(good, "w:gz", format=tarfile.USTAR_FORMAT) as archive:
        archive.add(source, "fixture")
    cld.run("plugin", "install", str(good), "--yes")

    def member(name, kind=tarfile.REGTYPE, link=""):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        return info

    for number, info in enumerate([
            member("../outside"), member("/outside"), member("fixture/../../outside"), member("fixture/l", tarfile.SYMTYPE, "/etc/passwd"),
            member("fixture/h", tarfile.LNKTYPE, "fixture/manifest.json"), member("fixture/d", tarfile.CHRTYPE), member("fixture/p", tarfile.FIFOTYPE)]):
        path = cld.folder / f"bad{number}.tar.gz"
        with tarfile.open(path, "w:gz", format=tarfile.USTAR_FORMAT) as archive:
            archive.addfile(info)
        result = cld.run("plugin", "install", str(path), "--yes", exit=64)
        assert len(result.err.splitlines()) == 1, result
    bomb = cld.folder / "bomb.tar.gz"
    with tarfile.open(bomb, "w:gz", format=tarfile.USTAR_FORMAT, compresslevel=1) as archive:
        info = member("fixture/zeros")
        info.size = 400 << 20
        with open("/dev/zero", "rb") as zeros:
            archive.addfile(info, zeros)
    assert "MiB" in cld.run("plugin", "install", str(bomb), "--yes", exit=64).err
    assert sorted(os.listdir(cld.folder / ".local/share/cld/plugins")) == ["fixture"]


def test_a_driver_that_dies_again_and_again_is_quarantined_until_an_operator_says_so(cld):
    folder = install(cld.folder / "download", "now-and-then.c", "-DFAULT=CRASH", "-DEVERY=1")
    cld.run("plugin", "install", str(folder / "fixture"), "--yes")
    cld.file("environment.yaml", environment(1))
    operation = cld.json("env", "create", "shop", "environment.yaml", "--no-wait")["id"]
    held = wait_until(
        lambda: next((o for o in cld.json("operation", "list") if o["status"] == "HELD"), None), "the operation is held", seconds=60)
    assert held["id"] == operation and "CLD-P-QUARANTINE-DEATHS" in held["reason"], held
    [entry] = cld.json("plugin", "quarantine", "list")
    assert entry["name"] == "fixture" and "SIGABRT" in entry["evidence"] and entry["deaths"] == 5
    assert state(cld, "fixture") == "quarantined"
    cld.kill_host()
    assert "quarantined" in cld.run("plugin", "why", "fixture").out
    cld.run("plugin", "quarantine", "clear", "fixture")
    assert state(cld, "fixture") == "active"


def test_a_listing_of_two_hundred_plugins_opens_no_library_and_starts_no_host(cld):
    source = plugin(cld)
    folder = cld.folder / "many"
    for number in range(200):
        target = folder / f"p{number}"
        shutil.copytree(source, target)
        manifest = json.loads((target / "manifest.json").read_text())
        manifest["name"] = f"p{number}"
        (target / "manifest.json").write_text(json.dumps(manifest))
    trace = cld.folder / "trace"
    out = subprocess.run(
        ["strace", "-f", "-q", "-e", "trace=open,openat,execve", "-o", trace, prefix() / "bin/cld", "plugin", "list", "-o", "json",
         "--plugin-dir", folder], env=cld.environment(), capture_output=True, check=True, text=True)
    assert len(json.loads(out.stdout)) >= 200
    assert "libfixture.so" not in trace.read_text() and not cld.processes("cld-host")
