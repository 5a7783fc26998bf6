"""`env create` and `env delete` of a database and a cluster of machines, the host killed at every effect: nothing stray, nothing twice.

The effects are those that a survey run makes. One run meets them all, one crash after the other: each recovery runs into the next crash, and what any of them had
left twice or lost would be there at the end.
"""
from collections import Counter

import pytest

from support import boundaries, files
from support.agent import Agent
from support.boundaries import Boundaries
from support.judge import counts, inventory


def details(moto):
    """What could exist twice within a thing, beside the things themselves."""
    groups = [g for g in moto.client("ec2").describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"]
    iam = moto.client("iam")
    profiles = iam.list_instance_profiles()["InstanceProfiles"]
    return {
        "openings": sum(len(p["IpRanges"]) + len(p["UserIdGroupPairs"]) for g in groups for p in g["IpPermissions"]),
        "roles in profiles": sum(len(p["Roles"]) for p in profiles),
        "policies": sum(len(iam.list_attached_role_policies(RoleName=r["RoleName"])["AttachedPolicies"]) for p in profiles for r in p["Roles"]),
    }


def there(moto):
    return inventory(moto, skipping=("ssm",))


def check_recorded(cld, found):
    """Each thing in the account is one that is recorded."""
    listed = cld.json("resource", "list")
    recorded = {r["physical_id"] for r in listed} | {r["name"] for r in listed}
    for kind in ("instance", "database", "cluster", "role", "instance profile"):
        assert found[kind] and set(found[kind]) <= recorded, kind


@pytest.fixture
def survey(homes, moto, proxies):
    """The effects of a create and a delete in which nothing goes wrong, and what there is between them."""
    proxy = proxies(moto)
    cld = homes(proxy)
    cld.file("environment.yaml", files.RDS_ECS)
    with Agent(moto):
        cld.run("env", "create", "shop", "environment.yaml")
    created = Counter(action for action, _ in {(c.action, c.raw) for c in proxy.mutating()})
    things, inner = counts(there(moto)), details(moto)
    proxy.clear()
    cld.run("env", "delete", "shop")
    deleted = Counter(action for action, _ in {(c.action, c.raw) for c in proxy.mutating()})
    assert there(moto) == {} and len(created) >= 8 and len(deleted) >= 5
    return created, things, inner, deleted


def test_the_host_dies_at_every_effect(survey, homes, moto, proxies):
    created, things, inner, deleted = survey
    for moment in ("after", "before"):
        proxy = proxies(moto)
        cld = homes(proxy)
        cld.file("environment.yaml", files.RDS_ECS)
        deaths = Boundaries(cld, proxy, moment)
        with Agent(moto):
            cld.run("env", "create", "shop", "environment.yaml", "--no-wait", exit=None)
            ended = deaths.follow("create")
            assert ended["status"] == "SUCCEEDED", f"{moment}: {ended}\n" + deaths.tail()
        met = deaths.counts()
        assert met == created, f"{moment}: met {met}, surveyed {created}"
        found = there(moto)
        assert counts(found) == things
        assert details(moto) == inner
        check_recorded(cld, found)
        boundaries.record("env create", moment, met)
        accepted = cld.run("env", "delete", "shop", "--no-wait", exit=None)
        assert accepted.code in (0, 69), accepted
        ended = deaths.follow("delete")
        assert ended["status"] == "SUCCEEDED", f"{moment}: {ended}\n" + deaths.tail()
        met = deaths.counts()
        assert met == deleted, f"{moment}: met {met}, surveyed {deleted}"
        assert there(moto) == {} and cld.json("env", "list") == []
        boundaries.record("env delete", moment, met)


def test_a_reply_that_is_lost_again_and_again_is_looked_for_each_time(cld, moto_proxy, moto):
    """RunInstances, whose repetition moto does not know."""
    cld.file("environment.yaml", files.ECS.replace("cluster_size: 2", "cluster_size: 1"))
    moto_proxy.on("RunInstances", times=3, drop_before=True)
    with Agent(moto):
        cld.run("env", "create", "shop", "environment.yaml")
    assert len(there(moto)["instance"]) == 1 and len(moto_proxy.actions("RunInstances")) == 4
    cld.run("env", "delete", "shop")
    assert there(moto) == {}
