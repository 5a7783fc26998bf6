"""What is not ours is never adopted, changed or deleted, even when it has the very name that we need."""
import pytest

from support import files
from support.judge import inventory

# (our create call, a foreign thing of the same name made just before it is forwarded, the resource that cannot be made)


def security_group(cloud, call):
    vpc = next(v["VpcId"] for v in cloud.client("ec2").describe_vpcs()["Vpcs"] if v["IsDefault"])
    cloud.client("ec2").create_security_group(GroupName=call["GroupName"], Description="foreign", VpcId=vpc)


def database(cloud, call):
    cloud.client("rds").create_db_instance(
        DBInstanceIdentifier=call["DBInstanceIdentifier"], Engine="mysql", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="foreign", MasterUserPassword="foreign-password")



def role(cloud, call):
    cloud.client("iam").create_role(RoleName=call["RoleName"], AssumeRolePolicyDocument="{}")


@pytest.mark.parametrize("text, action, make, logical_id, kind", [
    (files.RDS, "CreateSecurityGroup", security_group, "RdsSecurityGroup", "security group"),
    (files.RDS, "CreateDBInstance", database, "RdsDatabase", "database"),
    (files.ECS, "CreateRole", role, "EcsInstanceRole", "role"),
], ids=["security group", "database", "role"])
def test_a_foreign_thing_of_our_name_is_a_conflict_and_stays(cld, moto_proxy, moto, text, action, make, logical_id, kind):
    """The create ends in a conflict that says so; after rollback, and after delete, the foreign thing exists, and only it."""
    cld.file("environment.yaml", text)
    rule = moto_proxy.on(action, before=lambda call: make(moto, call))
    result = cld.run("env", "create", "shop", "environment.yaml", exit=1)
    assert rule.used == 1
    last = result.err.splitlines()[-1]
    assert logical_id in last and "not" in last and "shop-" in last, last
    left = inventory(moto)
    assert list(left) == [kind] and len(left[kind]) == 1
    moto_proxy.clear()
    cld.run("env", "delete", "shop", exit=None)
    assert inventory(moto) == left, "delete leaves it alone too"


def test_a_foreign_database_and_group_outlive_a_kept_failure_and_its_delete(cld, moto_proxy, moto):
    """Both at once, kept: nothing of theirs is in our list as created."""
    cld.file("environment.yaml", files.RDS)
    moto_proxy.on("CreateDBInstance", before=lambda call: database(moto, call))
    cld.run("env", "create", "shop", "environment.yaml", "--on-failure", "keep", exit=1)
    states = {r["logical_id"]: r for r in cld.json("env", "show", "shop")["resources"]}
    assert states["RdsDatabase"]["status"] == "CREATE_FAILED" and states["RdsDatabase"]["physical_id"] is None
    cld.run("env", "delete", "shop")
    left = inventory(moto)
    assert list(left) == ["database"]
    described = moto.client("rds").describe_db_instances()["DBInstances"][0]
    assert described["MasterUsername"] == "foreign" and described["DBInstanceStatus"] == "available"
    assert not moto_proxy.actions("DeleteDBInstance"), "it was not even tried"
