"""What the commands promise beside the main path."""
import json

import pytest

from support import files
from support.judge import counts, inventory
from support.waiting import wait_until

UNDECIDED = files.RDS.replace(", final_snapshot: false", "")


def creating(answer):
    """The database is not there yet."""
    return answer.replace(b"<DBInstanceStatus>available", b"<DBInstanceStatus>creating")


@pytest.fixture
def slow(cld, moto_proxy):
    """A home whose databases never get ready until the rule ends: (home, the rule)."""
    cld.file("environment.yaml", files.RDS)
    return cld, moto_proxy.on("DescribeDBInstances", times=None, rewrite=creating)


def test_no_wait_prints_the_id_and_wait_follows_to_the_end(slow):
    cld, rule = slow
    operation = cld.run("env", "create", "shop", "environment.yaml", "--no-wait").out.strip()
    assert operation.startswith("op-") and "\n" not in operation
    assert cld.json("env", "show", "shop")["status"] == "creating"
    result = cld.run("operation", "wait", operation, "--timeout", "1", exit=1)
    assert operation in result.err, "the time is over, the operation goes on"
    rule.times = 0
    cld.run("operation", "wait", operation)
    shown = cld.json("operation", "show", operation)
    assert shown["status"] == "SUCCEEDED" and shown["finished_at"] and shown["events"]
    assert cld.json("env", "show", "shop")["status"] == "available"


def test_cancel_undoes_a_creation(slow, moto, moto_proxy):
    cld, rule = slow
    operation = cld.run("env", "create", "shop", "environment.yaml", "--no-wait").out.strip()
    wait_until(lambda: rule.used, "the database is being made")
    cld.run("operation", "cancel", operation)
    result = cld.run("operation", "wait", operation, exit=1)
    assert "cancelled" in result.err.splitlines()[-1]
    assert cld.json("operation", "show", operation)["status"] == "CANCELLED"
    assert cld.json("env", "show", "shop")["stack_status"] == "ROLLBACK_COMPLETE"
    assert inventory(moto) == {}


def test_cancel_undoes_what_was_still_on_its_way(cld, moto_proxy, moto):
    """The call is in the air when the creation is cancelled, and the cloud executes it afterwards."""
    cld.file("environment.yaml", files.RDS)
    rule = moto_proxy.on("CreateDBInstance", times=None, delay=2.0)
    operation = cld.run("env", "create", "shop", "environment.yaml", "--no-wait").out.strip()
    wait_until(lambda: rule.used, "the database is on its way")
    cld.run("operation", "cancel", operation)
    cld.run("operation", "wait", operation, exit=1)
    wait_until(lambda: rule.done == rule.used, "all calls were executed")
    assert inventory(moto) == {}


