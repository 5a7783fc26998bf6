"""Dynamic references: looked up when a request is made, and kept nowhere."""
import json

from support.judge import inventory

TEMPLATE = """\
Parameters: {Note: {Type: String, Default: first}}
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Description: !Ref Note
      SecretString: '{"user": "{{resolve:ssm:/test/user}}", "password": "{{resolve:secretsmanager:source:SecretString:password}}"}'
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: "/dynamic/{{resolve:ssm:/test/user:1}}"}
"""
CANARY = "canary-dynamic-5502"


def prepare(moto):
    moto.client("ssm").put_parameter(Name="/test/user", Value="ann", Type="String")
    moto.client("secretsmanager").create_secret(Name="source", SecretString=json.dumps({"password": CANARY}))


def test_values_reach_the_cloud_and_nothing_else(cld, moto):
    prepare(moto)
    cld.file("d.yaml", TEMPLATE)
    cld.run("stack", "create", "d", "--template", "d.yaml")
    client = moto.client("secretsmanager")
    made = next(s for s in client.list_secrets()["SecretList"] if s["Name"] != "source")
    assert json.loads(client.get_secret_value(SecretId=made["ARN"])["SecretString"]) == {"user": "ann", "password": CANARY}
    assert inventory(moto)["log group"] == ["/dynamic/ann"]
    cld.run("stack", "events", "d", "-o", "json")
    cld.run("resource", "list", "-o", "json")
    cld.run("serve", "--stop")
    for path in cld.home.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    for output in cld.outputs:
        assert CANARY not in output.out + output.err, output
    cld.run("stack", "delete", "d")
    assert inventory(moto) == {"secret": ["source"], "parameter": ["/test/user"]}


def test_a_reference_to_nothing_fails_with_its_text(cld, moto, moto_proxy):
    cld.file("d.yaml", TEMPLATE)
    failed = cld.run("stack", "create", "d", "--template", "d.yaml", exit=1)
    assert "{{resolve:ssm:/test/user" in failed.err
    assert inventory(moto) == {}
    # Nothing has left for the cloud: there is nothing that could not be deleted, or that would have to be waited for.
    assert cld.json("stack", "show", "d")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    assert not moto_proxy.actions("DescribeSecret", "DeleteSecret", "DescribeLogGroups", "DeleteLogGroup")


def test_a_wrong_reference_is_refused_with_its_place(cld, moto):
    cld.file("d.yaml", "Resources: {Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: '{{resolve:vault:x}}'}}}")
    refused = cld.run("stack", "create", "d", "--template", "d.yaml", exit=64)
    assert "d.yaml:1:" in refused.err and "no service 'vault'" in refused.err
