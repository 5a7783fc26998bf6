"""Recordings of CloudFormation's own answers to two change sets of a stack, and playing them on a real host.

The form is that of the snapshots of localstack's public tests: two templates with their parameters, and under `expected` what the service
answered. Cases of ours have the same form.
"""
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
CORPUS = Path(os.environ.get("CLD_CORPUS", CHECKOUT.parent / "shared/corpus")) / "aws-recorded"
OWN = CHECKOUT / "Tests/Recordings"

# Of each change set. No text of a template is like it.
NAME = "set-to-compare"
# For the end of the run: how many there were, and (name, first difference) of those that are not equal.
COUNTS = []
DIFFERENCES = []


@dataclass
class Recording:
    """One recording, or one case of ours."""

    path: Path
    json: dict = field(default=None)

    def __post_init__(self):
        self.json = self.json or json.loads(self.path.read_text())

    @property
    def name(self):
        return self.path.stem

    @property
    def expected(self):
        return self.json["expected"]

    def template(self, number):
        """A template as the document that a user would have."""
        template = self.json[f"template_{number}"]
        return template if isinstance(template, dict) else json.loads(template)

    @property
    def macros(self):
        """{number of the template: the macro that it asks for}. Macros are programs in the account that was recorded."""
        asked = {number: names_of_transforms(self.template(number)) for number in (1, 2)}
        return {number: names[0] for number, names in asked.items() if names}

    @property
    def included(self):
        """What stood where `AWS::Include` looks. The recordings do not hold it; the public test that was recorded says it
        (localstack, test_change_set_fn_transform.py)."""
        if "included" in self.json:
            return self.json["included"]
        if "test_embedded_fn_transform_include" in self.name:
            parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "name-2", "Type": "String", "Value": "foo"}}
            return {"Parameter2" if "_yml" in self.name else "Parameter": parameter}
        if "test_global_fn_transform_include" in self.name:
            return {"Outputs": {"ParameterRef": {"Value": {"Ref": "Parameter"}}}}
        return None


def names_of_transforms(value):
    """The macros that a template asks for, without those that CloudFormation provides itself."""
    found = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("Transform", "Fn::Transform"):
                for one in inner if isinstance(inner, list) else [inner]:
                    name = one.get("Name") if isinstance(one, dict) else one
                    if isinstance(name, str) and not name.startswith("AWS::"):
                        found.append(name)
            found += names_of_transforms(inner)
    elif isinstance(value, list):
        for inner in value:
            found += names_of_transforms(inner)
    return found


def write_template(cld, recording, number):
    """Writes a template, and what it includes, as files of the user."""
    text = json.dumps(recording.template(number))
    if recording.included is not None:
        cld.file("included.json", json.dumps(recording.included))
        text = re.sub(r'"Location": "[^"]*"', '"Location": "included.json"', text)
    return cld.file(f"template-{number}.json", text)


def options(recording, number):
    """The options of `change-set create` that say what the recording's request said beside its template."""
    given = recording.json[f"parameters_{number}"]
    parameters = [word for key, value in given.items() for word in ("-p", f"{key}={value}")]
    capabilities = recording.expected.get(f"describe-change-set-{number}", {}).get("Capabilities", [])
    return parameters + (["--capabilities", *capabilities] if capabilities else [])


def play(cld, recording, stack):
    """Does on a host what was recorded. Gives the answers under the names that the recording has for them."""
    answers = {}
    for number in (1, 2):
        # The name is taken again: a change set that was executed does not keep it.
        cld.run(
            "change-set", "create", stack, NAME, "--template", write_template(cld, recording, number), *options(recording, number),
            # One that changes nothing fails, and that is recorded as well.
            exit=1 if recording.expected.get(f"describe-change-set-{number}", {}).get("Status") == "FAILED" else 0)
        answers[f"describe-change-set-{number}-prop-values"] = cld.json("change-set", "show", stack, NAME, "--values")
        answers[f"describe-change-set-{number}"] = cld.json("change-set", "show", stack, NAME)
        if answers[f"describe-change-set-{number}"]["Status"] == "FAILED":
            continue
        cld.run("change-set", "execute", stack, NAME)
        [shown] = cld.json("stack", "show", stack)["Stacks"]
        answers[f"post-create-{number}-describe"] = shown
    stack_id = shown["StackId"]
    cld.run("stack", "delete", stack)
    [answers["delete-describe"]] = cld.json("stack", "show", stack_id)["Stacks"]
    events = cld.json("stack", "events", stack_id)["StackEvents"]
    assert len({event["EventId"] for event in events}) == len(events), "two events have one id"
    answers["per-resource-events"] = events
    return answers


def lines():
    """The summary for the end of the run."""
    for name, equal, total in COUNTS:
        yield f"{name}: {equal} of {total} equal"
    for name, told in DIFFERENCES:
        yield f"  {name}: {told}"
