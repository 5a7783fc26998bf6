"""Stacks whose resources are changed in place, judged in the cloud itself: each thing stays the one that it was."""
import json

import pytest

from support.judge import inventory
from support.waiting import wait_until
from test_crashes import ended, kill_at

BASE = """\
Parameters:
  Name: {Type: String, Default: first}
  Days: {Type: Number, Default: 7}
  Port: {Type: Number, Default: 80}
  Class: {Type: String, Default: db.t3.micro}
  Password: {Type: String, NoEcho: true, Default: first-secret-1}
Resources:
  Vpc: {Type: "Cld::AWS::DefaultVpc"}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Ref Name, Tags: [{Key: name, Value: !Ref Name}]}
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Sub "${Topic} ${Name}", Tags: {name: !Ref Name}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: for a test
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 10.0.0.0/8}]
      Tags: [{Key: name, Value: !Ref Name}]
  Log: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Description: !Ref Name
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
      Policies: [{PolicyName: !Ref Name, PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}}]
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Ref Password, Description: !Ref Name}}
  Database:
    DeletionPolicy: Delete
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: mysql
      DBInstanceClass: !Ref Class
      AllocatedStorage: 20
      MasterUsername: admin
      MasterUserPassword: !Ref Password
      BackupRetentionPeriod: !Ref Days
  Repository: {Type: AWS::ECR::Repository, Properties: {Tags: [{Key: name, Value: !Ref Name}]}}
Outputs:
  Zones: {Value: !Join [" ", !GetAZs ""]}
"""
SECOND = [word for pair in ("Name=second", "Days=14", "Port=443", "Class=db.t3.small", "Password=second-secret-2") for word in ("-p", pair)]


def physical(cld, stack="base"):
    return {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in cld.json("stack", "resources", stack)["StackResources"]}


def seen(moto, ids):
    """What the cloud says of the things."""
    client = moto.client
    topic, role = ids["Topic"], ids["Role"]
    group = client("ec2").describe_security_groups(GroupIds=[ids["Group"]])["SecurityGroups"][0]
    database = client("rds").describe_db_instances(DBInstanceIdentifier=ids["Database"])["DBInstances"][0]
    secret = client("secretsmanager").describe_secret(SecretId=ids["Secret"])
    repository = client("ecr").describe_repositories(repositoryNames=[ids["Repository"]])["repositories"][0]["repositoryArn"]
    own = lambda tags: {t["Key"]: t["Value"] for t in tags if not t["Key"].startswith("cld:")}
    return {
        "topic": client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"],
        "topic's tags": own(client("sns").list_tags_for_resource(ResourceArn=topic)["Tags"]),
        "parameter": client("ssm").get_parameter(Name=ids["Parameter"])["Parameter"]["Value"],
        "parameter's tags": own(client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=ids["Parameter"])["TagList"]),
        "group": [(rule["FromPort"], rule["IpRanges"][0]["CidrIp"]) for rule in group["IpPermissions"]], "group's tags": own(group["Tags"]),
        "log": next(g["retentionInDays"] for g in client("logs").describe_log_groups()["logGroups"] if g["logGroupName"] == ids["Log"]),
        "role": client("iam").get_role(RoleName=role)["Role"]["Description"], "policies": client("iam").list_role_policies(RoleName=role)["PolicyNames"],
        "secret": client("secretsmanager").get_secret_value(SecretId=ids["Secret"])["SecretString"], "secret is": secret["Description"],
        "database": (database["DBInstanceClass"], database["BackupRetentionPeriod"]),
        "repository's tags": own(client("ecr").list_tags_for_resource(resourceArn=repository)["tags"]),
    }


def expected(name, days, port, kind, password, topic):
    tags = {"name": name}
    return {
        "topic": name, "topic's tags": tags, "parameter": f"{topic} {name}", "parameter's tags": tags, "group": [(port, "10.0.0.0/8")], "group's tags": tags,
        "log": days, "role": name, "policies": [name], "secret": password, "secret is": name, "database": (kind, days), "repository's tags": tags}


def first(ids):
    return expected("first", 7, 80, "db.t3.micro", "first-secret-1", ids["Topic"])


def second(ids):
    return expected("second", 14, 443, "db.t3.small", "second-secret-2", ids["Topic"])


def test_everything_is_changed_in_place_and_is_ours(cld, moto):
    cld.file("base.yaml", BASE)
    cld.run("stack", "create", "base", "--template", "base.yaml")
    ids = physical(cld)
    assert seen(moto, ids) == first(ids)
    assert cld.json("stack", "show", "base")["Stacks"][0]["Outputs"][0]["OutputValue"] == "eu-west-1a eu-west-1b eu-west-1c"
    changes = cld.json("change-set", "create", "base", "all", "--template", "base.yaml", *SECOND)["Changes"]
    assert {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Replacement"] for c in changes} == {
        name: "False" for name in set(ids) - {"Vpc"}}
    cld.run("change-set", "execute", "base", "all")
    assert physical(cld) == ids and seen(moto, ids) == second(ids)
    tags = moto.client("sns").list_tags_for_resource(ResourceArn=ids["Topic"])["Tags"]
    assert {"cld:installation", "cld:stack", "cld:resource"} <= {t["Key"] for t in tags}
    cld.run("stack", "delete", "base")
    assert inventory(moto) == {}


