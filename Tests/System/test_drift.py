"""What a refresh says of things on AWS: no difference where there is none, and each one that others have made."""
import json
import re
import shutil

import pytest

from support import files
from support.agent import Agent
from support.cld import prefix
from support.waiting import wait_until
from test_updates_in_place import BASE, SECOND, physical

TAGGED = BASE.replace("Properties: {RetentionInDays: !Ref Days}", "Properties: {RetentionInDays: !Ref Days, Tags: [{Key: name, Value: !Ref Name}]}").replace(
    "      BackupRetentionPeriod: !Ref Days\n",
    "      BackupRetentionPeriod: !Ref Days\n      EngineVersion: '8.0'\n      MultiAZ: false\n      PubliclyAccessible: false\n"
    "      DeletionProtection: false\n      StorageEncrypted: true\n      VPCSecurityGroups: [!GetAtt Group.GroupId]\n"
    "      Tags: [{Key: b, Value: '2'}, {Key: a, Value: '1'}]\n").replace(
    "      Description: !Ref Name\n",
    "      Description: !Ref Name\n      MaxSessionDuration: 7200\n      Tags: [{Key: name, Value: !Ref Name}]\n"
    "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/AmazonECS_FullAccess']\n").replace(
    "Outputs:\n", "  Hidden: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Password}}\nOutputs:\n")

MACHINES = """\
Resources:
  Vpc: {Type: "Cld::AWS::DefaultVpc"}
  Image: {Type: "Cld::AWS::EcsImage", Properties: {Architecture: x86_64}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: for a test
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8, Description: inside}
        - {IpProtocol: tcp, FromPort: "22", ToPort: "22", CidrIp: 192.168.0.0/16}
  Ingress: {Type: "AWS::EC2::SecurityGroupIngress", Properties: {GroupId: !GetAtt Group.GroupId, IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}}
  Other: {Type: "AWS::EC2::SecurityGroup", Properties: {GroupDescription: another, VpcId: !Ref Vpc}}
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}}}
  Profile: {Type: "AWS::IAM::InstanceProfile", Properties: {Roles: [!Ref Role]}}
  Key: {Type: "AWS::EC2::KeyPair", Properties: {KeyType: ed25519}}
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !GetAtt Image.ImageId
      InstanceType: t3.micro
      KeyName: !Ref Key
      SubnetId: !Select [0, !GetAtt Vpc.SubnetIds]
      SecurityGroupIds: [!GetAtt Group.GroupId, !GetAtt Other.GroupId]
      IamInstanceProfile: !Ref Profile
      Tags: [{Key: purpose, Value: test}]
"""


def drift(resources):
    return {r["logical_id"]: r["drift"]["status"] for r in resources}


def differences(cld, logical):
    found = next(r for r in cld.json("resource", "list") if r["logical_id"] == logical)["drift"]
    assert found["status"] == "MODIFIED", found
    return {d["path"]: (d["expected"], d["actual"]) for d in found["differences"]}


def check_in_sync(resources, unchecked):
    """Nothing is changed, and only of these kinds nothing is known."""
    wrong = [(r["logical_id"], r["drift"]) for r in resources if r["drift"]["status"] not in ("IN_SYNC", "NOT_CHECKED")]
    assert not wrong, json.dumps(wrong, indent=2)
    assert {r["type"] for r in resources if r["drift"]["status"] == "NOT_CHECKED"} == unchecked


