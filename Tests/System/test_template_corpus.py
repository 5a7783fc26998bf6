"""Templates with known verdicts: those of this project, and those of the corpus when it lies beside the checkout."""
import csv
import json
import re
import subprocess
from pathlib import Path

import pytest

from support.cld import prefix

OWN = Path(__file__).resolve().parents[1] / "Templates"
CORPUS = Path(__file__).resolve().parents[3] / "shared/corpus/templates"


def validate(paths):
    """The lines of the errors of each template."""
    result = subprocess.run(
        [prefix() / "bin/cld", "stack", "validate", "--any-type", "-o", "json", *paths], capture_output=True, text=True, timeout=300)
    assert result.returncode in (0, 64), result.stderr
    return [[p for p in entry["problems"] if p["severity"] == "error"] for entry in json.loads(result.stdout)]


@pytest.mark.parametrize("path", sorted((OWN / "good").iterdir()), ids=lambda path: path.name)
def test_a_good_template_is_accepted(path):
    assert validate([path]) == [[]]


@pytest.mark.parametrize("path", sorted((OWN / "bad").iterdir()), ids=lambda path: path.name)
def test_a_bad_template_is_refused_at_its_line(path):
    """The first line of the file says where and what: `# 3: words of the sentence`."""
    match = re.match(r"# (\d+): (.*)", path.read_text().splitlines()[0])
    line, words = (int(match[1]), match[2]) if match else (5, "given twice")
    [problems] = validate([path])
    assert any(problem["line"] == line and words in problem["problem"] for problem in problems), problems


TYPES = [
    ("Type: AWS::EC2::SecurityGrop", 3, "did you mean 'AWS::EC2::SecurityGroup'?"),
    ("Type: AWS::RDS::DBInstance", 2, "lacks the required property 'Engine'"),
    ("Type: AWS::EC2::SecurityGroup\n    Properties: {GroupDescription: x, Colour: red}", 4, "is not a property of the type"),
    ("Type: AWS::EC2::SecurityGroup\n    Properties: {GroupDescription: x, GroupId: sg-1}", 4, "'GroupId' is read-only"),
    ("Type: AWS::RDS::DBInstance\n    Properties: {Engine: oracle, DBInstanceClass: db.t3.micro}", 4, "must be one of"),
    ("Type: AWS::EC2::SecurityGroup\n    Properties: {GroupDescription: x}\nOutputs: {A: {Value: !GetAtt Thing.GroupName2}}", 5,
     "'Thing' has no attribute 'GroupName2'"),
]


@pytest.mark.parametrize("resource, line, words", TYPES, ids=lambda value: "" if isinstance(value, int) else value.splitlines()[0])
def test_types_and_properties_are_those_of_the_plugins(resource, line, words, cld):
    cld.file("t.yaml", f"Resources:\n  Thing:\n    {resource}\n")
    [entry] = json.loads(cld.run("stack", "validate", "t.yaml", "-o", "json", exit=64).out)
    assert any(problem["line"] == line and words in problem["problem"] for problem in entry["problems"]), entry
    assert not cld.processes("cld-host"), "no host is started"


def test_a_template_of_the_plugins_types_is_valid(cld):
    cld.file("t.yaml", "Resources:\n  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties: {GroupDescription: x}\n"
             "Outputs: {Id: {Value: !GetAtt Group.GroupId}}\n")
    assert cld.run("stack", "validate", "t.yaml").out == "t.yaml: valid\n"


def test_the_corpus(capsys):
    if not CORPUS.is_dir():
        pytest.skip("there is no corpus beside this checkout")
    rows = list(csv.DictReader((CORPUS / "expected.tsv").open(), delimiter="\t"))
    verdicts = validate([CORPUS / row["expected"] / row["file"] for row in rows])
    accepted, refused, at_line, bad = 0, 0, 0, 0
    for row, problems in zip(rows, verdicts, strict=True):
        if row["expected"] == "good":
            accepted += not problems
        else:
            bad += 1
            lines = {int(line) for line in re.findall(r"E\d+@(\d+)", row["first_core_errors"])}
            refused += bool(problems)
            at_line += bool(problems) and (not lines or any(problem["line"] in lines for problem in problems))
    good = len(rows) - bad
    with capsys.disabled():
        print(f"\ntemplates of the corpus: {accepted} of {good} good accepted, {refused} of {bad} bad refused, {at_line} at a named line")
    assert accepted == good and refused >= 0.95 * bad and at_line >= 0.94 * bad