def test_what_was_changed_in_place_is_changed_back_when_the_update_fails(cld, moto):
    cld.file("base.yaml", BASE)
    cld.run("stack", "create", "base", "--template", "base.yaml")
    ids, things = physical(cld), inventory(moto)
    others = "Repository, Secret, Role, Log, Group, Parameter, Topic, Database"
    cld.file("bad.yaml", BASE.replace("Outputs:", f"""\
  Last:
    Type: AWS::IAM::InstanceProfile
    DependsOn: [{others}]
    Properties: {{Roles: [no-such-role]}}
Outputs:"""))
    failed = cld.run("stack", "update", "base", "--template", "bad.yaml", *SECOND, exit=1)
    assert "no-such-role" in failed.err
    assert cld.json("stack", "show", "base")["Stacks"][0]["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert physical(cld) == ids and seen(moto, ids) == first(ids) and inventory(moto) == things
    cld.run("stack", "delete", "base")
    assert inventory(moto) == {}


@pytest.mark.parametrize("number", [1, 4, 9, 14])
def test_an_update_in_place_goes_on_when_the_host_dies(cld, moto_proxy, moto, number):
    cld.file("base.yaml", BASE)
    cld.run("stack", "create", "base", "--template", "base.yaml")
    ids = physical(cld)
    rule = kill_at(cld, moto_proxy, number, executed=number % 2 == 0)
    cld.run("stack", "update", "base", *SECOND, "--no-wait", exit=None)
    wait_until(lambda: rule.done, f"the host died at call {number}")
    cld.run("stack", "list")
    ended(cld)
    assert physical(cld) == ids and seen(moto, ids) == second(ids)
    cld.run("stack", "delete", "base")
    assert inventory(moto) == {}


def test_a_topic_of_another_is_not_adopted_and_not_changed(cld, moto):
    sns = moto.client("sns")
    arn = sns.create_topic(Name="taken", Attributes={"DisplayName": "theirs"})["TopicArn"]
    moto.client("ssm").put_parameter(Name="/taken", Type="String", Value="theirs")
    for name, resource in (("topic", {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "taken", "DisplayName": "ours"}}),
                           ("parameter", {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/taken", "Type": "String", "Value": "ours"}})):
        cld.file("taken.json", json.dumps({"Resources": {"Thing": resource}}))
        failed = cld.run("stack", "create", name, "--template", "taken.json", exit=1)
        assert f"a {name} named {'taken' if name == 'topic' else '/taken'} exists that cld did not make" in failed.err
        cld.run("stack", "delete", name)
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "theirs"
    assert moto.client("ssm").get_parameter(Name="/taken")["Parameter"]["Value"] == "theirs"


def test_names_that_parameter_store_refuses_are_not_made(cld, moto):
    """SSM takes no name that begins with aws or ssm, and a FIFO topic's name ends with .fifo."""
    cld.file("names.yaml", """\
Resources:
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}
  Topic: {Type: AWS::SNS::Topic, Properties: {FifoTopic: true}}
Outputs: {Name: {Value: !GetAtt Topic.TopicName}}
""")
    cld.run("stack", "create", "ssm-names", "--template", "names.yaml")
    [parameter], [topic] = inventory(moto)["parameter"], inventory(moto)["topic"]
    assert parameter.startswith("cld-ssm-names-") and topic.startswith("ssm-names-") and topic.endswith("-Topic.fifo")
    assert cld.json("stack", "show", "ssm-names")["Stacks"][0]["Outputs"][0]["OutputValue"] == topic
    cld.run("stack", "delete", "ssm-names")
    assert inventory(moto) == {}


def test_a_parameter_looks_its_value_up_in_parameter_store(cld, moto):
    ssm = moto.client("ssm")
    ssm.put_parameter(Name="/base/image", Type="String", Value="ami-1")
    cld.file("look.yaml", """\
Parameters: {Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /base/image}}
Resources: {Copy: {Type: AWS::SSM::Parameter, Properties: {Name: /copy, Type: String, Value: !Ref Image}}}
""")
    cld.run("stack", "create", "look", "--template", "look.yaml")
    assert ssm.get_parameter(Name="/copy")["Parameter"]["Value"] == "ami-1"
    ssm.put_parameter(Name="/base/image", Type="String", Value="ami-2", Overwrite=True)
    cld.run("stack", "update", "look")
    assert ssm.get_parameter(Name="/copy")["Parameter"]["Value"] == "ami-2"
    missing = cld.run("stack", "update", "look", "-p", "Image=/base/nothing", exit=None)
    assert missing.code != 0 and "/base/nothing" in missing.err, missing
    cld.run("stack", "delete", "look")
    assert inventory(moto) == {"parameter": ["/base/image"]}
