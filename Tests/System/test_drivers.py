"""A plugin that dies, hangs or answers garbage in the middle of an operation: evidence, a new worker, and a good end."""
import os
import signal
import threading

import pytest

from support import files
from support.judge import counts, inventory
from support.plugins import environment, install


def faults(cld, kind="create"):
    return [e for e in cld.last_operation(kind)["events"] if e["status"] == "DRIVER_FAULT"]


def signal_workers(cld, number):
    for pid in cld.processes("cld-worker"):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def test_workers_that_are_killed_between_steps_are_no_failure(cld, moto_proxy, moto):
    """All workers die at every answer of the cloud."""
    cld.file("environment.yaml", files.RDS)
    moto_proxy.on(lambda call: call.service != "sts", times=None, after=lambda _: signal_workers(cld, signal.SIGKILL))
    cld.run("env", "list")
    host = cld.host()
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("env", "delete", "shop")
    assert cld.host() == host, "the host stayed up"
    assert inventory(moto) == {}


def test_a_worker_that_is_killed_in_a_step_is_replaced(cld, moto_proxy, moto):
    """The step that it was in fails with evidence, and is done again."""
    cld.file("environment.yaml", files.RDS)
    killed = threading.Event()

    def stop_then_kill(_call):
        # Stopped, it takes the next step's request and does not answer; within the wall limit of a step it is killed.
        signal_workers(cld, signal.SIGSTOP)
        threading.Timer(1.5, lambda: (signal_workers(cld, signal.SIGKILL), killed.set())).start()

    moto_proxy.on("CreateDBSubnetGroup", after=stop_then_kill)
    cld.run("env", "list")
    host = cld.host()
    cld.run("env", "create", "shop", "environment.yaml")
    assert killed.is_set() and cld.host() == host
    evidence = faults(cld)
    assert evidence and any("SIGKILL" in e["reason"] and e["reason"].startswith("aws-") for e in evidence), evidence
    assert counts(inventory(moto)) == {"database": 1, "database subnet group": 1, "security group": 1}


def test_a_worker_that_hangs_is_ended_at_the_wall_limit(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.RDS)
    moto_proxy.on("CreateDBSubnetGroup", after=lambda _: signal_workers(cld, signal.SIGSTOP))
    cld.run("env", "create", "shop", "environment.yaml")
    evidence = faults(cld)
    assert evidence and any("did not answer in" in e["reason"] for e in evidence), evidence
    assert counts(inventory(moto)) == {"database": 1, "database subnet group": 1, "security group": 1}


@pytest.mark.parametrize("fault, words", [
    ("GARBAGE", "no JSON"), ("CRASH", "SIGABRT"), ("SPIN", "processor time"), ("NOTHING", ""), ("exit(3)", "status 3")])
def test_a_driver_that_breaks_down_now_and_then_gets_its_work_done(moto_proxy, homes, fault, words):
    """Each worker breaks down at its third change; six things are made and removed all the same."""
    cld = homes(moto_proxy)
    folder = install(cld.folder / "plugins", "now-and-then.c", f"-DFAULT={fault}")
    cld.variables["CLD_PLUGIN_PATH"] = str(folder)
    cld.file("environment.yaml", environment(6))
    cld.run("env", "list")
    host = cld.host()
    cld.run("env", "create", "shop", "environment.yaml")
    evidence = faults(cld)
    assert evidence and all(e["reason"].startswith("fixture") and words in e["reason"] for e in evidence), evidence
    shop = cld.json("env", "show", "shop")
    assert [r["status"] for r in shop["resources"]] == ["CREATE_COMPLETE"] * 6
    cld.run("env", "delete", "shop")
    assert cld.host() == host and cld.json("env", "list") == []


def test_a_driver_that_names_a_thing_that_the_cloud_never_named_is_not_believed(moto_proxy, homes):
    """The id of somebody else's thing is refused: the creation fails and is undone."""
    cld = homes(moto_proxy)
    folder = install(cld.folder / "plugins", "now-and-then.c", "-DFAULT=LIE")
    cld.variables["CLD_PLUGIN_PATH"] = str(folder)
    cld.file("environment.yaml", environment(6))
    result = cld.run("env", "create", "shop", "environment.yaml", exit=None)
    ids = {r["physical_id"] for r in cld.json("env", "show", "shop")["resources"]}
    assert "i-of-somebody-else" not in ids, result

