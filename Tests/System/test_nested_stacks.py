"""Stacks in stacks: outputs as attributes, and what fails in one undoes all."""
import pytest

from support import templates
from support.judge import inventory
from support.waiting import wait_until
from test_crashes import ended, kill_at


@pytest.fixture
def outer(cld):
    """A home with the files of an outer and an inner template."""
    (cld.folder / "parts").mkdir()
    cld.file("parts/inner.yaml", templates.INNER)
    cld.file("outer.yaml", templates.OUTER)
    return cld


def resources(cld, stack):
    return {r["LogicalResourceId"]: r for r in cld.json("stack", "resources", stack)["StackResources"]}


def show(cld, stack):
    [found] = cld.json("stack", "show", stack)["Stacks"]
    return found


def test_a_nested_stack_gives_its_outputs_and_goes_with_the_outer_one(outer, moto):
    outer.run("stack", "create", "outer", "--template", "outer.yaml")
    nested = resources(outer, "outer")["Inner"]["PhysicalResourceId"]
    group = moto.client("ec2").describe_security_groups(Filters=[{"Name": "description", "Values": ["first"]}])["SecurityGroups"][0]["GroupId"]
    assert show(outer, "outer")["Outputs"][0]["OutputValue"] == group
    inner = show(outer, nested)
    assert inner["StackStatus"] == "CREATE_COMPLETE" and inner["ParentId"]
    assert sorted(inventory(moto)["log group"]) == ["/outer/inner", f"/outer/last/{group}"]
    assert [s["StackName"] for s in outer.json("stack", "list")["StackSummaries"]] == ["outer"]
    assert "nested in another one" in outer.run("stack", "delete", inner["StackName"], exit=73).err
    outer.run("stack", "delete", "outer")
    assert inventory(moto) == {} and show(outer, nested)["StackStatus"] == "DELETE_COMPLETE"


def test_an_update_reaches_into_the_nested_stack(outer, moto):
    outer.run("stack", "create", "outer", "--template", "outer.yaml")
    before = show(outer, "outer")["Outputs"][0]["OutputValue"]
    outer.run("stack", "update", "outer", "-p", "Text=second")
    after = show(outer, "outer")["Outputs"][0]["OutputValue"]
    assert after != before
    assert sorted(inventory(moto)["log group"]) == ["/outer/inner", f"/outer/last/{after}"]
    assert len(inventory(moto)["security group"]) == 1
    nested = resources(outer, "outer")["Inner"]["PhysicalResourceId"]
    assert show(outer, nested)["StackStatus"] == "UPDATE_COMPLETE"
    # Another text in the nested file is a change, although the outer template is the same.
    outer.file("parts/inner.yaml", templates.INNER.replace("!Ref Name", '!Sub "${Name}2"'))
    outer.run("stack", "update", "outer")
    assert "/outer/inner2" in inventory(moto)["log group"] and "/outer/inner" not in inventory(moto)["log group"]
    outer.run("stack", "delete", "outer")
    assert inventory(moto) == {}


def test_a_change_set_shows_what_changes_in_the_nested_stack(outer, moto):
    first = outer.json("change-set", "create", "outer", "first", "--template", "outer.yaml")
    assert {c["ResourceChange"]["LogicalResourceId"] for c in first["Changes"]} == {"Inner", "Last"}
    outer.run("change-set", "execute", "outer", "first")
    shown = outer.json("change-set", "create", "outer", "second", "-p", "Text=second", "--values")
    [inner] = [c["ResourceChange"] for c in shown["Changes"] if c["ResourceChange"]["LogicalResourceId"] == "Inner"]
    [group] = [c["ResourceChange"] for c in inner["NestedChanges"]]
    assert (group["LogicalResourceId"], group["Replacement"]) == ("Group", "True")
    text = outer.run("change-set", "show", "outer", "second", "--values").out
    assert "Inner/Group" in text and "Inner/Group/Properties/GroupDescription: first → second" in text
    # Another text in the file alone is a change of the nested stack, too.
    outer.file("parts/inner.yaml", templates.INNER.replace("Type: AWS::Logs::LogGroup, Properties: {", "Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 7, "))
    shown = outer.json("change-set", "create", "outer", "third")
    [inner] = [c["ResourceChange"] for c in shown["Changes"]]
    assert inner["Details"][0]["ChangeSource"] == "Automatic" and inner["NestedChanges"][0]["ResourceChange"]["LogicalResourceId"] == "Log"
    outer.run("change-set", "execute", "outer", "third")
    assert moto.client("logs").describe_log_groups(logGroupNamePrefix="/outer/inner")["logGroups"][0]["retentionInDays"] == 7
    assert "OBSOLETE" in outer.run("change-set", "execute", "outer", "second", exit=73).err


def test_a_failure_in_the_nested_stack_undoes_the_outer_one(outer, moto):
    moto.client("logs").create_log_group(logGroupName="/outer/inner")
    failed = outer.run("stack", "create", "outer", "--template", "outer.yaml", exit=1)
    assert "Embedded stack" in failed.err and "a log group named /outer/inner exists" in failed.err
    assert show(outer, "outer")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert inventory(moto) == {"log group": ["/outer/inner"]}


def test_a_failure_in_the_outer_stack_gives_the_nested_one_back(outer, moto):
    outer.run("stack", "create", "outer", "--template", "outer.yaml")
    before = inventory(moto)
    # The nested stack's update is complete by the time this is refused: the name is taken by another resource of the same stack.
    moto.client("logs").create_log_group(logGroupName="/taken")
    outer.file("bad.yaml", templates.OUTER.replace('!Sub "${Prefix}/${Inner.Outputs.Group}"', "/taken").replace("Last:\n    Type: AWS", "Last:\n    DependsOn: Inner\n    Type: AWS"))
    outer.run("stack", "update", "outer", "--template", "bad.yaml", "-p", "Text=second", exit=1)
    moto.client("logs").delete_log_group(logGroupName="/taken")
    assert show(outer, "outer")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    nested = resources(outer, "outer")["Inner"]["PhysicalResourceId"]
    assert show(outer, nested)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert inventory(moto) == before
    outer.run("stack", "update", "outer", "-p", "Text=third")
    outer.run("stack", "delete", "outer")
    assert inventory(moto) == {}


@pytest.mark.parametrize("number", range(1, 4))
def test_a_host_that_dies_in_a_nested_creation_goes_on(outer, moto_proxy, moto, number):
    rule = kill_at(outer, moto_proxy, number)
    outer.run("stack", "create", "outer", "--template", "outer.yaml", "--no-wait", exit=None)
    wait_until(lambda: rule.done, f"the host died at call {number}")
    outer.run("stack", "list")
    ended(outer)
    assert show(outer, "outer")["StackStatus"] == "CREATE_COMPLETE"
    found = inventory(moto)
    assert len(found["security group"]) == 1 and len(found["log group"]) == 2
    outer.run("stack", "delete", "outer")
    assert inventory(moto) == {}


def test_a_nested_file_that_is_not_there_is_named(outer, moto):
    outer.file("outer.yaml", templates.OUTER.replace("parts/inner.yaml", "parts/none.yaml"))
    failed = outer.run("stack", "create", "outer", "--template", "outer.yaml", exit=None)
    assert failed.code != 0 and "parts/none.yaml" in failed.err
    assert inventory(moto) == {}
