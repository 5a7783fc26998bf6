"""The judge. It reads the cloud's ledger and what the API says, and nothing else."""
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from . import events
from .violation import Violation

COMPLETE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
# Statuses of a resource of which nothing is in the cloud.
ABSENT = {"PENDING", "DELETE_COMPLETE", "DELETE_SKIPPED"}


@dataclass
class Evidence:
    """One stack after its operations."""

    stack: str
    # Records of the accepted operations by id; None where the API does not know the id.
    operations: dict
    # As /v1/resources shows them, each with `properties` as they were asked for.
    resources: list
    # All events of the stack.
    events: list
    # The stack's status; None when nothing is known of it.
    status: str | None = None
    # Numbers of the events that a reader of each operation got.
    delivered: dict = field(default_factory=dict)
    # How often each kind of change was asked for: "updated", "acted".
    asked: dict = field(default_factory=dict)
    # What the properties must be where an operation succeeded: {logical id: {property: value}}.
    wanted: dict = field(default_factory=dict)
    # Operations that did not end within the limit, with the reason.
    unended: dict = field(default_factory=dict)
    # Whether a person has decided about an unsafe call: then a part may be missing that the person said exists.
    was_resolved: bool = False


def judge(evidence, ledger, since=0):
    """The violations of one stack. `since` is the index of the ledger's first line that counts for touching foreign things."""
    found = things(evidence, ledger) + doubles(evidence, ledger) + foreign(ledger, since) + operations(evidence)
    known = {id: record for id, record in evidence.operations.items() if record is not None}
    return found + events.judge(evidence.events, evidence.resources, evidence.status, known, evidence.delivered)


def things(evidence, ledger):
    """Live things with our tags are the recorded ones."""
    found = []
    live = {thing.id: thing for thing in ledger.live_of_stack(evidence.stack)}
    recorded = {r["physical_id"]: r for r in evidence.resources if r["status"] not in ABSENT and r["physical_id"]}
    kept = {e["physical_id"] for e in evidence.events if e["status"] == "DELETE_SKIPPED" and e["physical_id"]}
    for id, thing in live.items():
        if id not in recorded and id not in kept:
            found.append(Violation("stray", f"{thing.type} {id} ({thing.resource}, made at {thing.created}{', landed late' if thing.landed else ''}) is not recorded"))
    for id in kept - set(live):
        found.append(Violation("kept-deleted", f"{id} was announced as kept"))
    for resource in evidence.resources:
        if resource["status"] not in COMPLETE or resource["type"] in LOOK_UPS:
            continue
        id, name = resource["physical_id"], resource["logical_id"]
        if id is None:
            found.append(Violation("lost", f"{name} is {resource['status']} and has no id"))
        elif id not in live:
            found.append(Violation("lost", f"{name} is {resource['status']}, and {id} does not live"))
        else:
            found += differences(name, resource.get("properties"), live[id], evidence)
    for name, wanted in evidence.wanted.items():
        current = [r for r in evidence.resources if r["logical_id"] == name and r["status"] in COMPLETE]
        shown = [{key: live[r["physical_id"]].properties.get(key) for key in wanted} for r in current if r["physical_id"] in live]
        if wanted not in shown:
            found.append(Violation("lost", f"{name} should have {wanted}, and the cloud has {shown}"))
    return found


# Types of which the cloud has no thing.
LOOK_UPS = {"Sim::Cloud::Image", "Sim::Cloud::Nothing"}


def differences(name, properties, thing, evidence):
    """Whether a complete resource is in the cloud as it is recorded."""
    found = []
    for key in ("Text", "Kind"):
        if properties and key in properties and key in thing.properties and properties[key] != thing.properties[key]:
            found.append(Violation("lost", f"{name} is recorded with {key} {properties[key]!r}, and {thing.id} has {thing.properties[key]!r}"))
    parts = int((properties or {}).get("Parts") or 0)
    if len(set(thing.parts)) < parts and not evidence.was_resolved:
        found.append(Violation("lost", f"{name} should have {parts} parts, and {thing.id} has {thing.parts}"))
    return found


def doubles(evidence, ledger):
    """Each logical thing is made once, and each change is done once."""
    found = []
    by_resource = defaultdict(list)
    own = ledger.of_stack(evidence.stack)
    for thing in own:
        by_resource[thing.resource].append(thing)
    for resource, made in by_resource.items():
        # What lands late is what the sweep is for: it must be gone in the end, which is the rule of strays.
        prompt = sorted((t for t in made if not t.landed), key=lambda t: t.created)
        for earlier, later in zip(prompt, prompt[1:]):
            if earlier.deleted is None or earlier.deleted > later.created:
                found.append(Violation("double", f"{resource} lived twice: {earlier.id} (made at {earlier.created}) and {later.id} (at {later.created})"))
    for thing in own:
        for part, times in Counter(thing.parts).items():
            if times > 1:
                found.append(Violation("double", f"{thing.id} has got its part {part} {times} times"))
    sent = Counter(
        (line["id"], line["op"], line["effect"], line["token"]) for line in ledger.lines_of_stack(evidence.stack)
        if line["executed"] and line["token"] and line["effect"] in ("updated", "part", "acted", "created") and line["op"] != "part")
    for (id, op, effect, token), times in sent.items():
        if times > 1:
            found.append(Violation("double", f"one {op} of ours ({token}) was executed {times} times on {id}"))
    for effect, count in (("updated", sum(t.updates for t in own)), ("acted", sum(t.restarts for t in own))):
        if effect in evidence.asked and count > evidence.asked[effect]:
            found.append(Violation("double", f"{count} times {effect}, and {evidence.asked[effect]} were asked for"))
    succeeded = [r for r in evidence.operations.values() if r and r["kind"] == "action" and r["status"] == "SUCCEEDED"]
    if sum(t.restarts for t in own) < len(succeeded) and not evidence.was_resolved:
        found.append(Violation("lost", f"{len(succeeded)} actions succeeded, and the cloud did {sum(t.restarts for t in own)}"))
    return found


def foreign(ledger, since):
    """Nothing of another owner was changed, and no change of it was asked for."""
    found = []
    for line in ledger.lines[since:]:
        if line["op"] in ("create", "update", "part", "action", "delete") and (line["type"], line["id"]) in ledger.foreign:
            found.append(Violation("foreign", f"line {line['seq']}: {line['op']} of {line['id']}, effect {line['effect']}"))
    return found


def operations(evidence):
    """Every accepted request has its record, and ended."""
    found = []
    for id, record in evidence.operations.items():
        if record is None:
            found.append(Violation("unrecorded", f"{id} was accepted, and the API does not know it"))
        elif id in evidence.unended:
            found.append(Violation("stuck", f"{id} ({record['kind']}) is {record['status']}: {record['reason']}; {evidence.unended[id]}"))
    for event in evidence.events:
        if event["type"] == "Cld::Operation" and event["physical_id"] not in evidence.operations:
            found.append(Violation("unrecorded", f"{event['physical_id']} ({event['logical_id']}) runs on {evidence.stack}, and nobody asked for it"))
    return found
