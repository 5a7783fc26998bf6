"""The whole path against moto, which checks every signature and every permission."""
import json

import pytest

from support import files
from support.agent import Agent
from support.judge import counts, inventory, tags_of

PLUGINS = ("aws-basics", "aws-ec2", "aws-rds", "aws-ecs")


@pytest.fixture
def strict(moto, moto_proxy, homes):
    """moto with a user who may do exactly what the plugins' manifests list: (home, proxy, keys of an administrator)."""
    cld = homes(moto_proxy)
    policies = [cld.run("plugin", "show", name, "--iam").json for name in PLUGINS]
    document = {
        "Version": "2012-10-17", "Statement": [statement for policy in policies for statement in policy["Statement"]]}
    iam = moto.client("iam")
    keys = {}
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    for user, policy in (("cld", document), ("administrator", everything)):
        iam.create_user(UserName=user)
        iam.put_user_policy(UserName=user, PolicyName="policy", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        keys[user] = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
    cld.use_keys(**keys["cld"])
    moto.check_signatures(True)
    return cld, moto_proxy, keys["administrator"]


def test_the_least_policy_of_the_manifests_is_enough_for_the_whole_path(strict, moto):
    """env (rds + ecs, size 2) → app → delete; names, tags and openings are as designed, and nothing is left."""
    cld, proxy, admin = strict
    cld.file("environment.yaml", files.RDS_ECS)
    cld.file("app.yaml", files.APP_WITH_DATABASE)
    with Agent(moto, **admin):
        shop = cld.json("env", "create", "shop", "environment.yaml")
    assert shop["status"] == "available"
    greet = cld.json("app", "deploy", "greet", "shop", "app.yaml")
    assert greet["outputs"]["URL"].startswith("http://greet-")

    found = inventory(moto, **admin)
    assert counts(found) == {
        "cluster": 1, "database": 1, "database subnet group": 1, "instance": 2, "instance profile": 1, "listener": 1,
        "load balancer": 1, "log group": 1, "role": 2, "secret": 1, "security group": 3, "service": 1, "target group": 1,
        "task definition": 1}
    _check_names(found)
    _check_tags(moto, admin, shop, greet)
    _check_openings(moto, admin)
    _check_secrets_of_the_task(moto, admin)
    assert not [call for call in proxy.calls if call.status in (401, 403)], "nothing was denied"

    cld.run("app", "delete", "greet")
    left = counts(inventory(moto, **admin))
    assert left == {
        "cluster": 1, "database": 1, "database subnet group": 1, "instance": 2, "instance profile": 1, "role": 1,
        "security group": 2}, "app delete removes exactly what the application made"
    cld.run("env", "delete", "shop")
    assert inventory(moto, **admin) == {}
    assert not [call for call in proxy.calls if call.status in (401, 403)], "nothing was denied"


def test_a_wrong_secret_key_is_an_authentication_error_that_names_the_profile(strict, moto):
    cld, proxy, admin = strict
    cld.use_keys(admin["access_key"], "wrong")
    cld.file("environment.yaml", files.RDS)
    result = cld.run("env", "create", "shop", "environment.yaml", exit=77)
    assert "tester" in result.err
    assert len(result.err.splitlines()) == 1
    assert not proxy.mutating()
    assert cld.json("env", "list") == []


def test_a_permission_that_is_missing_undoes_the_creation_and_is_named(strict, moto):
    """A denied call ends the operation with the cloud's own words, and leaves nothing."""
    cld, proxy, admin = strict
    iam = moto.client("iam", **admin)
    policy = iam.get_user_policy(UserName="cld", PolicyName="policy")["PolicyDocument"]
    policy["Statement"].append({"Effect": "Deny", "Action": "rds:CreateDBInstance", "Resource": "*"})
    iam.put_user_policy(UserName="cld", PolicyName="policy", PolicyDocument=json.dumps(policy))
    cld.file("environment.yaml", files.RDS)
    result = cld.run("env", "create", "shop", "environment.yaml", exit=1)
    assert "rds:CreateDBInstance" in result.err
    assert inventory(moto, **admin) == {}


def _check_names(found):
    for kind, names in found.items():
        if kind in ("instance", "listener"):
            continue
        for name in names:
            stack, timestamp, logical = name.split("-", 2)
            assert stack in ("shop", "greet") and len(timestamp) == 14 and timestamp.startswith("20") and logical, name


def _check_tags(moto, admin, shop, greet):
    """Everything that can have tags has the five of its resource."""
    ids = {(r["stack"], r["logical_id"]): r["id"] for r in shop["resources"] + greet["resources"]}
    seen = set()

    def check(kind, tags):
        assert {"cld:installation", "cld:stack", "cld:stack-name", "cld:logical-id", "cld:resource"} <= set(tags), (kind, tags)
        key = (tags["cld:stack-name"], tags["cld:logical-id"])
        assert tags["cld:stack"] == (shop if key[0] == "shop" else greet)["id"]
        assert tags["cld:resource"] == ids[key] + "-1", (kind, tags)
        seen.add(tags["cld:installation"])

    def client(service):
        return moto.client(service, **admin)

    ec2 = client("ec2")
    for reservation in ec2.describe_instances()["Reservations"]:
        for instance in reservation["Instances"]:
            check("instance", tags_of(instance))
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        if group["GroupName"] != "default":
            check("security group", tags_of(group))
    rds = client("rds")
    for database in rds.describe_db_instances()["DBInstances"]:
        check("database", tags_of(database))
    for group in rds.describe_db_subnet_groups()["DBSubnetGroups"]:
        check("subnet group", tags_of(rds.list_tags_for_resource(ResourceName=group["DBSubnetGroupArn"])))
    ecs = client("ecs")
    clusters = ecs.list_clusters()["clusterArns"]
    for arn in clusters + ecs.list_services(cluster=clusters[0])["serviceArns"] + ecs.list_task_definitions()["taskDefinitionArns"]:
        check(arn, tags_of(ecs.list_tags_for_resource(resourceArn=arn)))
    elbv2 = client("elbv2")
    arns = [b["LoadBalancerArn"] for b in elbv2.describe_load_balancers()["LoadBalancers"]]
    arns += [g["TargetGroupArn"] for g in elbv2.describe_target_groups()["TargetGroups"]]
    for description in elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]:
        check(description["ResourceArn"], tags_of(description))
    iam = client("iam")
    for role in iam.list_roles()["Roles"]:
        check("role", tags_of(iam.get_role(RoleName=role["RoleName"])["Role"]))
    for profile in iam.list_instance_profiles()["InstanceProfiles"]:
        check("profile", tags_of(iam.get_instance_profile(InstanceProfileName=profile["InstanceProfileName"])["InstanceProfile"]))
    for secret in client("secretsmanager").list_secrets()["SecretList"]:
        check("secret", tags_of(secret))
    for group in client("logs").describe_log_groups()["logGroups"]:
        tags = client("logs").list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"]
        check("log group", tags)
    assert len(seen) == 1, "one installation"


