"""Change sets: what is shown is what is done, or nothing is."""
import copy
import json

import pytest

from support import service_model
from support.judge import inventory

SHOP = """\
Description: Where orders are announced
Parameters:
  Word: {Type: String, Default: orders}
  Height: {Type: String, Default: low}
Resources:
  Orders: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Word, DisplayName: shop}}
  Level: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/level, Type: String, Value: !Ref Height}}
  Address: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/address, Type: String, Value: !Ref Orders}}
Outputs:
  Where: {Value: !Ref Orders, Description: the topic, Export: {Name: !Sub "${AWS::StackName}-orders"}}
"""
# One resource less and two more.
NEXT = SHOP.replace("  Level: {Type: AWS::SSM", "  Extra: {Type: AWS::SNS::Topic}\n  Floor: {Type: AWS::SSM").replace("/shop/level", "/shop/floor")


@pytest.fixture
def shop(cld):
    """A home with a stack of three resources."""
    cld.file("shop.yaml", SHOP)
    cld.run("stack", "create", "shop", "--template", "shop.yaml")
    return cld


def execution(cld, stack="shop"):
    """{name of a change set: whether it can be executed}"""
    return {s["ChangeSetName"]: s["ExecutionStatus"] for s in cld.json("change-set", "list", stack)["Summaries"]}


def status(cld, stack="shop"):
    return cld.json("stack", "show", stack)["Stacks"][0]["StackStatus"]


def level(moto):
    return moto.client("ssm").get_parameter(Name="/shop/level")["Parameter"]["Value"]


def test_a_change_set_is_obsolete_when_its_stack_has_moved(shop, moto):
    for name in ("high", "higher"):
        shop.run("change-set", "create", "shop", name, "-p", f"Height={name}")
    assert execution(shop) == {"high": "AVAILABLE", "higher": "AVAILABLE"}
    shop.run("change-set", "execute", "shop", "high")
    assert execution(shop) == {"high": "EXECUTE_COMPLETE", "higher": "OBSOLETE"}
    refused = shop.run("change-set", "execute", "shop", "higher", exit=73)
    assert "higher is OBSOLETE" in refused.err and "make a new one" in refused.err
    assert "EXECUTE_COMPLETE" in shop.run("change-set", "execute", "shop", "high", exit=73).err
    # An update without a change set moves it too.
    shop.run("change-set", "create", "shop", "highest", "-p", "Height=highest")
    shop.run("stack", "update", "shop", "-p", "Height=other")
    assert execution(shop)["highest"] == "OBSOLETE"
    shop.run("change-set", "execute", "shop", "highest", exit=73)
    assert level(moto) == "other"


def test_an_empty_change_set_fails_as_the_services_does(shop, moto):
    failed = shop.run("change-set", "create", "shop", "nothing", exit=1)
    assert "The submitted information didn't contain changes. Submit different information to create a change set." in failed.err
    shown = shop.json("change-set", "show", "shop", "nothing")
    assert (shown["Status"], shown["ExecutionStatus"], shown["Changes"]) == ("FAILED", "UNAVAILABLE", [])
    assert "UNAVAILABLE" in shop.run("change-set", "execute", "shop", "nothing", exit=73).err
    assert status(shop) == "CREATE_COMPLETE"


def test_hidden_values_are_not_shown(cld, moto):
    words = ["canary-first-3351", "canary-second-8862"]
    cld.file("t.yaml", """\
Parameters: {Hidden: {Type: String, NoEcho: true}}
Resources: {Door: {Type: AWS::SSM::Parameter, Properties: {Name: door, Type: String, Value: !Sub "is ${Hidden}"}}}
""")
    for name, word in zip(("first", "second"), words):
        cld.run("change-set", "create", "web", name, "--template", "t.yaml", "-p", f"Hidden={word}", "--values")
        shown = cld.json("change-set", "show", "web", name, "--values")
        assert shown["Parameters"] == [{"ParameterKey": "Hidden", "ParameterValue": "****"}]
        [change] = shown["Changes"]
        assert json.loads(change["ResourceChange"]["AfterContext"])["Properties"]["Value"] == "****"
        cld.run("change-set", "execute", "web", name)
        assert moto.client("ssm").get_parameter(Name="door")["Parameter"]["Value"] == f"is {word}"
    [detail] = [d for d in change["ResourceChange"]["Details"] if d["ChangeSource"] == "ParameterReference"]
    assert (detail["Target"]["BeforeValue"], detail["Target"]["AfterValue"]) == ("****", "****")
    cld.run("stack", "events", "web", "-o", "json")
    for output in cld.outputs:
        for word in words:
            assert word not in output.out + output.err, output