def test_nothing_has_changed_in_a_new_environment_and_application(cld, moto):
    cld.file("environment.yaml", files.RDS_ECS)
    cld.file("app.yaml", files.APP_WITH_DATABASE)
    with Agent(moto):
        cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    environment, application = cld.json("env", "refresh", "shop"), cld.json("app", "refresh", "greet")
    check_in_sync(environment, {"Cld::AWS::DefaultVpc", "Cld::AWS::EcsImage", "Cld::AWS::EcsClusterCapacity"})
    check_in_sync(application, set())

    client = moto.client
    ids = {r["logical_id"]: r["physical_id"] for r in environment + application}
    client("rds").modify_db_instance(DBInstanceIdentifier=ids["RdsDatabase"], DBInstanceClass="db.t3.large", ApplyImmediately=True)
    client("ecs").update_service(cluster=ids["EcsCluster"], service=ids["Service"], desiredCount=3)
    client("logs").put_retention_policy(logGroupName=ids["LogGroup"], retentionInDays=1)
    client("elbv2").modify_target_group(TargetGroupArn=ids["TargetGroup"], HealthCheckPath="/theirs")
    client("elbv2").modify_target_group_attributes(
        TargetGroupArn=ids["TargetGroup"], Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "99"}])
    client("elbv2").modify_listener(ListenerArn=ids["Listener"], Port=8080)
    group = client("ec2").describe_security_groups(GroupIds=[ids["LoadBalancerSecurityGroup"]])["SecurityGroups"][0]
    client("ec2").revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
    client("iam").attach_role_policy(RoleName=ids["ExecutionRole"], PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    client("ec2").terminate_instances(InstanceIds=[ids["EcsInstance1"]])

    shown = cld.run("env", "refresh", "shop").out
    assert "/DBInstanceClass is db.t3.large, asked for: db.t3.micro" in shown
    assert differences(cld, "RdsDatabase") == {"/DBInstanceClass": ("db.t3.micro", "db.t3.large")}
    now = drift(cld.json("resource", "list"))
    assert now["EcsInstance1"] == "DELETED" and now["EcsInstance2"] == "IN_SYNC"
    cld.run("app", "refresh", "greet")
    assert differences(cld, "Service") == {"/DesiredCount": (1, 3)}
    assert differences(cld, "LogGroup") == {"/RetentionInDays": (30, 1)}
    assert differences(cld, "TargetGroup") == {
        "/HealthCheckPath": ("/", "/theirs"),
        "/TargetGroupAttributes": (
            [{"Key": "deregistration_delay.timeout_seconds", "Value": "15"}], [{"Key": "deregistration_delay.timeout_seconds", "Value": "99"}])}
    assert differences(cld, "Listener") == {"/Port": (80, 8080)}
    ((path, (expected, actual)),) = differences(cld, "LoadBalancerSecurityGroup").items()
    assert path == "/SecurityGroupIngress" and len(expected) == 1 and actual == []
    ((path, (_, actual)),) = differences(cld, "ExecutionRole").items()
    assert path == "/ManagedPolicyArns" and "arn:aws:iam::aws:policy/AdministratorAccess" in actual


def test_a_service_that_another_has_scaled_is_shown(ministack, proxies, homes):
    cld = homes(proxies(ministack))
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.file("app.yaml", files.APP_WITH_DATABASE)
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    environment, application = cld.json("env", "refresh", "shop"), cld.json("app", "refresh", "greet")
    check_in_sync(environment, {"Cld::AWS::DefaultVpc"})
    check_in_sync(application, set())
    ids = {r["logical_id"]: r["physical_id"] for r in environment + application}
    ministack.client("ecs").update_service(cluster=ids["EcsCluster"], service=ids["Service"], desiredCount=3)
    cld.run("app", "refresh", "greet")
    assert differences(cld, "Service") == {"/DesiredCount": (1, 3)}


def test_what_others_change_in_a_stack_is_shown_with_its_place(cld, moto):
    cld.file("base.yaml", TAGGED)
    cld.run("stack", "create", "base", "--template", "base.yaml")
    check_in_sync(cld.json("stack", "refresh", "base"), {"Cld::AWS::DefaultVpc"})
    cld.run("stack", "update", "base", "--template", "base.yaml", *SECOND)
    check_in_sync(cld.json("stack", "refresh", "base"), {"Cld::AWS::DefaultVpc"})

    client, ids = moto.client, physical(cld)
    database = client("rds").describe_db_instances(DBInstanceIdentifier=ids["Database"])["DBInstances"][0]
    client("rds").modify_db_instance(DBInstanceIdentifier=ids["Database"], BackupRetentionPeriod=1, AllocatedStorage=30, ApplyImmediately=True)
    client("rds").add_tags_to_resource(ResourceName=database["DBInstanceArn"], Tags=[{"Key": "a", "Value": "theirs"}])
    client("sns").set_topic_attributes(TopicArn=ids["Topic"], AttributeName="DisplayName", AttributeValue="theirs")
    client("sns").untag_resource(ResourceArn=ids["Topic"], TagKeys=["name"])
    client("ssm").put_parameter(Name=ids["Parameter"], Value="theirs", Type="String", Overwrite=True)
    client("ssm").add_tags_to_resource(ResourceType="Parameter", ResourceId=ids["Parameter"], Tags=[{"Key": "more", "Value": "1"}])
    client("logs").delete_retention_policy(logGroupName=ids["Log"])
    client("iam").update_assume_role_policy(
        RoleName=ids["Role"], PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com", "AWS": "arn:aws:iam::999999999999:root"}, "Action": "sts:AssumeRole"}]}))
    client("iam").put_role_policy(
        RoleName=ids["Role"], PolicyName="theirs",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}))
    client("ssm").put_parameter(Name=ids["Hidden"], Value="their-secret-4", Type="String", Overwrite=True)
    client("secretsmanager").put_secret_value(SecretId=ids["Secret"], SecretString="their-secret-3")
    client("ecr").delete_repository(repositoryName=ids["Repository"])
    cld.run("stack", "refresh", "base")

    tags = [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]
    found = differences(cld, "Database")
    assert set(found) == {"/AllocatedStorage", "/BackupRetentionPeriod", "/Tags"}
    assert found["/BackupRetentionPeriod"] == (14, 1) and found["/AllocatedStorage"] == (20, 30)
    assert found["/Tags"][0] == tags and {t["Key"]: t["Value"] for t in found["/Tags"][1]} == {"a": "theirs", "b": "2"}
    found = differences(cld, "Topic")
    assert found["/DisplayName"] == ("second", "theirs") and found["/Tags"][1] == []
    found = differences(cld, "Parameter")
    assert found["/Value"][1] == "theirs" and found["/Tags/more"] == (None, "1") and len(found) == 2
    ((path, (_, actual)),) = differences(cld, "Log").items()
    assert path == "/RetentionInDays" and actual is None
    found = differences(cld, "Role")
    assert found["/AssumeRolePolicyDocument/Statement/0/Principal/AWS"] == (None, "arn:aws:iam::999999999999:root")
    assert [p["PolicyName"] for p in found["/Policies"][1]].count("theirs") == 1 and len(found) == 2
    now = drift(cld.json("resource", "list"))
    assert now["Repository"] == "DELETED" and now["Group"] == "IN_SYNC"
    # The value of a secret is not looked at, and none is anywhere.
    assert now["Secret"] == now["Hidden"] == "IN_SYNC"
    for word in ("second-secret-2", "their-secret-3", "their-secret-4"):
        assert all(word not in output.out + output.err for output in cld.outputs)


