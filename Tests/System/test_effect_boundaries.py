"""`env create` and `env delete` of a database and a cluster of machines, the host killed at every effect: nothing stray, nothing twice.

The effects are those that a survey run makes. Each is met alone, in a command of its own; and all in one command, one crash after the other, so that each
recovery runs into the next crash.
"""
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from itertools import zip_longest
from queue import Queue

import pytest

from support import boundaries, files
from support.agent import Agent
from support.boundaries import Boundaries
from support.cld import Cld
from support.emulator import Moto
from support.fault_proxy import FaultProxy
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


@pytest.fixture(scope="module")
def clouds():
    """Two motos, for cases side by side."""
    servers = [Moto(), Moto()]
    yield servers
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def survey(clouds):
    """The effects of a create and a delete in which nothing goes wrong, and what there is between them."""
    moto = clouds[0]
    with closing(FaultProxy(moto.url)) as proxy, closing(Cld(proxy.url)) as cld:
        cld.file("environment.yaml", files.RDS_ECS)
        with Agent(moto):
            cld.run("env", "create", "shop", "environment.yaml")
        created = effects(proxy)
        things, inner = counts(there(moto)), details(moto)
        proxy.clear()
        cld.run("env", "delete", "shop")
        deleted = effects(proxy)
    assert there(moto) == {} and len(created) >= 8 and len(deleted) >= 5
    return created, things, inner, deleted


def effects(proxy):
    """{action: how many different requests of it} of what may have changed something."""
    return Counter(action for action, _ in {(call.action, call.raw) for call in proxy.mutating()})


def create_and_delete(cld, proxy, moto, moment, survey, aims=None):
    """Both commands, with a crash at all effects of each, or at the one of each that is aimed at; how many crashes there were of which effect."""
    created, things, inner, deleted = survey
    cld.file("environment.yaml", files.RDS_ECS)
    deaths = Boundaries(cld, proxy, moment)
    counted = []
    for kind, surveyed, aim in zip(("create", "delete"), (created, deleted), aims or (None, None)):
        expected = surveyed
        if aims:
            deaths.aim_at(aim)
            expected = Counter([aim[0]] if aim else [])
        with Agent(moto) if kind == "create" else nullcontext():
            accepted = cld.run("env", kind, "shop", *(["environment.yaml"] if kind == "create" else []), "--no-wait", exit=None)
            assert accepted.code in (0, 69), accepted
            ended = deaths.follow(kind)
        assert ended["status"] == "SUCCEEDED", f"{moment} {aims}: {ended}\n" + deaths.tail()
        met = deaths.counts()
        assert met == expected, f"{moment}: met {met}, surveyed {expected}"
        counted.append(met)
        if kind == "create":
            found = there(moto)
            assert counts(found) == things, f"{moment} {aims}"
            assert details(moto) == inner, f"{moment} {aims}"
            check_recorded(cld, found)
    assert there(moto) == {} and cld.json("env", "list") == [], f"{moment} {aims}"
    return counted


@pytest.mark.parametrize("moment", ["after", "before"])
def test_the_host_dies_at_every_effect(survey, homes, moto, proxies, moment):
    proxy = proxies(moto)
    create, delete = create_and_delete(homes(proxy), proxy, moto, moment, survey)
    boundaries.record("env create", moment, "all", create)
    boundaries.record("env delete", moment, "all", delete)


def test_the_host_dies_at_one_effect(survey, clouds):
    """Two lanes, each with a cloud of its own."""
    created, _, _, deleted = survey
    free = Queue()
    for cloud in clouds:
        free.put(cloud)

    def run(case):
        moment, aims = case
        moto = free.get()
        try:
            moto.reset()
            with closing(FaultProxy(moto.url)) as proxy, closing(Cld(proxy.url)) as cld:
                return moment, create_and_delete(cld, proxy, moto, moment, survey, aims)
        finally:
            free.put(moto)

    one_by_one = [[(action, number) for action, count in sorted(met.items()) for number in range(1, count + 1)] for met in (created, deleted)]
    total = {moment: (Counter(), Counter()) for moment in ("after", "before")}
    with ThreadPoolExecutor(len(clouds)) as lanes:
        for moment, met in lanes.map(run, [(moment, aims) for moment in total for aims in zip_longest(*one_by_one)]):
            for whole, part in zip(total[moment], met):
                whole.update(part)
    for moment, met in total.items():
        assert met == (created, deleted)
        boundaries.record("env create", moment, "one", met[0])
        boundaries.record("env delete", moment, "one", met[1])


def test_a_reply_that_is_lost_again_and_again_is_looked_for_each_time(cld, moto_proxy, moto):
    """RunInstances, whose repetition moto does not know."""
    cld.file("environment.yaml", files.ECS.replace("cluster_size: 2", "cluster_size: 1"))
    moto_proxy.on("RunInstances", times=3, drop_before=True)
    with Agent(moto):
        cld.run("env", "create", "shop", "environment.yaml")
    assert len(there(moto)["instance"]) == 1 and len(moto_proxy.actions("RunInstances")) == 4
    cld.run("env", "delete", "shop")
    assert there(moto) == {}