def _check_openings(moto, admin):
    """The database admits the cluster only; the machines admit the load balancer only; the world reaches port 80 of it."""
    groups = moto.client("ec2", **admin).describe_security_groups()["SecurityGroups"]
    by_name = {g["GroupName"].split("-", 2)[-1]: g for g in groups if g["GroupName"] != "default"}
    cluster, database, balancer = (
        by_name[n] for n in ("EcsClientSecurityGroup", "RdsSecurityGroup", "LoadBalancerSecurityGroup"))

    def openings(group):
        return [
            (p.get("FromPort"), p.get("ToPort"), [r["CidrIp"] for r in p["IpRanges"]] + [r["CidrIpv6"] for r in p["Ipv6Ranges"]],
             [g["GroupId"] for g in p["UserIdGroupPairs"]]) for p in group["IpPermissions"]]

    assert openings(database) == [(3306, 3306, [], [cluster["GroupId"]])]
    assert openings(balancer) == [(80, 80, ["0.0.0.0/0"], [])]
    assert openings(cluster) == [(32768, 65535, [], [balancer["GroupId"]])]
    assert set(by_name) == {"EcsClientSecurityGroup", "RdsSecurityGroup", "LoadBalancerSecurityGroup"}
    db = moto.client("rds", **admin).describe_db_instances()["DBInstances"][0]
    assert [g["VpcSecurityGroupId"] for g in db["VpcSecurityGroups"]] == [database["GroupId"]]
    assert db["PubliclyAccessible"] is False


def _check_secrets_of_the_task(moto, admin):
    """The password comes by reference, the rest as it is."""
    ecs, manager = moto.client("ecs", **admin), moto.client("secretsmanager", **admin)
    arn = ecs.list_task_definitions()["taskDefinitionArns"][0]
    container = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"][0]
    plain = {e["name"]: e["value"] for e in container["environment"]}
    assert plain["USER"] == "cld" and plain["DATABASE"] == "app" and plain["HOST"].endswith(".rds.amazonaws.com")
    assert [s["name"] for s in container["secrets"]] == ["PASSWORD"]
    password = manager.get_secret_value(SecretId=container["secrets"][0]["valueFrom"])["SecretString"]
    assert len(password) >= 16 and password not in json.dumps(container)
