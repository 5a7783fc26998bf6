"""Compares the answers of a host with those of a recording, member by member, after replacing what differs from run to run."""
import json
import re

from .cld import REGION

ACCOUNT = "123456789012"
# The property that names a thing of each type; without it the name is made up, by the service or by us.
NAME_PROPERTY = {"AWS::SNS::Topic": "TopicName", "AWS::SSM::Parameter": "Name"}
# The service began to tell these after most of the recordings were made.
NEWER_MEMBERS = {"LastOperations", "OperationId"}


def difference(recording, answers):
    """The first difference between what was recorded and what a host answered; None when there is none."""
    expected = recording.expected
    found = dict(answers)
    found["per-resource-events"] = in_the_form_of(expected["per-resource-events"], answers["per-resource-events"])
    left = Normalised(recording, expected).answers
    right = Normalised(recording, found, replaced=[
        (ACCOUNT, "111111111111"), (REGION, "<region>"), ("arn:aws:", "arn:<partition>:"), ("amazonaws.com", "url_suffix")]).answers
    for key in left:
        told = first_difference(left[key], right.get(key), key)
        if told:
            return told
    return None


def in_the_form_of(expected, events):
    """A stack's events, newest first, as they were kept in the recording: per resource, whole or in one of two short forms."""
    of_stack = [event for event in events if event["ResourceType"] == "AWS::CloudFormation::Stack"]
    kept = [event for list_ in expected.values() for event in list_]
    has_end = any(e["ResourceType"] == "AWS::CloudFormation::Stack" and e["ResourceStatus"].startswith("DELETE_") for e in kept)
    if not has_end:
        # It was recorded before the stack was deleted.
        deletion = [e["EventId"] for e in of_stack if e["ResourceStatus"] == "DELETE_IN_PROGRESS"]
        ids = [event["EventId"] for event in events]
        events = events[ids.index(deletion[-1]) + 1:] if deletion else events
    is_short = "Stack" in expected
    grouped = {}
    for event in events:
        is_stack = event["ResourceType"] == "AWS::CloudFormation::Stack"
        grouped.setdefault("Stack" if is_stack and is_short else event["LogicalResourceId"], []).append(event)
    return {key: shortened(list_, has_end) for key, list_ in grouped.items()} if is_short else grouped


def shortened(events, has_end):
    """The later recordings keep one event of each run with the same status, without its reason, oldest first: those with the stack's end the
    last one, those without it the first one, and no deletions."""
    out = []
    for event in reversed(events):
        status = event["ResourceStatus"]
        if status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" or (not has_end and status.startswith("DELETE_")):
            continue
        short = {k: event[k] for k in ("LogicalResourceId", "PhysicalResourceId", "ResourceStatus", "ResourceType", "Timestamp")}
        if out and out[-1]["ResourceStatus"] == status:
            if has_end:
                out[-1] = short
        else:
            out.append(short)
    return out


