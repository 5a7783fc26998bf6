"""Bad input: one sentence that says what and where, the right exit status, nothing in the cloud and nothing in the database."""
import pytest

from support import files
from support.judge import inventory

# (what is wrong, the file, what the sentence has, where in the file)
ENVIRONMENTS = [
    ("unknown key", "environment:\n  resourcess: {}\n", "resourcess", "2:3"),
    ("unknown key of a configuration",
     "environment:\n  resources:\n    aws:\n      - resource:\n          type: rds\n          configuration: {engine: mysql, flavour: x}\n",
     "flavour", "6:"),
    ("wrong type of a list", "environment:\n  resources:\n    aws: rds\n", "must be a list", "3:"),
    ("wrong type of a number",
     "environment:\n  app_deployment:\n    target: aws\n    type: ecs\n    cluster_size: many\n", "cluster_size", "5:"),
    ("number out of range",
     "environment:\n  app_deployment:\n    target: aws\n    type: ecs\n    cluster_size: 0\n", "cluster_size", "5:"),
    ("unknown resource type", "environment:\n  resources:\n    aws:\n      - resource: {type: rdss}\n", "did you mean 'rds'", "4:"),
    ("unknown coe", "environment:\n  app_deployment: {target: aws, type: swarm}\n", "swarm", "2:"),
    ("unknown cloud", "environment:\n  app_deployment: {target: awss, type: ecs}\n", "awss", "2:"),
    ("engine that does not exist",
     "environment:\n  resources:\n    aws:\n      - resource:\n          type: rds\n          configuration:\n            engine: oracel\n",
     "oracel", "7:"),
    ("access that is no network",
     "environment:\n  resources:\n    aws:\n      - resource:\n          type: rds\n          configuration: {engine: mysql}\n"
     "          policy:\n            access: everyone\n", "everyone", "8:"),
    ("duplicate key", "environment:\n  app_deployment: {target: aws, type: ecs}\n  app_deployment: {target: aws, type: ecs}\n",
     "app_deployment", "3:"),
    ("asks for nothing", "environment: {}\n", "asks for nothing", "1:"),
    ("not YAML", "environment:\n  - [unclosed\n", "", ""),
    ("no mapping", "just text\n", "must be a mapping", "1:"),
    ("empty", "", "", ""),
]


def refuses(cld, proxy, *arguments, exit, **options):
    """The command ends with that status and one line, and nothing happened anywhere."""
    result = cld.run(*arguments, exit=exit, **options)
    assert len(result.err.splitlines()) == 1, result
    assert result.err.startswith("cld: ") and result.out == "", result
    assert not proxy.mutating()
    assert cld.json("env", "list") == []
    assert cld.json("operation", "list") == []
    return result.err


@pytest.mark.parametrize("text, words, place", [row[1:] for row in ENVIRONMENTS], ids=[row[0] for row in ENVIRONMENTS])
def test_a_wrong_environment_file_is_refused_with_its_place(cld, moto_proxy, text, words, place):
    cld.file("environment.yaml", text)
    sentence = refuses(cld, moto_proxy, "env", "create", "shop", "environment.yaml", exit=64)
    assert words in sentence
    assert f"environment.yaml:{place}" in sentence
    assert not moto_proxy.calls, "a file is refused before any cloud is asked"


@pytest.mark.parametrize("name", ["1shop", "shop_1", "-shop", "a" * 41, "sh op", "shop-"])
def test_a_name_that_a_cloud_would_refuse_is_refused(cld, moto_proxy, name):
    cld.file("environment.yaml", files.RDS)
    sentence = refuses(cld, moto_proxy, "env", "create", "--", name, "environment.yaml", exit=64)
    assert f"'{name}'" in sentence


def test_a_file_that_is_absent_is_missing(cld, moto_proxy):
    sentence = refuses(cld, moto_proxy, "env", "create", "shop", "absent.yaml", exit=66)
    assert "absent.yaml" in sentence


def test_without_credentials_nothing_starts(cld, moto_proxy):
    cld.file("environment.yaml", files.RDS)
    (cld.folder / ".aws/credentials").unlink()
    refuses(cld, moto_proxy, "env", "create", "shop", "environment.yaml", exit=77, without=("AWS_PROFILE",))