def test_an_operation_that_ended_cannot_be_cancelled(cld):
    cld.file("environment.yaml", files.FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    operation = cld.json("operation", "list")[0]["id"]
    result = cld.run("operation", "cancel", operation, exit=73)
    assert operation in result.err and len(result.err.splitlines()) == 1


def test_a_database_is_stopped_started_and_rebooted(cld, moto):
    cld.file("environment.yaml", files.RDS)
    cld.run("env", "create", "shop", "environment.yaml")

    def status():
        return moto.client("rds").describe_db_instances()["DBInstances"][0]["DBInstanceStatus"]

    cld.run("resource", "stop", "shop/RdsDatabase")
    assert status() == "stopped"
    assert cld.json("resource", "show", "shop/RdsDatabase")["attributes"]["Status"] == "stopped"
    cld.run("resource", "start", "shop/RdsDatabase")
    assert status() == "available"
    shown = cld.json("resource", "reboot", "shop/RdsDatabase")
    assert shown["attributes"]["Status"] == "available"
    result = cld.run("resource", "start", "shop/RdsDatabase", exit=None)
    assert result.code in (1, 73) and "available" in result.err, "what runs cannot be started"
    result = cld.run("resource", "stop", "shop/RdsSecurityGroup", exit=None)
    assert result.code == 64 and len(result.err.splitlines()) == 1, result


def test_refresh_shows_the_thing_as_it_is_and_says_when_it_is_missing(cld, moto):
    cld.file("environment.yaml", files.RDS)
    cld.run("env", "create", "shop", "environment.yaml")
    rds = moto.client("rds")
    name = rds.describe_db_instances()["DBInstances"][0]["DBInstanceIdentifier"]
    rds.stop_db_instance(DBInstanceIdentifier=name)
    assert cld.json("resource", "refresh", "shop/RdsDatabase")["attributes"]["Status"] == "stopped"
    rds.start_db_instance(DBInstanceIdentifier=name)
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    shown = cld.json("resource", "refresh", "shop/RdsDatabase", exit=None)
    assert shown["status_reason"].startswith("missing"), shown
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


def test_dry_runs_touch_nothing(cld, moto_proxy, moto):
    """Of every change: a plan that names what would be done, and neither cloud nor database differ."""
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.file("app.yaml", files.APP)
    plan = cld.json("env", "create", "shop", "environment.yaml", "--dry-run")
    assert {c["action"] for c in plan["changes"]} == {"create"} and plan["account"] == "123456789012"
    assert not moto_proxy.mutating() and cld.json("env", "list") == [] and cld.json("operation", "list") == []
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    before, seen, operations = inventory(moto), len(moto_proxy.mutating()), cld.json("operation", "list")
    for arguments in (
            ("app", "deploy", "other", "shop", "app.yaml"), ("app", "delete", "greet"), ("env", "delete", "shop", "--force"),
            ("resource", "stop", "shop/RdsDatabase"), ("resource", "start", "shop/RdsDatabase"),
            ("resource", "reboot", "shop/RdsDatabase"), ("resource", "refresh", "shop/RdsDatabase")):
        result = cld.run(*arguments, "--dry-run")
        assert "Nothing was done" in result.out + result.err, result
    plan = cld.json("env", "delete", "shop", "--force", "--dry-run")
    assert {c["action"] for c in plan["changes"]} == {"delete"}
    assert len(moto_proxy.mutating()) == seen and inventory(moto) == before
    assert cld.json("operation", "list") == operations


def test_an_environment_with_applications_is_not_deleted_but_by_force(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.FARGATE)
    cld.file("app.yaml", files.APP)
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    before = inventory(moto)
    result = cld.run("env", "delete", "shop", exit=73)
    assert "greet" in result.err and "--force" in result.err
    assert inventory(moto) == before
    cld.run("env", "delete", "shop", "--force")
    assert inventory(moto) == {} and cld.json("app", "list") == []
    service, cluster = moto_proxy.actions("DeleteService")[0], moto_proxy.actions("DeleteCluster")[0]
    assert service.index < cluster.index, "the application went first"


def test_data_is_not_deleted_without_a_decision(cld, moto_proxy, moto):
    """No terminal, no flag, no key in the file: refused, and nothing has begun."""
    cld.file("environment.yaml", UNDECIDED)
    cld.run("env", "create", "shop", "environment.yaml")
    before, seen = inventory(moto), len(moto_proxy.mutating())
    result = cld.run("env", "delete", "shop", exit=64)
    assert "--final-snapshot" in result.err and "--skip-final-snapshot" in result.err
    assert len(moto_proxy.mutating()) == seen and inventory(moto) == before
    result = cld.run("env", "delete", "shop", "--final-snapshot", "--skip-final-snapshot", exit=64)
    assert cld.json("env", "show", "shop")["status"] == "available"
    cld.run("env", "delete", "shop", "--skip-final-snapshot")
    assert inventory(moto) == {}


@pytest.mark.parametrize("text, flags", [
    (UNDECIDED, ["--final-snapshot"]), (files.RDS.replace("final_snapshot: false", "final_snapshot: true"), [])],
    ids=["flag", "file"])
def test_a_final_snapshot_is_left_when_asked_for(cld, moto, text, flags):
    cld.file("environment.yaml", text)
    cld.run("env", "create", "shop", "environment.yaml")
    name = inventory(moto)["database"][0]
    cld.run("env", "delete", "shop", *flags)
    assert counts(inventory(moto)) == {"database snapshot": 1}
    snapshot = moto.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"][0]
    assert snapshot["DBInstanceIdentifier"] == name


def test_a_rollback_takes_no_snapshot(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.RDS_FARGATE.replace("final_snapshot: false", "final_snapshot: true"))
    rule = moto_proxy.on("DescribeDBInstances", times=None, rewrite=creating)
    operation = cld.run("env", "create", "shop", "environment.yaml", "--no-wait").out.strip()
    wait_until(lambda: rule.used, "the database is being made")
    cld.run("operation", "cancel", operation)
    cld.run("operation", "wait", operation, exit=1)
    assert inventory(moto) == {}


def test_json_is_one_document_on_standard_output_and_nothing_else(cld):
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.file("app.yaml", files.APP)
    for arguments in (
            ("env", "create", "shop", "environment.yaml"), ("app", "deploy", "greet", "shop", "app.yaml"), ("env", "list"),
            ("env", "show", "shop"), ("app", "list"), ("app", "show", "greet"), ("app", "logs", "greet"), ("resource", "list"),
            ("resource", "show", "shop/RdsDatabase"), ("resource", "refresh", "shop/RdsDatabase"), ("operation", "list"),
            ("plugin", "list"), ("plugin", "types"), ("plugin", "show", "aws-rds"), ("plugin", "why", "rds"), ("status",),
            ("setup", "aws")):
        result = cld.run(*arguments, "-o", "json")
        json.loads(result.out)
    result = cld.run("env", "show", "absent", "-o", "json", exit=66)
    assert result.out == "" and len(result.err.splitlines()) == 1


def test_the_shapes_of_json_are_as_designed(cld):
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.file("app.yaml", files.APP)
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    for noun, name in (("env", "shop"), ("app", "greet")):
        shown = cld.json(noun, "show", name)
        assert {"name", "status", "stack_status", "created_at", "outputs", "resources"} <= set(shown)
        assert (shown["status"], shown["stack_status"]) == ("available", "CREATE_COMPLETE")
        for resource in shown["resources"]:
            assert {"id", "stack", "logical_id", "type", "physical_id", "status", "status_reason", "attributes"} <= set(resource)
        listed = cld.json(noun, "list")
        assert [s["name"] for s in listed] == [name] and "resources" not in listed[0]
    for plugin in cld.json("plugin", "list"):
        assert {"name", "version", "state", "reason", "code", "path", "types"} <= set(plugin)


def test_setup_shows_whose_credentials_are_found(cld):
    shown = cld.json("setup", "aws")
    assert (shown["account"], shown["region"], shown["profile"]) == ("123456789012", "eu-west-1", "tester")


def test_a_network_of_the_file_is_used_and_stays(cld, moto):
    """The VPC, the subnets and the security group are the user's: everything is in them, and they outlive the environment."""
    ec2 = moto.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    cld.file("environment.yaml", files.RDS_FARGATE +
             f"  network: {{vpc: {vpc}, subnets: [{', '.join(subnets)}], security_groups: [{group}]}}\n")
    cld.file("app.yaml", files.APP)
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    made = [g for g in ec2.describe_security_groups()["SecurityGroups"] if g["GroupName"] not in ("default", "own")]
    assert {g["VpcId"] for g in made} == {vpc}
    database = moto.client("rds").describe_db_instances()["DBInstances"][0]
    assert group in [g["VpcSecurityGroupId"] for g in database["VpcSecurityGroups"]]
    balancer = moto.client("elbv2").describe_load_balancers()["LoadBalancers"][0]
    assert balancer["VpcId"] == vpc and {z["SubnetId"] for z in balancer["AvailabilityZones"]} == set(subnets)
    ecs = moto.client("ecs")
    cluster = ecs.list_clusters()["clusterArns"][0]
    service = ecs.describe_services(cluster=cluster, services=ecs.list_services(cluster=cluster)["serviceArns"])["services"][0]
    assert set(service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]) == set(subnets)
    cld.run("env", "delete", "shop", "--force")
    assert inventory(moto) == {"security group": ["own"]}
    assert vpc in [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"]]


@pytest.mark.parametrize("access, cidr", [("open", "0.0.0.0/0"), ("203.0.113.0/24", "203.0.113.0/24")])
def test_a_policy_of_access_opens_the_database_to_it_and_to_nobody_else(cld, moto, access, cidr):
    cld.file("environment.yaml", files.RDS_FARGATE.replace(
        "final_snapshot: false}\n", f"final_snapshot: false}}\n          policy: {{access: {access}}}\n"))
    cld.run("env", "create", "shop", "environment.yaml")
    groups = moto.client("ec2").describe_security_groups()["SecurityGroups"]
    group = next(g for g in groups if g["GroupName"].endswith("RdsSecurityGroup"))
    assert [(p["FromPort"], [r["CidrIp"] for r in p["IpRanges"]], p["UserIdGroupPairs"]) for p in group["IpPermissions"]] == [
        (3306, [cidr], [])]


@pytest.mark.parametrize("engine, port", [("mysql", 3306), ("mariadb", 3306), ("postgres", 5432)])
def test_each_engine_gets_its_port(ministack, proxies, homes, engine, port):
    cld = homes(proxies(ministack))
    cld.file("environment.yaml", files.RDS.replace("mysql", engine))
    shop = cld.json("env", "create", "shop", "environment.yaml")
    database = ministack.client("rds").describe_db_instances()["DBInstances"][0]
    assert database["Engine"] == engine and database["Endpoint"]["Port"] == port == int(shop["outputs"]["RdsPort"])
