"""Drivers that pass the probe and are bad in a step, each in a real operation against a cloud: the sentence, and nothing foreign is touched."""
import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.bad import steps, table
from support.cld import Cld
from support.fault_proxy import FaultProxy
from support.judge import counts, inventory
from support.plugins import environment

SIDE_BY_SIDE = 8


class Run:
    """One host with the plugins of all cases, and an operation for each."""

    def __init__(self, moto):
        self.moto = moto
        moto.check_signatures(False)
        moto.reset()
        client = moto.client("ec2")
        self.foreign = client.create_security_group(GroupName="of-another-owner", Description="foreign")["GroupId"]
        self.proxy = FaultProxy(moto.url)
        self.cld = Cld(self.proxy.url)
        folder = self.cld.folder / "plugins"
        folder.mkdir(mode=0o755)
        for case in steps.CASES:
            steps.install(case, folder, self.foreign)
            self.cld.file(f"{case.name}.yaml", environment(1, case.name))
        self.cld.variables["CLD_PLUGIN_PATH"] = str(folder)
        self.cld.run("env", "list")
        self.host = self.cld.host()
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            self.told = dict(zip([c.name for c in steps.CASES], pool.map(self.create, steps.CASES)))

    def create(self, case):
        result = self.cld.run("env", "create", case.name, f"{case.name}.yaml", exit=None, timeout=120)
        operation = next(o for o in self.cld.json("operation", "list") if o["stack"] == case.name and o["kind"] == "create")
        events = self.cld.json("operation", "show", operation["id"])["events"]
        return result.code, result.err + " ".join(event["reason"] or "" for event in events)

    def close(self):
        self.cld.close()
        self.proxy.close()


@pytest.fixture(scope="module")
def run(_moto):
    made = Run(_moto)
    yield made
    made.close()


@pytest.mark.parametrize("case", steps.CASES, ids=lambda case: case.name)
def test_a_bad_step_fails_its_operation_with_the_reason(case, run):
    code, told = run.told[case.name]
    table.add(case.name, case.expected, case.expected if code == 1 and case.expected in told else f"exit {code}: {told[-200:]}")
    assert code == 1 and case.expected in told, told


def test_the_host_lives_and_nothing_foreign_was_touched(run):
    assert run.cld.host() == run.host
    groups = {group["GroupId"] for group in run.moto.client("ec2").describe_security_groups()["SecurityGroups"]}
    assert run.foreign in groups
    assert not [call for call in run.proxy.calls if call.mutates and call.names(run.foreign)], "no change was even asked for"
    stacks = [run.cld.json("env", "show", stack["name"]) for stack in run.cld.json("env", "list")]
    assert run.foreign not in {resource["physical_id"] for stack in stacks for resource in stack["resources"]}


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(b"\0" * path.stat().st_size), lambda path: path.write_bytes(b""),
    lambda path: (path.unlink(), path.write_bytes(b"#!/bin/sh\n"))], ids=["overwritten", "cut off", "swapped"])
def test_a_library_that_changes_under_a_running_host_is_what_was_checked(spoil, moto, homes):
    """The host checked it when it started; what its workers load later is that, and nothing of the host dies of the file."""
    cld = homes(moto)
    case = next(c for c in steps.CASES if c.name == "step-no-json")
    folder = cld.folder / "plugins"
    folder.mkdir(mode=0o755)
    plugin = steps.install(dataclasses.replace(case, options=()), folder, "none")
    cld.variables["CLD_PLUGIN_PATH"] = str(folder)
    cld.file("environment.yaml", environment(1, case.name))
    cld.run("env", "list")
    host = cld.host()
    spoil(plugin.library_path)
    cld.run("env", "create", "shop", "environment.yaml")
    assert cld.host() == host and [r["status"] for r in cld.json("env", "show", "shop")["resources"]] == ["CREATE_COMPLETE"]
    cld.run("env", "delete", "shop")
    assert counts(inventory(moto)) == {}
