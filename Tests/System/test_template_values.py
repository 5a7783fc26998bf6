"""`cld stack validate -p`: values, rules, and what functions make of them."""
import json
import os
import subprocess

import pytest

from support.cld import prefix

TEMPLATE = """Parameters:
  Stage: {Type: String, AllowedValues: [test, live]}
  Size: {Type: Number, Default: 2, MaxValue: 4}
  Network: {Type: String, Default: 10.0.0.0/24}
Mappings:
  Images: {eu-west-1: {Id: ami-1}}
  Sizes: {test: {Class: small}}
Rules:
  Live: {RuleCondition: !Equals [!Ref Stage, live], Assertions: [{Assert: !Equals [!Ref Size, "4"], AssertDescription: live needs four}]}
Resources:
  Thing:
    Type: Test::Thing
    Properties:
      Image: !FindInMap [Images, !Ref AWS::Region, Id]
      Name: !Sub "${AWS::StackName}-${AWS::AccountId}"
      Blocks: !Cidr [!Ref Network, !Ref Size, 4]
      Last: !Select [!Ref Size, [a, b, c]]
"""
CASES = [
    (["-p", "Stage=test"], "eu-west-1", None), (["-p", "Size=1"], "eu-west-1", "2:3: parameter 'Stage' has no value"),
    (["-p", "Stage=prod"], "eu-west-1", "2:3: the value of 'Stage' 'prod' is none of the allowed values: test, live"),
    (["-p", "Stage=test", "-p", "Size=9"], "eu-west-1", "3:3: the value of 'Size' is above 4"),
    (["-p", "Stage=live"], "eu-west-1", "9:66: rule 'Live': live needs four"), (["-p", "Stage=test", "-p", "Stge=live"], "eu-west-1", "there is no parameter 'Stge'; did you mean 'Stage'?"),
    (["-p", "Stage=test"], "us-east-1", "there is nothing in the mappings at Images, us-east-1, Id"), (["-p", "Stage=test"], None, None),
    (["-p", "Stage=test", "-p", "Size=3"], "eu-west-1", "Fn::Select has no element 3 in a list of 3"),
    (["-p", "Stage=test", "-p", "Network=10.0.0.0/28"], "eu-west-1", "10.0.0.0/28 has no 2 networks of 4 bits"), ([], "eu-west-1", None),
]


@pytest.mark.parametrize("options, region, sentence", CASES)
def test_values_are_checked(options, region, sentence, tmp_path):
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    variables = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")} | ({"AWS_REGION": region} if region else {})
    result = subprocess.run(
        [prefix() / "bin/cld", "stack", "validate", "--any-type", "t.yaml", "-o", "json", *options], capture_output=True, text=True, timeout=60,
        cwd=tmp_path, env=variables)
    [entry] = json.loads(result.stdout)
    errors = [f"{problem['line']}:{problem['column']}: {problem['problem']}" for problem in entry["problems"] if problem["severity"] == "error"]
    assert result.returncode == (64 if sentence else 0)
    assert (len(errors) == 1 and sentence in errors[0]) if sentence else errors == [], errors


UNUSED = """Parameters: {Used: {Type: String, Default: x}, Lost: {Type: String, Default: x}}
Mappings: {Map: {a: {b: c}}, Gone: {a: {b: c}}}
Conditions: {Is: !Equals [!Ref Used, x], Never: !Equals [a, b]}
Resources:
  Thing: {Type: "Test::Thing", Condition: Is, Properties: {A: !FindInMap [Map, a, b]}}
"""


def test_what_nothing_uses_is_a_warning(tmp_path):
    (tmp_path / "t.yaml").write_text(UNUSED)
    result = subprocess.run([prefix() / "bin/cld", "stack", "validate", "--any-type", "t.yaml"], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        "t.yaml:1:48: warning: parameter 'Lost' is not used", "t.yaml:2:30: warning: mapping 'Gone' is not used",
        "t.yaml:3:42: warning: condition 'Never' is not used", "t.yaml: valid"]


def test_limits_of_the_service_are_warnings(tmp_path):
    def section(name, count, entry):
        return f"{name}:\n" + "".join(f"  N{index}x{name}: {entry}\n" for index in range(count))
    text = (section("Parameters", 201, "{Type: String, Default: x}") + section("Mappings", 201, "{a: {b: c}}") + section("Outputs", 201, "{Value: x}")
            + section("Resources", 501, '{Type: "Test::Thing", Metadata: {A: "' + "x" * 60 + '"}}')
            + "Metadata: {A: [" + ", ".join(["'{{resolve:ssm:a}}'"] * 61) + "]}\n")
    text = text.replace("Metadata: {A: [", "  Refs: {Type: \"Test::Thing\", Properties: {A: [").replace("]}\n", "]}}\n")
    (tmp_path / "t.yaml").write_text(text)
    result = subprocess.run([prefix() / "bin/cld", "stack", "validate", "--any-type", "t.yaml"], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert result.returncode == 0, result.stdout[-500:]
    for words in ["there are 201 parameters, and CloudFormation takes 200", "there are 201 mappings", "there are 201 outputs",
                  "there are 502 resources, and CloudFormation takes 500", "there are 61 dynamic references, and CloudFormation takes 60",
                  "CloudFormation takes 51200 in a request"]:
        assert words in result.stdout, words
