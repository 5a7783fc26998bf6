"""What a template asks of the cloud before anything is made: zones, and what stands in Parameter Store."""
from support.judge import inventory


def test_zones_and_stored_values_are_looked_up(cld, moto):
    moto.client("ssm").put_parameter(Name="/names/log", Value="/stored/name", Type="String")
    cld.file("v.yaml", """\
Parameters:
  Name: {Type: "AWS::SSM::Parameter::Value<String>", Default: /names/log}
Resources:
  Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Ref Name}}
  Zone: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Join ["/", ["", !Select [0, !GetAZs ""]]]}}
""")
    cld.run("stack", "create", "v", "--template", "v.yaml")
    assert sorted(inventory(moto)["log group"]) == ["/eu-west-1a", "/stored/name"]
    # The value is looked up again for each update.
    moto.client("ssm").put_parameter(Name="/names/log", Value="/stored/other", Type="String", Overwrite=True)
    cld.run("stack", "update", "v")
    assert sorted(inventory(moto)["log group"]) == ["/eu-west-1a", "/stored/other"]
    cld.run("stack", "delete", "v")
    assert inventory(moto) == {"parameter": ["/names/log"]}


def test_a_stored_value_that_is_not_there_is_named(cld, moto):
    cld.file("v.yaml", """\
Parameters: {Name: {Type: "AWS::SSM::Parameter::Value<String>", Default: /names/none}}
Resources: {Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Ref Name}}}
""")
    refused = cld.run("stack", "create", "v", "--template", "v.yaml", exit=66)
    assert "parameter 'Name' names '/names/none'" in refused.err
    assert inventory(moto) == {}
