"""Stacks from templates: what a user of CloudFormation does, with the same words."""
import json

import pytest

from support import templates
from support.judge import inventory
from support.waiting import wait_until
from test_crashes import ended, kill_at


def resources(cld, stack):
    return {r["LogicalResourceId"]: r for r in cld.json("stack", "resources", stack)["StackResources"]}


def status(cld, stack):
    return cld.json("stack", "show", stack)["Stacks"][0]["StackStatus"]


def test_a_stack_is_created_shown_and_deleted(cld, moto):
    cld.file("web.yaml", templates.GROUPS)
    cld.run("stack", "create", "web", "--template", "web.yaml", "-p", "Text=hello")
    stack = cld.json("stack", "show", "web")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["StackId"].startswith("arn:aws:cloudformation:eu-west-1:123456789012:stack/web/")
    assert stack["Description"] == "A log and a group"
    assert {"ParameterKey": "Text", "ParameterValue": "hello"} in stack["Parameters"]
    [output] = stack["Outputs"]
    group = moto.client("ec2").describe_security_groups(GroupIds=[output["OutputValue"]])["SecurityGroups"][0]
    assert (output["OutputKey"], output["Description"], group["Description"]) == ("Id", "the id of the group", "hello")
    assert [s["StackName"] for s in cld.json("stack", "list")["StackSummaries"]] == ["web"]
    events = cld.json("stack", "events", "web")["StackEvents"]
    assert [e["ResourceStatus"] for e in events if e["LogicalResourceId"] == "Group"] == [
        "CREATE_COMPLETE", "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS"]
    assert events[0]["ResourceType"] == "AWS::CloudFormation::Stack" and events[0]["PhysicalResourceId"] == stack["StackId"]
    assert json.loads(next(e for e in events if e["LogicalResourceId"] == "Group")["ResourceProperties"])["GroupDescription"] == "hello"
    assert cld.run("stack", "template", "web").out.strip() == templates.GROUPS.strip()
    cld.run("stack", "delete", "web")
    assert inventory(moto) == {}
    # By its id a stack that is gone can still be looked at.
    assert cld.json("stack", "show", stack["StackId"])["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"


def test_an_update_replaces_repoints_and_cleans_up(cld, moto):
    cld.file("web.yaml", templates.GROUPS)
    cld.run("stack", "create", "web", "--template", "web.yaml")
    before = resources(cld, "web")
    cld.run("stack", "update", "web", "-p", "Text=second")
    after = resources(cld, "web")
    assert status(cld, "web") == "UPDATE_COMPLETE"
    assert before["Group"]["PhysicalResourceId"] != after["Group"]["PhysicalResourceId"]
    assert after["Log"]["PhysicalResourceId"] == "/web/" + after["Group"]["PhysicalResourceId"]
    assert before["Other"] == after["Other"]
    assert sorted(inventory(moto)["log group"]) == sorted(r["PhysicalResourceId"] for r in after.values() if "Logs" in r["ResourceType"])
    # What was said before is kept, so this asks for nothing.
    assert "No updates are to be performed" in cld.run("stack", "update", "web", exit=73).err
    cld.run("stack", "delete", "web")
    assert inventory(moto) == {}


def test_a_failed_update_is_undone(cld, moto):
    cld.file("web.yaml", templates.GROUPS)
    cld.run("stack", "create", "web", "--template", "web.yaml")
    before, things = resources(cld, "web"), inventory(moto)
    moto.client("logs").create_log_group(logGroupName="/taken")
    cld.file("bad.yaml", templates.GROUPS.replace('!Sub "/${AWS::StackName}/${Group.GroupId}"', "/taken").replace("Other:", "New: {Type: AWS::Logs::LogGroup}\n  Other:"))
    failed = cld.run("stack", "update", "web", "--template", "bad.yaml", "-p", "Text=second", exit=1)
    assert "a log group named /taken exists that cld did not make" in failed.err
    assert status(cld, "web") == "UPDATE_ROLLBACK_COMPLETE"
    moto.client("logs").delete_log_group(logGroupName="/taken")
    assert inventory(moto) == things
    assert {k: r["PhysicalResourceId"] for k, r in resources(cld, "web").items()} == {k: r["PhysicalResourceId"] for k, r in before.items()}
    cld.run("stack", "update", "web", "--template", "bad.yaml", "-p", "Text=second")
    assert "/taken" in inventory(moto)["log group"]
    cld.run("stack", "delete", "web")
    assert inventory(moto) == {}


@pytest.mark.parametrize("executed", [True, False], ids=["executed", "not executed"])
@pytest.mark.parametrize("number", range(1, 6))
def test_an_update_goes_on_when_the_host_dies(cld, moto_proxy, moto, number, executed):
    cld.file("web.yaml", templates.GROUPS)
    cld.run("stack", "create", "web", "--template", "web.yaml")
    rule = kill_at(cld, moto_proxy, number, executed=executed)
    cld.run("stack", "update", "web", "-p", "Text=second", "-p", "Days=14", "--no-wait", exit=None)
    wait_until(lambda: rule.done, f"the host died at call {number}")
    cld.run("stack", "list")
    ended(cld)
    assert status(cld, "web") == "UPDATE_COMPLETE"
    after = resources(cld, "web")
    found = inventory(moto)
    assert len(found["security group"]) == 1 and len(found["log group"]) == 2, found
    assert after["Log"]["PhysicalResourceId"] == "/web/" + after["Group"]["PhysicalResourceId"]
    cld.run("stack", "delete", "web")
    assert inventory(moto) == {}


def test_a_protected_stack_and_a_retained_resource(cld, moto):
    cld.file("web.yaml", templates.GROUPS)
    cld.run("stack", "create", "web", "--template", "web.yaml")
    cld.run("stack", "protect", "web")
    assert cld.json("stack", "show", "web")["Stacks"][0]["EnableTerminationProtection"] is True
    refused = cld.run("stack", "delete", "web", exit=73)
    assert "cld stack protect web --off" in refused.err
    cld.run("stack", "protect", "web", "--off")
    assert "no resource 'Nothing'" in cld.run("stack", "delete", "web", "--retain", "Nothing", exit=64).err
    kept = resources(cld, "web")["Other"]["PhysicalResourceId"]
    cld.run("stack", "delete", "web", "--retain", "Other")
    assert inventory(moto) == {"log group": [kept]}


def test_exports_are_imported_and_guarded(cld, moto):
    cld.file("base.yaml", templates.GROUPS.replace("Description: the id of the group", "Export: {Name: !Sub '${AWS::StackName}-group'}"))
    cld.file("user.yaml", "Resources: {Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Join ['/', ['', u, !ImportValue base-group]]}}}")
    missing = cld.run("stack", "create", "user", "--template", "user.yaml", exit=64)
    assert "base-group" in missing.err
    cld.run("stack", "create", "base", "--template", "base.yaml")
    cld.run("stack", "create", "user", "--template", "user.yaml")
    group = resources(cld, "base")["Group"]["PhysicalResourceId"]
    assert resources(cld, "user")["Log"]["PhysicalResourceId"] == f"/u/{group}"
    assert "in use by user" in cld.run("stack", "delete", "base", exit=73).err
    assert "in use by user" in cld.run("stack", "update", "base", "-p", "Text=other", exit=1).err
    assert resources(cld, "base")["Group"]["PhysicalResourceId"] == group
    cld.file("second.yaml", templates.GROUPS.replace("Description: the id of the group", "Export: {Name: base-group}"))
    assert "already exported by stack base" in cld.run("stack", "create", "second", "--template", "second.yaml", exit=1).err
    for name in ("second", "user", "base"):
        cld.run("stack", "delete", name)
    assert inventory(moto) == {}


def test_hidden_parameters_are_nowhere_in_the_clear(cld, moto):
    canary = "canary-hidden-7391"
    cld.file("web.yaml", """\
Parameters: {Hidden: {Type: String, NoEcho: true}, Shown: {Type: String, Default: a}}
Conditions: {Is: !Equals [!Ref Hidden, %s]}
Resources:
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Sub "is ${Hidden}", Description: !Ref Shown}}
  Log: {Type: AWS::Logs::LogGroup, Condition: Is}
""" % canary)
    cld.run("stack", "create", "web", "--template", "web.yaml", "-p", f"Hidden={canary}")
    client = moto.client("secretsmanager")
    [secret] = client.list_secrets()["SecretList"]
    assert client.get_secret_value(SecretId=secret["ARN"])["SecretString"] == f"is {canary}"
    assert {"ParameterKey": "Hidden", "ParameterValue": "****"} in cld.json("stack", "show", "web")["Stacks"][0]["Parameters"]
    # Nothing has changed, although the text of the parameter is known to nobody but the vault.
    assert "No updates" in cld.run("stack", "update", "web", "-p", f"Hidden={canary}", exit=73).err
    cld.run("serve", "--stop")
    for path in cld.home.rglob("*"):
        if path.is_file():
            assert canary.encode() not in path.read_bytes(), path
    for output in cld.outputs:
        assert canary not in output.out + output.err, output
    cld.run("stack", "delete", "web")
    assert inventory(moto) == {}


@pytest.mark.parametrize("text, place, words", [
    ("Resources: {A: {Type: AWS::Logs::LogGrup}}", "1:17", "LogGrup"),
    ("Resources: {A: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDay: 3}}}", "1:57", "did you mean 'RetentionInDays'?"),
    ("Resources: {A: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Ref B}}}", "1:71", "'B'"),
    ("Parameters: {P: {Type: Number}}\nResources: {A: {Type: AWS::Logs::LogGroup}}", "1:14", "-p P="),
    ("Resources: {A: {Type: AWS::Logs::LogGroup, DependsOn: B}, B: {Type: AWS::Logs::LogGroup, DependsOn: A}}", "1:", "A → B"),
])
def test_a_wrong_template_is_refused_with_its_place(cld, moto, text, place, words):
    cld.file("web.yaml", text)
    refused = cld.run("stack", "create", "web", "--template", "web.yaml", exit=64)
    assert f"web.yaml:{place}" in refused.err and words in refused.err, refused
    assert cld.json("stack", "list")["StackSummaries"] == [] and inventory(moto) == {}
