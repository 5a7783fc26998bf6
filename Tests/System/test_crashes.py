"""A host that dies at any moment goes on where it was, and nothing exists twice."""
import pytest

from support import files
from support.agent import Agent
from support.judge import counts, inventory
from support.waiting import wait_until

# How many calls of one `env create` of files.RDS_FARGATE change something; a test below counts them.
MUTATIONS = 6


def kill_after(cld, proxy, number, action=None):
    """The host dies right after the cloud has executed its `number`th mutating call; the reply is lost."""
    seen = []

    def is_it(call):
        if not call.mutates or (action and call.action != action):
            return False
        seen.append(call)
        return len(seen) == number

    return proxy.on(is_it, after=lambda _call: cld.kill_host(), drop_after=True)


def ended(cld):
    """Waits until no operation is open."""
    def is_over():
        found = cld.json("operation", "list")
        return found and all(o["status"] in ("SUCCEEDED", "FAILED", "CANCELLED") for o in found)

    wait_until(is_over, "the operation has ended", seconds=30, pause=0.2)


@pytest.mark.parametrize("number", range(1, MUTATIONS + 1))
def test_a_create_goes_on_when_the_host_dies_and_the_reply_is_lost(cld, moto_proxy, moto, number):
    """One of each thing, and then none."""
    cld.file("environment.yaml", files.RDS_FARGATE)
    rule = kill_after(cld, moto_proxy, number)
    cld.run("env", "create", "shop", "environment.yaml", "--no-wait", exit=None)
    wait_until(lambda: rule.done, f"the host died at call {number}")
    cld.run("env", "list")
    ended(cld)
    shop = cld.json("env", "show", "shop")
    assert shop["stack_status"] == "CREATE_COMPLETE", shop["status_reason"]
    assert counts(inventory(moto)) == {"cluster": 1, "database": 1, "database subnet group": 1, "security group": 2}
    openings = [p for g in moto.client("ec2").describe_security_groups()["SecurityGroups"]
                if g["GroupName"] != "default" for p in g["IpPermissions"]]
    assert len(openings) == 1
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


def test_a_create_has_as_many_mutating_calls_as_are_crashed(cld, moto_proxy):
    """The list of moments above is complete."""
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    assert len(moto_proxy.mutating()) == MUTATIONS, [str(c) for c in moto_proxy.mutating()]


@pytest.mark.parametrize("action", ["RunInstances", "CreateRole", "AddRoleToInstanceProfile"])
def test_machines_are_started_once_when_the_host_dies(cld, moto_proxy, moto, action):
    """The calls that EC2 and IAM do not refuse a second time."""
    cld.file("environment.yaml", files.ECS)
    rule = kill_after(cld, moto_proxy, 1, action)
    with Agent(moto):
        cld.run("env", "create", "shop", "environment.yaml", "--no-wait", exit=None)
        wait_until(lambda: rule.done, f"the host died at {action}")
        cld.run("env", "list")
        ended(cld)
    shop = cld.json("env", "show", "shop")
    assert shop["stack_status"] == "CREATE_COMPLETE", shop["status_reason"]
    assert counts(inventory(moto)) == {
        "cluster": 1, "instance": 2, "instance profile": 1, "role": 1, "security group": 1}
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


@pytest.mark.parametrize("action", [
    "RegisterTaskDefinition", "CreateService", "CreateLoadBalancer", "CreateTargetGroup", "CreateListener", "CreateSecret",
    "CreateLogGroup", "PutRolePolicy"])
def test_an_application_is_deployed_once_when_the_host_dies(ministack, proxies, homes, action):
    proxy = proxies(ministack)
    cld = homes(proxy)
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.file("app.yaml", files.APP_WITH_DATABASE)
    cld.run("env", "create", "shop", "environment.yaml")
    before = inventory(ministack)
    rule = kill_after(cld, proxy, 1, action)
    cld.run("app", "deploy", "greet", "shop", "app.yaml", "--no-wait", exit=None)
    wait_until(lambda: rule.done, f"the host died at {action}")
    cld.run("env", "list")
    ended(cld)
    greet = cld.json("app", "show", "greet")
    assert greet["stack_status"] == "CREATE_COMPLETE", greet["status_reason"]
    own = {kind: number - len(before.get(kind, [])) for kind, number in counts(inventory(ministack)).items()}
    assert {kind: number for kind, number in own.items() if number} == {
        "listener": 1, "load balancer": 1, "log group": 1, "role": 1, "secret": 1, "security group": 2, "service": 1,
        "target group": 1, "task definition": 1}
    cld.run("app", "delete", "greet")
    assert inventory(ministack) == before


@pytest.mark.parametrize("action", ["DeleteDBInstance", "DeleteSecurityGroup", "DeleteDBSubnetGroup"])
def test_a_delete_goes_on_when_the_host_dies(cld, moto_proxy, moto, action):
    cld.file("environment.yaml", files.RDS)
    cld.run("env", "create", "shop", "environment.yaml")
    rule = kill_after(cld, moto_proxy, 1, action)
    cld.run("env", "delete", "shop", "--no-wait", exit=None)
    wait_until(lambda: rule.done, f"the host died at {action}")
    cld.run("env", "list")
    ended(cld)
    assert inventory(moto) == {} and cld.json("env", "list") == []


def test_lost_replies_alone_create_nothing_twice(cld, moto_proxy, moto):
    """Every mutating call is executed and its connection dropped, once each, with the host alive."""
    dropped = set()

    def is_new(call):
        key = (call.action, call.raw)
        if not call.mutates or key in dropped:
            return False
        dropped.add(key)
        return True

    moto_proxy.on(is_new, times=None, drop_after=True)
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    assert counts(inventory(moto)) == {"cluster": 1, "database": 1, "database subnet group": 1, "security group": 2}
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}