def test_a_policy_denies_a_change_set_when_it_is_executed(shop, moto):
    shop.file("policy.json", json.dumps({"Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "Update:Replace", "Principal": "*", "Resource": "LogicalResourceId/Orders"}]}))
    shop.run("stack", "policy", "shop", "--set", "policy.json")
    before = inventory(moto)
    shop.run("change-set", "create", "shop", "renamed", "-p", "Word=sales")
    refused = shop.run("change-set", "execute", "shop", "renamed", exit=77)
    assert "the policy of stack shop denies changes of Orders" in refused.err and "nothing was touched" in refused.err
    assert inventory(moto) == before and status(shop) == "CREATE_COMPLETE"
    assert "denies changes of Orders" in shop.run("stack", "update", "shop", "-p", "Word=sales", exit=77).err
    # What is changed in place is not replaced; and without the policy the same change set is done.
    shop.run("change-set", "create", "shop", "higher", "-p", "Height=high")
    shop.run("stack", "policy", "shop", "--off")
    shop.run("change-set", "execute", "shop", "renamed")
    assert "sales" in inventory(moto)["topic"] and "orders" not in inventory(moto)["topic"]


def test_what_was_shown_is_what_is_done(shop, moto):
    shop.file("next.yaml", NEXT)
    shop.run("change-set", "create", "shop", "next", "--template", "next.yaml", "-p", "Word=sales", "-p", "Height=low")
    shown = shop.json("change-set", "show", "shop", "next", "--values")["Changes"]
    before = {r["LogicalResourceId"]: r for r in shop.json("stack", "resources", "shop")["StackResources"]}
    count = len(shop.json("stack", "events", "shop")["StackEvents"])
    # The file is another one by now; the change set is not.
    shop.file("next.yaml", "Resources: {Nothing: {Type: AWS::SNS::Topic}}")
    shop.run("change-set", "execute", "shop", "next")
    events = shop.json("stack", "events", "shop")["StackEvents"][:-count]
    done = {}
    for event in reversed(events):
        if event["LogicalResourceId"] != "shop":
            done.setdefault(event["LogicalResourceId"], []).append(event)
    after = {r["LogicalResourceId"]: r for r in shop.json("stack", "resources", "shop")["StackResources"]}
    assert {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Action"] for c in shown} == {
        "Orders": "Modify", "Address": "Modify", "Level": "Remove", "Floor": "Add", "Extra": "Add"}
    assert done.keys() == {c["ResourceChange"]["LogicalResourceId"] for c in shown}
    for change in (c["ResourceChange"] for c in shown):
        name = change["LogicalResourceId"]
        statuses = [event["ResourceStatus"] for event in done[name]]
        if change["Action"] == "Remove":
            assert statuses == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"] and name not in after
            continue
        is_replaced = change.get("Replacement") == "True"
        assert ("DELETE_COMPLETE" in statuses) == is_replaced
        assert statuses[-1 if not is_replaced else -3] == ("CREATE_COMPLETE" if change["Action"] == "Add" else "UPDATE_COMPLETE")
        if change["Action"] == "Modify":
            assert (before[name]["PhysicalResourceId"] != after[name]["PhysicalResourceId"]) == is_replaced
        got = json.loads(next(e["ResourceProperties"] for e in done[name] if "ResourceProperties" in e))
        for key, value in json.loads(change["AfterContext"]).get("Properties", {}).items():
            assert got[key] == value or "KNOWN_AFTER_APPLY" in value, (name, key)
    assert moto.client("ssm").get_parameter(Name="/shop/address")["Parameter"]["Value"] == after["Orders"]["PhysicalResourceId"]


def test_a_value_that_was_looked_up_is_the_one_that_is_used(cld, moto):
    moto.client("ssm").put_parameter(Name="/outside", Type="String", Value="then")
    cld.file("t.yaml", """\
Parameters: {Seen: {Type: "AWS::SSM::Parameter::Value<String>", Default: /outside}}
Resources: {Bell: {Type: AWS::SNS::Topic, Properties: {TopicName: bell, DisplayName: !Ref Seen}}}
""")
    cld.run("change-set", "create", "web", "first", "--template", "t.yaml")
    shown = cld.json("change-set", "show", "web", "first", "--values")
    assert shown["Parameters"] == [{"ParameterKey": "Seen", "ParameterValue": "/outside", "ResolvedValue": "then"}]
    [change] = shown["Changes"]
    moto.client("ssm").put_parameter(Name="/outside", Type="String", Value="now", Overwrite=True)
    cld.run("change-set", "execute", "web", "first")
    [arn] = [t["TopicArn"] for t in moto.client("sns").list_topics()["Topics"]]
    used = moto.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"]
    assert cld.json("stack", "show", "web")["Stacks"][0]["Parameters"] == shown["Parameters"]
    assert used == "then" == json.loads(change["ResourceChange"]["AfterContext"])["Properties"]["DisplayName"]


def test_change_sets_are_deleted(cld, moto):
    cld.file("shop.yaml", SHOP)
    cld.run("change-set", "create", "shop", "first", "--template", "shop.yaml")
    assert "has a change set 'first' already" in cld.run("change-set", "create", "shop", "first", "--template", "shop.yaml", exit=73).err
    cld.run("change-set", "delete", "shop", "first")
    assert execution(cld) == {} and status(cld) == "REVIEW_IN_PROGRESS"
    assert "no change set 'first'" in cld.run("change-set", "execute", "shop", "first", exit=66).err
    assert "no change set 'first'" in cld.run("change-set", "delete", "shop", "first", exit=66).err
    # As in CloudFormation the stack is only looked at, until it is made or deleted.
    cld.run("change-set", "create", "shop", "first", "--template", "shop.yaml")
    assert "REVIEW_IN_PROGRESS" in cld.run("stack", "create", "shop", "--template", "shop.yaml", exit=73).err
    assert "REVIEW_IN_PROGRESS" in cld.run("stack", "update", "shop", "-p", "Height=high", exit=73).err
    cld.run("stack", "delete", "shop")
    assert cld.json("stack", "list")["StackSummaries"] == [] and inventory(moto) == {}
    assert cld.run("change-set", "list", "shop", exit=66).err
    cld.run("stack", "create", "shop", "--template", "shop.yaml")
    assert status(cld) == "CREATE_COMPLETE"


# What a program that was written for the AWS CLI reads


def answers(cld):
    """(operation of the service, our answer to the same question), for a stack that has seen much."""
    cld.file("next.yaml", NEXT)
    cld.run(
        "change-set", "create", "shop", "next", "--template", "next.yaml", "-p", "Word=sales", "--description", "new words", "--capabilities",
        "CAPABILITY_IAM")
    cld.run("change-set", "create", "shop", "nothing", exit=1)
    yield "DescribeStacks", cld.json("stack", "show", "shop")
    for values in ([], ["--values"]):
        yield "DescribeChangeSet", cld.json("change-set", "show", "shop", "next", *values)
        yield "DescribeChangeSet", cld.json("change-set", "show", "shop", "nothing", *values)
    cld.run("change-set", "execute", "shop", "next")
    stack = cld.json("stack", "show", "shop")
    yield "DescribeStacks", stack
    yield "ListStacks", cld.json("stack", "list")
    yield "DescribeStackEvents", cld.json("stack", "events", "shop")
    yield "DescribeStackResources", cld.json("stack", "resources", "shop")
    yield "ListChangeSets", cld.json("change-set", "list", "shop")
    yield "GetTemplate", cld.json("stack", "template", "shop")
    stack_id = stack["Stacks"][0]["StackId"]
    cld.run("stack", "delete", "shop")
    yield "DescribeStacks", cld.json("stack", "show", stack_id)
    yield "DescribeStackEvents", cld.json("stack", "events", stack_id)


def test_every_answer_has_the_form_of_the_services(shop, moto):
    asked = set()
    for operation, answer in answers(shop):
        assert service_model.problems(operation, answer) == []
        asked.add(operation)
        [[members]] = [[v for v in answer.values() if isinstance(v, (list, str)) and len(v)][:1] or [[]]]
        assert members, f"{operation} answers nothing"
    assert asked == {
        "DescribeStacks", "ListStacks", "DescribeStackEvents", "DescribeStackResources", "ListChangeSets", "DescribeChangeSet", "GetTemplate"}


def test_an_answer_of_another_form_is_seen(shop, moto):
    right = shop.json("stack", "show", "shop")
    for member, wrong in [
        ("Other", 1), ("StackName", None), ("StackStatus", "FINE"), ("CreationTime", "yesterday"), ("DisableRollback", "no"), ("Tags", {}), ("StackId", 7)]:
        answer = copy.deepcopy(right)
        if wrong is None:
            del answer["Stacks"][0][member]
        else:
            answer["Stacks"][0][member] = wrong
        [problem] = service_model.problems("DescribeStacks", answer)
        assert member in problem
