"""Updates of stacks as CloudFormation was seen to do them, done again with `cld` and compared.

A case has two versions of a template with parameters, and under `expected` what describe-change-set, describe-stacks and the events of each resource said.
Where the recording has a name of its own for what differs from run to run (`<resource:1>`), any text stands for it, the same one all through the case.
"""
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

# What the recordings put for what differs; the account; names that the service makes for parameters.
PLACEHOLDER = re.compile(r"<[a-z-]+(?::\d+)?>|111111111111|\burl_suffix\b|CFN-\w+?-\w{12}\b")
# When something happened, ids of requests, what the caller said, and a member that the service has only sent since 2025-10.
VOLATILE = {
    "ChangeSetId", "ChangeSetName", "CreationTime", "DeletionTime", "LastUpdatedTime", "LastOperations", "ResponseMetadata", "Capabilities", "EventId",
    "Timestamp"}
EVENT = ("ResourceStatus", "ResourceStatusReason", "PhysicalResourceId", "ResourceType", "ResourceProperties")


class Difference(Exception):
    """The first place where two answers differ."""


@dataclass
class Comparison:
    """Compares what was expected with what was found; `bound` is what the placeholders stand for so far."""

    bound: dict = field(default_factory=dict)

    def __call__(self, expected, found, place):
        if isinstance(expected, str) and isinstance(found, str):
            self._texts(expected, found, place)
        elif isinstance(expected, dict) and isinstance(found, dict):
            for key in sorted(set(expected) | set(found)):
                if key not in expected or key not in found:
                    side = "is not expected" if key in found else "is missing"
                    raise Difference(f"{place}/{key} {side}: {json.dumps(found.get(key, expected.get(key)))}")
                self(expected[key], found[key], f"{place}/{key}")
        elif isinstance(expected, list) and isinstance(found, list):
            if len(expected) != len(found):
                raise Difference(f"{place}: expected {json.dumps(expected)}, found {json.dumps(found)}")
            for index, (one, other) in enumerate(zip(expected, found)):
                self(one, other, f"{place}/{index}")
        elif expected != found:
            raise Difference(f"{place}: expected {json.dumps(expected)}, found {json.dumps(found)}")

    def _texts(self, expected, found, place):
        pattern, names, end = "", [], 0
        for match in PLACEHOLDER.finditer(expected):
            pattern += re.escape(expected[end:match.start()])
            end = match.end()
            if match[0] in self.bound:
                pattern += re.escape(self.bound[match[0]])
            elif match[0] in names:
                pattern += f"(?P=p{names.index(match[0])})"
            else:
                pattern += f"(?P<p{len(names)}>[^|]+?)"
                names.append(match[0])
        result = re.fullmatch(pattern + re.escape(expected[end:]), found)
        if result is None:
            known = {name: text for name, text in self.bound.items() if name in expected}
            raise Difference(f"{place}: expected {json.dumps(expected)}{f' with {known}' if known else ''}, found {json.dumps(found)}")
        for index, name in enumerate(names):
            self.bound[name] = result[f"p{index}"]


def lasting(answer):
    """An answer without what differs from run to run."""
    return {key: value for key, value in answer.items() if key not in VOLATILE}


def change_set(answer):
    """A change set without what the service itself does not keep stable: the order of details, and `Replacement` of an `Add`, which it sent with
    values until May 2025; and without its warnings that it could not open a function beforehand, which cld can."""
    out = lasting(answer)
    if out.get("StatusReason", "").startswith("[WARN]"):
        del out["StatusReason"]
    out["Changes"] = sorted((change(entry["ResourceChange"]) for entry in answer.get("Changes", [])), key=lambda one: one["LogicalResourceId"])
    return out


def change(resource):
    out = dict(resource)
    if out["Action"] == "Add":
        out.pop("Replacement", None)
    for key in ("BeforeContext", "AfterContext"):
        if isinstance(out.get(key), str):
            out[key] = json.loads(out[key])
    kind = lambda detail: [detail.get("ChangeSource", ""), detail.get("Evaluation", ""), detail.get("CausingEntity", "")] + [
        str(detail["Target"].get(key, "")) for key in ("Attribute", "Name", "Path", "AttributeChangeType")]
    out["Details"] = sorted(out.get("Details", []), key=kind)
    out["Scope"] = sorted(out.get("Scope", []))
    return out


def stack(answer):
    out = lasting(answer)
    for key in ("Outputs", "Parameters"):
        if key in out:
            out[key] = sorted(out[key], key=lambda one: one.get("OutputKey", one.get("ParameterKey")))
    return out


def event(entry):
    """What an event tells, with its properties as JSON."""
    out = {key: entry[key] for key in EVENT if key in entry}
    if isinstance(out.get("ResourceProperties"), str):
        out["ResourceProperties"] = json.loads(out["ResourceProperties"])
    return out