def test_machines_and_rules_of_their_groups(cld, moto):
    cld.file("machines.yaml", MACHINES)
    cld.run("stack", "create", "machines", "--template", "machines.yaml")
    check_in_sync(cld.json("stack", "refresh", "machines"), {"Cld::AWS::DefaultVpc", "Cld::AWS::EcsImage"})

    ec2, ids = moto.client("ec2"), physical(cld, "machines")
    ec2.modify_instance_attribute(InstanceId=ids["Machine"], Groups=[ids["Group"]])
    ec2.create_tags(Resources=[ids["Machine"]], Tags=[{"Key": "purpose", "Value": "theirs"}])
    ec2.revoke_security_group_ingress(GroupId=ids["Group"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    ec2.authorize_security_group_ingress(GroupId=ids["Other"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 99, "ToPort": 99, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}])
    moto.client("iam").remove_role_from_instance_profile(InstanceProfileName=ids["Profile"], RoleName=ids["Role"])
    cld.run("stack", "refresh", "machines")

    assert differences(cld, "Machine") == {
        "/SecurityGroupIds": ([ids["Group"], ids["Other"]], [ids["Group"]]),
        "/Tags": ([{"Key": "purpose", "Value": "test"}], [{"Key": "purpose", "Value": "theirs"}])}
    ((path, (expected, actual)),) = differences(cld, "Group").items()
    assert path == "/SecurityGroupIngress" and len(expected) == 2 and [rule["CidrIp"] for rule in actual] == ["192.168.0.0/16"]
    assert differences(cld, "Profile") == {"/Roles": ([ids["Role"]], [])}
    # A rule that another has added may be another stack's: it is no difference.
    now = drift(cld.json("resource", "list"))
    assert now["Other"] == "IN_SYNC" and now["Ingress"] == "DELETED" and now["Key"] == "IN_SYNC"

def test_what_aws_writes_in_a_form_of_its_own_is_no_difference(cld, moto, moto_proxy):
    """The bits of the host in a block, and an account as principal, which moto leaves as they are sent."""
    asked, shown = b"arn%3Aaws%3Aiam%3A%3A123456789012%3Aroot", b"123456789012"
    cld.file("base.yaml", TAGGED.replace("CidrIp: 10.0.0.0/8", "CidrIp: 10.9.8.7/8").replace(
        "{Service: ec2.amazonaws.com}", "{AWS: ['arn:aws:iam::123456789012:root']}"))
    blocks = moto_proxy.on("DescribeSecurityGroups", times=None, rewrite=lambda answer: answer.replace(b"10.9.8.7/8", b"10.0.0.0/8"))
    seen = []

    def account(answer):
        seen.append(asked in answer)
        return answer.replace(asked, shown)

    moto_proxy.on("GetRole", times=None, rewrite=account)
    cld.run("stack", "create", "base", "--template", "base.yaml")
    check_in_sync(cld.json("stack", "refresh", "base"), {"Cld::AWS::DefaultVpc"})
    assert blocks.used and any(seen)


@pytest.mark.parametrize("engine, asked, versions", [
    ("mysql", "8.0.35", {"8.0.35": True, "8.0.39": True, "8.0.34": False, "8.4.35": False}),
    ("mysql", "8.0", {"8.0.35": True, "8.4.35": False, "8.01.1": False}),
    ("postgres", "15.4", {"15.7": True, "15.3": False, "16.4": False}), ("postgres", "15", {"15.7": True, "16.4": False}),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_version_that_rds_reaches_by_itself_is_no_difference(cld, moto_proxy, engine, asked, versions):
    cld.file("base.yaml", f"""\
Resources:
  Database:
    DeletionPolicy: Delete
    Type: AWS::RDS::DBInstance
    Properties:
      {{Engine: {engine}, EngineVersion: '{asked}', DBInstanceClass: db.t3.micro, AllocatedStorage: 20, MasterUsername: boss, MasterUserPassword: some-secret-1}}
""")
    cld.run("stack", "create", "base", "--template", "base.yaml")
    shown = {"version": asked, "upgrades": "true"}
    moto_proxy.on("DescribeDBInstances", times=None, rewrite=lambda answer: re.sub(
        rb"<AutoMinorVersionUpgrade>[^<]*<", f"<AutoMinorVersionUpgrade>{shown['upgrades']}<".encode(),
        re.sub(rb"<EngineVersion>[^<]*<", f"<EngineVersion>{shown['version']}<".encode(), answer)))

    def found():
        (resource,) = cld.json("stack", "refresh", "base")
        return resource["drift"]["status"], [(d["expected"], d["actual"]) for d in resource["drift"]["differences"]]

    for version, is_same in versions.items():
        shown["version"] = version
        assert found() == (("IN_SYNC", []) if is_same else ("MODIFIED", [(asked, version)])), version
    # Where minor versions are not upgraded another one is a person's doing.
    shown |= {"version": next(v for v in versions if v != asked), "upgrades": "false"}
    assert found()[0] == ("IN_SYNC" if shown["version"].startswith(asked + ".") else "MODIFIED")


@pytest.fixture
def impatient(tmp_path):
    """A folder for CLD_PLUGIN_PATH whose machines are waited for two seconds, and not two minutes, before the late ones are looked for."""
    target = tmp_path / "plugins" / "aws-ec2"
    shutil.copytree(prefix() / "lib/cld/plugins/aws-ec2", target)
    path = target / "types/AWS-EC2-Instance.json"
    schema = json.loads(path.read_text())
    schema["identity"] |= {"settle_ms": 500, "landing_max_ms": 2000}
    path.write_text(json.dumps(schema))
    return target.parent


def test_a_machine_that_comes_late_is_deleted_and_anothers_is_not(cld, moto_proxy, moto, impatient):
    """RunInstances has lost its reply, and is executed once more when all is over: that is one with the very tags of the recorded one."""
    cld.variables["CLD_PLUGIN_PATH"] = str(impatient)
    cld.file("machine.yaml", MACHINES)
    ec2 = moto.client("ec2")
    late, others = [], []

    def land(_):
        """Right before the host looks for what came late."""
        recorded = ec2.describe_instances()["Reservations"][0]["Instances"][0]
        tags = {t["Key"]: t["Value"] for t in recorded["Tags"]}

        def start(tags):
            specification = {"ResourceType": "instance", "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}
            started = ec2.run_instances(ImageId=recorded["ImageId"], MinCount=1, MaxCount=1, TagSpecifications=[specification])
            return started["Instances"][0]["InstanceId"]

        late.append(start(tags))
        others.extend([
            start(tags | {"cld:installation": "another"}), start(tags | {"cld:resource": "another-1"}),
            start({k: v for k, v in tags.items() if k != "cld:resource"}), start({"purpose": "test"})])

    moto_proxy.on("RunInstances", drop_after=True)
    is_sweep = lambda call: call.action == "DescribeInstances" and call.names("tag:cld:resource") and not call.names("shutting-down")
    landing = moto_proxy.on(is_sweep, before=land)
    cld.run("stack", "create", "machines", "--template", "machine.yaml")
    wait_until(lambda: landing.done, "the host has looked for what came late", seconds=60)

    def states():
        return {i["InstanceId"]: i["State"]["Name"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]}

    wait_until(lambda: states()[late[0]] in ("shutting-down", "terminated"), "the late machine is deleted", seconds=60)
    is_done = lambda operation: operation["kind"] == "sweep" and operation["status"] == "SUCCEEDED"
    sweep = wait_until(lambda: next(filter(is_done, cld.json("operation", "list")), None), "the sweep has ended")
    deleted = {e["physical_id"] for e in cld.events(sweep["id"]) if e["status"] == "DELETE_COMPLETE" and e["physical_id"]}
    assert deleted == set(late)
    now, recorded = states(), physical(cld, "machines")["Machine"]
    assert {now[id] for id in [recorded, *others]} == {"running"} and len(now) == 6
    cld.run("stack", "delete", "machines")
    now = states()
    assert {now[id] for id in others} == {"running"} and now[recorded] in ("shutting-down", "terminated")
