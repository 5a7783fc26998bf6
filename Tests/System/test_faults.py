"""Faults of a cloud on an ordinary day are waited out: throttling, errors of its own, connections that break."""
import re

import pytest

from support import files
from support.emulator import Microburst
from support.judge import counts, inventory

MADE = {"cluster": 1, "database": 1, "database subnet group": 1, "security group": 2}


@pytest.fixture
def microburst(moto):
    """microburst in front of moto."""
    proxy = Microburst(moto.url)
    yield proxy
    proxy.close()


def once_each():
    """A condition that holds at the first call of each action."""
    seen = set()

    def is_first(call):
        if call.service == "sts" or call.action in seen:
            return False
        seen.add(call.action)
        return True

    return is_first


@pytest.mark.parametrize("fault", [
    {"error": (400, "Throttling", "Rate exceeded")}, {"error": (503, "ServiceUnavailable", "Please try again")},
    {"drop_before": True}, {"drop_after": True},
], ids=["throttled", "unavailable", "connection broken before", "reply lost"])
def test_the_first_try_of_every_call_fails_and_all_is_done_once(cld, moto_proxy, moto, fault):
    cld.file("environment.yaml", files.RDS_FARGATE)
    moto_proxy.on(once_each(), times=None, **fault)
    cld.run("env", "create", "shop", "environment.yaml")
    assert counts(inventory(moto)) == MADE
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


def test_dependency_violations_of_microburst_are_waited_out(microburst, homes, moto):
    """Three refusals in the envelope of EC2's own model, and then the delete goes through."""
    cld = homes(microburst)
    cld.file("environment.yaml", files.RDS)
    cld.run("env", "create", "shop", "environment.yaml")
    microburst.rules({
        "service": "ec2", "operation": "DeleteSecurityGroup", "times": 3, "error": {"code": "DependencyViolation", "status": 400}})
    cld.run("env", "delete", "shop")
    assert len(microburst.fired()) == 3
    assert inventory(moto) == {}


def test_resets_and_throttling_of_microburst_are_waited_out(microburst, homes, moto):
    """One call in four is throttled or loses its connection, before or after the effect."""
    cld = homes(microburst)
    microburst.rules(
        {"service": "*", "operation": "CreateSecurityGroup", "times": 1, "error": {"code": "RequestLimitExceeded", "status": 503}},
        {"service": "rds", "operation": "CreateDBInstance", "times": 1, "response": {"abort_bytes": 0}},
        {"service": "rds", "operation": "CreateDBSubnetGroup", "times": 1, "reset": True},
        {"service": "ecs", "operation": "CreateCluster", "times": 1, "error": {"code": "ThrottlingException", "status": 400}})
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    assert len(microburst.fired()) == 4
    assert counts(inventory(moto)) == MADE
    microburst.rules()
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


def test_credentials_that_end_in_the_middle_hold_the_operation_until_there_are_others(cld, moto_proxy, moto):
    """Nothing is undone: with new keys the same operation goes on to its end."""
    old = cld.access_key
    is_over = lambda call: call.access_key == old and any(c.status == 200 for c in moto_proxy.actions("CreateDBSubnetGroup"))
    moto_proxy.on(is_over, times=None, error=(403, "ExpiredToken", "The security token included in the request is expired"))
    cld.file("environment.yaml", files.RDS)
    result = cld.run("env", "create", "shop", "environment.yaml", exit=69)
    assert "held" in result.err and "tester" in result.err
    operation = re.search(r"cld operation wait (op-\w+)", result.err).group(1)
    assert counts(inventory(moto)) == {"database subnet group": 1, "security group": 1}
    cld.use_keys("AKIAOTHERKEY00000000", "dummy-secret-key")
    cld.run("operation", "wait", operation)
    assert cld.json("env", "show", "shop")["status"] == "available"
    assert counts(inventory(moto)) == {"database": 1, "database subnet group": 1, "security group": 1}