def test_a_profile_that_does_not_exist_is_named(cld, moto_proxy):
    cld.file("environment.yaml", files.RDS)
    sentence = refuses(cld, moto_proxy, "env", "create", "shop", "environment.yaml", exit=77, AWS_PROFILE="nobody")
    assert "nobody" in sentence


def test_a_region_that_is_missing_is_asked_for(cld, moto_proxy):
    cld.file("environment.yaml", files.RDS)
    sentence = refuses(cld, moto_proxy, "env", "create", "shop", "environment.yaml", exit=64, without=("AWS_REGION",))
    assert "AWS_REGION" in sentence


def test_a_cloud_that_does_not_answer_is_unavailable(cld, moto_proxy):
    cld.file("environment.yaml", files.RDS)
    refuses(cld, moto_proxy, "env", "create", "shop", "environment.yaml", exit=69, AWS_ENDPOINT_URL="http://127.0.0.1:9")


def test_a_name_that_is_taken_is_a_conflict(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    before = inventory(moto)
    result = cld.run("env", "create", "shop", "environment.yaml", exit=73)
    assert "shop" in result.err and len(result.err.splitlines()) == 1
    assert inventory(moto) == before
    assert len(cld.json("env", "list")) == 1


def test_an_environment_that_is_not_there_is_missing(cld, moto_proxy):
    cld.file("app.yaml", files.APP)
    for arguments in (("env", "show", "shop"), ("env", "delete", "shop"), ("app", "deploy", "a", "shop", "app.yaml"),
                      ("app", "logs", "a"), ("resource", "show", "shop/X"), ("operation", "show", "op-0")):
        result = cld.run(*arguments, exit=66)
        assert len(result.err.splitlines()) == 1 and result.out == "", result
    assert not moto_proxy.mutating()


@pytest.mark.parametrize("env, words", [
    ("HOST: $CLOUDARK_SQL_Address", "'sql'"), ("HOST: $CLOUDARK_RDS_Adress", "no attribute 'Adress'")])
def test_a_reference_to_nothing_is_refused_with_its_place(cld, moto_proxy, env, words):
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    cld.file("app.yaml", files.APP + f"  env:\n    {env}\n")
    seen = len(moto_proxy.mutating())
    result = cld.run("app", "deploy", "greet", "shop", "app.yaml", exit=64)
    assert "app.yaml:7:" in result.err and words in result.err and len(result.err.splitlines()) == 1, result
    assert len(moto_proxy.mutating()) == seen
    assert cld.json("app", "list") == []


@pytest.mark.parametrize("line, words", [
    ("container_port: many", "container_port"), ("container_prot: 80", "container_prot"), ("container_port: 80\n  memory: 3", "memory")])
def test_a_wrong_application_file_is_refused_with_its_place(cld, moto_proxy, line, words):
    cld.file("environment.yaml", files.FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    cld.file("app.yaml", f"app:\n  image: a:1\n  {line}\n")
    seen = len(moto_proxy.mutating())
    result = cld.run("app", "deploy", "greet", "shop", "app.yaml", exit=64)
    assert "app.yaml:" in result.err and words in result.err and len(result.err.splitlines()) == 1, result
    assert len(moto_proxy.mutating()) == seen
    assert cld.json("app", "list") == []


def test_an_account_without_a_default_network_is_told_of_the_network_key(cld, moto_proxy, moto):
    """One sentence that names the key `network`; with it, the environment is made in that network."""
    ec2 = moto.client("ec2")
    vpc = next(v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if v["IsDefault"])
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc)
    cld.file("environment.yaml", files.RDS)
    result = cld.run("env", "create", "shop", "environment.yaml", exit=1)
    assert "network" in result.err.splitlines()[-1], result
    assert inventory(moto) == {}

    own = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=own, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")]
    cld.file("own.yaml", files.RDS + f"  network: {{vpc: {own}, subnets: [{', '.join(subnets)}]}}\n")
    cld.run("env", "create", "inside", "own.yaml")
    groups = moto.client("rds").describe_db_subnet_groups()["DBSubnetGroups"]
    assert {s["SubnetIdentifier"] for s in groups[0]["Subnets"]} == set(subnets)
    cld.run("env", "delete", "inside")
    assert inventory(moto) == {}
