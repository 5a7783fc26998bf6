"""docs/files.md says what the drivers accept: its examples run, and its tables have each key of the drivers and no other."""
import re
from pathlib import Path

from support.judge import inventory

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/files.md").read_text()

# The section of the page, and the driver's list of keys.
SECTIONS = [
    ("### `type: rds`", "Plugins/aws-rds/DBExpansion.swift"),
    ("### `type: ecr`", "Plugins/aws-ecs/Repository.swift"),
    ("### `type: key-pair`", "Plugins/aws-ec2/KeyPair.swift"),
    ("### `app_deployment` with `type: ecs`", "Plugins/aws-ecs/EnvironmentExpansion.swift"),
    ("## An application", "Plugins/aws-ecs/Application.swift"),
]


def test_the_tables_have_the_keys_of_the_drivers():
    for title, source in SECTIONS:
        section = re.split(r"^#+ ", PAGE.split(title)[1], flags=re.M)[0]
        # The rows of the table, less `env`, which the host reads itself; `count` stands in the row of `replicas`.
        documented = set(re.findall(r"^\| `(\w+)` \|", section, re.M)) - {"env"} | ({"count"} if "`count`" in section else set())
        accepted = set(re.findall(r'"(\w+)"', re.search(r"keys(?:: Set<String> =|:) \[([^\]]*)\]", (ROOT / source).read_text())[1]))
        assert documented == accepted, title


def test_the_examples_of_the_page_run(cld, moto_proxy, moto):
    environment, application = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    ec2 = moto.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]]
    group = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    for written, real in [
            ("vpc-0123456789abcdef0", vpc), ("subnet-0123456789abcdef0", subnets[0]), ("subnet-0fedcba9876543210", subnets[1]),
            ("sg-0123456789abcdef0", group),
            # moto's machines have no agent that joins them to the cluster.
            ("cluster_size: 2\n    instance_type: t3.medium", "launch_type: fargate")]:
        assert written in environment
        environment = environment.replace(written, real)
    cld.file("environment.yaml", environment)
    cld.file("app.yaml", application)
    cld.run("env", "create", "shop", "environment.yaml")
    database = moto.client("rds").describe_db_instances()["DBInstances"][0]
    assert (database["Engine"], database["AllocatedStorage"], database["DBInstanceClass"]) == ("postgres", 50, "db.t3.small")
    assert moto.client("ecr").describe_repositories()["repositories"]
    assert len(ec2.describe_key_pairs()["KeyPairs"]) == 1
    cld.run("app", "deploy", "greetings", "shop", "app.yaml")
    cld.run("app", "delete", "greetings")
    cld.run("env", "delete", "shop", "--skip-final-snapshot")
    assert inventory(moto) == {}
