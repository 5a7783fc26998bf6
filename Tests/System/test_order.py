"""The order of what is done, which emulators do not check: the graph's on create, its reverse on delete."""
import threading

from support import files
from support.agent import Agent
from support.judge import inventory

# The delete call of each type, and where it names the thing: by its physical id, its name, or a part of either.
DELETES = {
    "AWS::EC2::SecurityGroup": "DeleteSecurityGroup", "AWS::EC2::SecurityGroupIngress": "RevokeSecurityGroupIngress",
    "AWS::EC2::Instance": "TerminateInstances", "AWS::IAM::Role": "DeleteRole", "AWS::IAM::InstanceProfile": "DeleteInstanceProfile",
    "AWS::RDS::DBInstance": "DeleteDBInstance", "AWS::RDS::DBSubnetGroup": "DeleteDBSubnetGroup",
    "AWS::ECS::Cluster": "DeleteCluster", "AWS::ECS::Service": "DeleteService", "AWS::ECS::TaskDefinition": "DeregisterTaskDefinition",
    "AWS::Logs::LogGroup": "DeleteLogGroup", "AWS::SecretsManager::Secret": "DeleteSecret",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "DeleteLoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup": "DeleteTargetGroup",
    "AWS::ElasticLoadBalancingV2::Listener": "DeleteListener",
}


def positions(proxy, resources):
    """{logical id: index of the call that deleted it} of the resources that have a call."""
    found = {}
    for resource in resources:
        action = DELETES.get(resource["type"])
        if action is None:
            continue
        part = resource["physical_id"].split("|")[0]
        calls = [
            call.index for call in proxy.actions(action)
            if call.names(part) or call.names(part.split("/")[-1]) or call.names(resource["name"])]
        assert calls, f"no {action} for {resource['logical_id']}"
        found[resource["logical_id"]] = calls[0]
    return found


def check_reverse(proxy, stack, plan):
    """Whatever needed a thing went before that thing."""
    at = positions(proxy, stack["resources"])
    checked = 0
    for change in plan["changes"]:
        for dependency in change["depends_on"]:
            if change["logical_id"] in at and dependency in at:
                assert at[change["logical_id"]] < at[dependency], f"{dependency} went before {change['logical_id']}"
                checked += 1
    return checked


def test_deletes_come_in_the_reverse_of_the_graph(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.RDS_ECS)
    cld.file("app.yaml", files.APP_WITH_DATABASE)
    env_plan = cld.json("env", "create", "shop", "environment.yaml", "--dry-run")
    with Agent(moto):
        shop = cld.json("env", "create", "shop", "environment.yaml")
    app_plan = cld.json("app", "deploy", "greet", "shop", "app.yaml", "--dry-run")
    greet = cld.json("app", "deploy", "greet", "shop", "app.yaml")
    moto_proxy.clear()
    cld.run("env", "delete", "shop", "--force")
    assert check_reverse(moto_proxy, shop, env_plan) >= 8
    assert check_reverse(moto_proxy, greet, app_plan) >= 8
    assert inventory(moto) == {}


def test_creates_come_in_the_order_of_the_graph(cld, moto_proxy, moto):
    """By the journal: a thing starts when all that it needs is complete."""
    cld.file("environment.yaml", files.RDS_ECS)
    plan = cld.json("env", "create", "shop", "environment.yaml", "--dry-run")
    with Agent(moto):
        cld.run("env", "create", "shop", "environment.yaml")
    starts, ends = {}, {}
    for event in cld.last_operation()["events"]:
        if event["status"] == "CREATE_IN_PROGRESS":
            starts[event["logical_id"]] = event["seq"]
        if event["status"] == "CREATE_COMPLETE":
            ends[event["logical_id"]] = event["seq"]
    for change in plan["changes"]:
        for dependency in change["depends_on"]:
            assert ends[dependency] < starts[change["logical_id"]]


def test_dependency_violations_are_waited_out(cld, moto_proxy, moto):
    """Three refusals to delete a security group, which something still uses, are no failure."""
    cld.file("environment.yaml", files.RDS)
    cld.run("env", "create", "shop", "environment.yaml")
    rule = moto_proxy.on(
        "DeleteSecurityGroup", times=3, error=(400, "DependencyViolation", "resource sg has a dependent object"))
    cld.run("env", "delete", "shop")
    assert rule.used == 3
    assert inventory(moto) == {}
    waiting = [e for e in cld.last_operation("delete")["events"] if e["status"] == "WAITING"]
    assert waiting and "dependent object" in waiting[0]["reason"]


def test_waits_of_independent_branches_overlap(cld, moto_proxy, moto):
    """The database and the two machines are made side by side: the cloud answers none of them before it has been asked for all three."""
    cld.file("environment.yaml", files.RDS_ECS)
    asked = threading.Barrier(3)
    moto_proxy.on(lambda call: call.action in ("CreateDBInstance", "RunInstances"), times=3, before=lambda _call: asked.wait(timeout=60))
    with Agent(moto):
        cld.run("env", "create", "shop", "environment.yaml")
    assert not asked.broken, "one was asked for only when another had been answered"
    assert len(moto_proxy.actions("CreateDBInstance", "RunInstances")) == 3