def compare_short(compare, expected, found, place):
    """Since the middle of 2025 the recordings have each status once, with the id that one of its events had, and nothing of the cleaning up."""
    groups = []
    for entry in found:
        if entry["ResourceStatus"] == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
            continue
        if not groups or groups[-1][0]["ResourceStatus"] != entry["ResourceStatus"]:
            groups.append([])
        groups[-1].append(entry)
    compare([e["ResourceStatus"] for e in expected], [g[0]["ResourceStatus"] for g in groups], place)
    for index, (one, group) in enumerate(zip(expected, groups)):
        compare(one["ResourceType"], group[0]["ResourceType"], f"{place}/{index}/ResourceType")
        for entry in group:
            try:
                compare(one["PhysicalResourceId"], entry.get("PhysicalResourceId", ""), f"{place}/{index}/PhysicalResourceId")
                break
            except Difference:
                if entry is group[-1]:
                    raise


@dataclass
class RecordedCase:
    path: Path

    @property
    def name(self):
        return self.path.stem

    def __post_init__(self):
        self.json = json.loads(self.path.read_text())
        self.expected = self.json["expected"]

    def difference(self, cld, name):
        """Does the case with a stack of that name. The first difference, or None. The stack is gone in the end."""
        compare = Comparison()
        try:
            self._version(cld, name, compare, 1)
            self._version(cld, name, compare, 2)
            events = self._events(cld, name)
            described = self._delete(cld, name)
            if self._has_deletions():
                events = self._events(cld, described["StackId"])
            if "delete-describe" in self.expected:
                compare(stack(self.expected["delete-describe"]), stack(described), "delete-describe")
            self._compare_events(compare, events)
        except Difference as difference:
            return str(difference)
        finally:
            for one in cld.json("stack", "list")["StackSummaries"]:
                if one["StackName"] == name and one["StackStatus"] != "DELETE_COMPLETE":
                    cld.run("stack", "delete", name, exit=None)
        return None

    def _version(self, cld, name, compare, number):
        template = cld.file(f"{name}-{number}.template", self._template(number, cld))
        given = [word for key, value in self.json.get(f"parameters_{number}", {}).items() for word in ("-p", f"{key}={value}")]
        created = cld.run("change-set", "create", name, f"set-{number}", "--template", template, *given, exit=None)
        if created.code != 0:
            raise Difference(f"change set {number}: {created.err.strip()}")
        for key, options in ((f"describe-change-set-{number}", ()), (f"describe-change-set-{number}-prop-values", ("--values",))):
            if key in self.expected:
                found = cld.json("change-set", "show", name, f"set-{number}", *options)
                compare(change_set(self.expected[key]), change_set(found), key)
        executed = cld.run("change-set", "execute", name, f"set-{number}", exit=None)
        if executed.code != 0:
            raise Difference(f"execution of change set {number}: {executed.err.strip()}")
        key = f"post-create-{number}-describe"
        if key in self.expected:
            compare(stack(self.expected[key]), stack(cld.json("stack", "show", name)["Stacks"][0]), key)

    def _template(self, number, cld):
        template = self.json[f"template_{number}"]
        text = template if isinstance(template, str) else json.dumps(template)
        included = self._included()
        if included:
            cld.file("included.json", json.dumps(included))
            text = re.sub(r"s3://<MagicMock id='\d+'>/template", "included.json", text)
        return text

    def _included(self):
        """What the recording's own test had put where AWS::Include looks, as that public test tells (localstack, test_change_set_fn_transform.py).
        The recordings do not hold it, but for the name."""
        text = json.dumps(self.expected)
        name = re.search(r"name-2-[0-9a-f]{8}", text)
        if "test_embedded_fn_transform_include" in self.name:
            return {"Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name[0] if name else "name-2", "Type": "String", "Value": "foo"}}}
        if "test_global_fn_transform_include" in self.name:
            return {"Outputs": {"ParameterRef": {"Value": {"Ref": "Parameter"}}}}
        return None

    def _delete(self, cld, name):
        """The stack as it is described when it is gone."""
        stack_id = cld.json("stack", "show", name)["Stacks"][0]["StackId"]
        cld.run("stack", "delete", name)
        return cld.json("stack", "show", stack_id)["Stacks"][0]

    def _has_deletions(self):
        groups = self.expected.get("per-resource-events", {})
        return any(e["ResourceStatus"] == "DELETE_COMPLETE" and e["ResourceType"] == "AWS::CloudFormation::Stack" for g in groups.values() for e in g)

    def _events(self, cld, name):
        """The events of each resource, oldest first."""
        out = {}
        for entry in reversed(cld.json("stack", "events", name)["StackEvents"]):
            out.setdefault(entry["LogicalResourceId"], []).append(entry)
        return out

    def _compare_events(self, compare, found):
        for logical, events in sorted(self.expected.get("per-resource-events", {}).items()):
            is_short = not any("EventId" in e for e in events)
            # The events of the stack itself stand under its name, or under a word of the recording.
            own = "Stack" if is_short else "<stack-name:1>"
            ours = found.pop(next(k for k in found if found[k][0]["ResourceType"] == "AWS::CloudFormation::Stack") if logical == own else logical, [])
            if is_short:
                if not self._has_deletions():
                    # Those of July 2025, which end before the stack is deleted, have no deletion at all, not even of what was replaced.
                    ours = [e for e in ours if not e["ResourceStatus"].startswith("DELETE_")]
                compare_short(compare, events, ours, f"events/{logical}")
            else:
                compare([event(e) for e in reversed(events)], [event(e) for e in ours], f"events/{logical}")
        if "per-resource-events" in self.expected and found:
            raise Difference(f"events of {sorted(found)} are not expected")
