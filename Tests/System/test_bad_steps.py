"""Drivers that pass the probe and are bad in a step, each in a real operation against a cloud: the sentence, and nothing foreign is touched."""
import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.bad import steps, table
from support.cld import Cld
from support.fault_proxy import FaultProxy
from support.judge import counts, inventory
from support.plugins import environment
from support.waiting import wait_until

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
        told = result.err + " ".join(event["reason"] or "" for event in events)
        return result.code, told, self.cld.run("plugin", "why", case.name).out

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
    code, told, _ = run.told[case.name]
    wanted = 69 if case in steps.DEADLY else 1
    table.add(case.name, case.expected, case.expected if code == wanted and case.expected in told else f"exit {code}: {told[-200:]}")
    assert code == wanted and case.expected in told, told


@pytest.mark.parametrize("case", steps.DEADLY, ids=lambda case: case.name)
def test_a_driver_that_dies_in_steps_is_in_quarantine_and_why_says_what_it_tried(case, run):
    why = run.told[case.name][2]
    assert "CLD-P-QUARANTINE-DEATHS" in why and "5 workers died in a row" in why and case.expected in why, why


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
    """Nothing of the host dies of the file, and nothing but what was checked is loaded: until it is back, the plugin is refused."""
    cld = homes(moto)
    case = next(c for c in steps.CASES if c.name == "step-no-json")
    folder = cld.folder / "plugins"
    folder.mkdir(mode=0o755)
    plugin = steps.install(dataclasses.replace(case, options=()), folder, "none")
    cld.variables["CLD_PLUGIN_PATH"] = str(folder)
    cld.file("environment.yaml", environment(1, case.name))
    cld.run("env", "list")
    host = cld.host()
    content = plugin.library_path.read_bytes()
    cld.run("env", "create", "first", "environment.yaml")
    spoil(plugin.library_path)
    cld.run("env", "create", "shop", "environment.yaml", exit=64)
    assert "CLD-P-HASH-" in cld.run("plugin", "why", case.name).out
    held = cld.run("env", "delete", "first", exit=69).err
    assert "CLD-P-HASH-" in held and cld.host() == host, held
    plugin.library_path.write_bytes(content)
    cld.run("env", "create", "shop", "environment.yaml")
    assert cld.host() == host and [r["status"] for r in cld.json("env", "show", "shop")["resources"]] == ["CREATE_COMPLETE"]
    cld.run("env", "delete", "shop")
    wait_until(lambda: cld.json("env", "list") == [], "the held delete goes on and ends")
    assert counts(inventory(moto)) == {}