class Normalised:
    """Answers in which everything that differs from run to run is replaced, the same in a recording and in a host's answers.

    Left out, because the service itself does not keep it stable or because we differ on purpose (docs/change-sets.md, docs/templates.md):
    the order of `Details`, `Scope` and `Parameters`; `Replacement` of an `Add`; a change set's warning about functions that could not be
    opened beforehand.
    """

    def __init__(self, recording, answers, replaced=()):
        first = answers["describe-change-set-1"]
        self.texts = [(first["StackId"], "<the stack's id>"), (first["StackName"], "<the stack>"), (first["ChangeSetName"], "<the change set>")]
        ids = [(answers[f"describe-change-set-{n}"]["ChangeSetId"], f"<change set {n}>") for n in (1, 2)]
        self.names = self.made_names(recording, answers["per-resource-events"])
        self.replaced = list(replaced)
        self.ids = dict(ids)
        # What is known of ids and names goes first: they hold account, region and partition.
        self.answers = {key: self.answer(key, value) for key, value in answers.items()}

    @staticmethod
    def made_names(recording, events):
        """The names that were made up, each with the logical id that it stands for."""
        found = {}
        for logical_id, list_ in events.items():
            type_ = list_[0]["ResourceType"] if list_ else None
            if type_ not in NAME_PROPERTY:
                continue
            declared = [recording.template(n)["Resources"].get(logical_id, {}) for n in (1, 2)]
            given = [NAME_PROPERTY[type_] in d.get("Properties", {}) for d in declared if "Properties" in d]
            is_included = recording.included is not None and logical_id in recording.included
            if all(given) and given or is_included:
                continue
            for event in list_:
                name = re.search(r"(<[^<>]*>|[^:]*)$", event["PhysicalResourceId"])[0]
                if name and not any(json.dumps(name) in json.dumps(d) for d in declared):
                    found[name] = f"<made name of {logical_id}>"
        return found

    def answer(self, key, value):
        if key == "per-resource-events":
            return {self.text(k): [self.event(event) for event in list_] for k, list_ in value.items()}
        value = self.walk({k: v for k, v in value.items() if k != "ResponseMetadata"})
        if str(value.get("StatusReason", "")).startswith("[WARN]"):
            del value["StatusReason"]
        if "Parameters" in value:
            value["Parameters"] = sorted(value["Parameters"], key=lambda p: p["ParameterKey"])
        if "Outputs" in value:
            value["Outputs"] = sorted(value["Outputs"], key=lambda o: o["OutputKey"])
        for operation in value.get("LastOperations", []):
            operation["OperationId"] = "<operation>"
        if "Changes" in value:
            value["Changes"] = sorted((self.change(c) for c in value["Changes"]), key=lambda c: c["ResourceChange"]["LogicalResourceId"])
        return value

    def change(self, change):
        inner = dict(change["ResourceChange"])
        if inner["Action"] == "Add":
            inner.pop("Replacement", None)
        for key in ("BeforeContext", "AfterContext"):
            if isinstance(inner.get(key), str):
                # The API sends text; the recordings hold what it says.
                inner[key] = json.loads(inner[key])
        for key in ("Details", "Scope"):
            inner[key] = sorted(inner[key], key=lambda v: json.dumps(v, sort_keys=True))
        return change | {"ResourceChange": inner}

    def event(self, event):
        out = self.walk({k: v for k, v in event.items() if k not in ("EventId", "ClientRequestToken")})
        if isinstance(out.get("ResourceProperties"), str):
            out["ResourceProperties"] = json.loads(out["ResourceProperties"])
        return out

    def walk(self, value, key=None):
        if isinstance(value, dict):
            return {k: self.walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.walk(v) for v in value]
        if key in ("CreationTime", "LastUpdatedTime", "DeletionTime", "Timestamp"):
            is_time = value in ("datetime", "timestamp") or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value)
            return "<time>" if is_time else value
        return self.text(value) if isinstance(value, str) else value

    def text(self, text):
        if text in self.ids:
            return self.ids[text]
        for own, common in [*self.texts[:1], *self.names.items(), *self.texts[1:2], *self.replaced]:
            text = text.replace(own, common)
        # The eight random digits of a recorded test.
        text = re.sub(r"\bname-2-[0-9a-f]{8}$", "name-2", text)
        return "<the change set>" if text == self.texts[2][0] else text


def first_difference(expected, found, place):
    """Where two values differ first, as a sentence; None when they are equal."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            if key in NEWER_MEMBERS and key not in expected:
                continue
            told = first_difference(expected.get(key), found.get(key), f"{place}/{key}")
            if told:
                return told
        return None
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, pair in enumerate(zip(expected, found)):
            told = first_difference(*pair, f"{place}/{number}")
            if told:
                return told
        return None
    return None if expected == found else f"{place}: recorded {brief(expected)}, ours {brief(found)}"


def brief(value):
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 600 else text[:600] + "..."
