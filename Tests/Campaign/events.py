"""The judge of events: those of each resource tell each step once, and the last one is how the resource stands."""
from collections import Counter, defaultdict

from .violation import Violation

ENDS = {"SUCCEEDED", "FAILED", "CANCELLED"}
# What may come after a status of a resource; None is before the first one. A step is begun before it ends, and what has failed may be begun anew.
NEXT = {
    None: {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"},
    "CREATE_IN_PROGRESS": {"CREATE_COMPLETE", "CREATE_FAILED"},
    "CREATE_COMPLETE": {"UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_SKIPPED"},
    "CREATE_FAILED": {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_SKIPPED"},
    "UPDATE_IN_PROGRESS": {"UPDATE_COMPLETE", "UPDATE_FAILED"},
    "UPDATE_COMPLETE": {"UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_SKIPPED"},
    "UPDATE_FAILED": {"UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_SKIPPED"},
    "DELETE_IN_PROGRESS": {"DELETE_COMPLETE", "DELETE_FAILED"},
    "DELETE_FAILED": {"DELETE_IN_PROGRESS", "DELETE_SKIPPED"},
    "DELETE_COMPLETE": set(),
    "DELETE_SKIPPED": set(),
}
# The same for stacks: what ended well may be changed or deleted, what failed may be tried again.
AGAIN = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"}
NEXT_OF_STACK = {
    None: {"CREATE_IN_PROGRESS"},
    "CREATE_IN_PROGRESS": {"CREATE_COMPLETE", "CREATE_FAILED", "ROLLBACK_IN_PROGRESS"},
    "CREATE_COMPLETE": {"UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"},
    "CREATE_FAILED": AGAIN,
    "ROLLBACK_IN_PROGRESS": {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_COMPLETE"},
    "ROLLBACK_COMPLETE": AGAIN,
    "ROLLBACK_FAILED": AGAIN,
    "UPDATE_IN_PROGRESS": {"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS"},
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": {"UPDATE_COMPLETE"},
    "UPDATE_COMPLETE": {"UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"},
    "UPDATE_FAILED": AGAIN,
    "UPDATE_ROLLBACK_IN_PROGRESS": {"UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"},
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": {"UPDATE_ROLLBACK_COMPLETE"},
    "UPDATE_ROLLBACK_COMPLETE": {"UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"},
    "UPDATE_ROLLBACK_FAILED": AGAIN,
    "DELETE_IN_PROGRESS": {"DELETE_COMPLETE", "DELETE_FAILED"},
    "DELETE_FAILED": AGAIN,
    "DELETE_COMPLETE": set(),
}
# Words beside the statuses: they tell of waiting, not of a step.
NOTES = {"WAITING", "DRIVER_FAULT", "HELD", "RESOLVED", "DRIFT"}
INITIATED = "Resource creation Initiated"


def judge(events, resources, stack_status, operations, delivered=None):
    """The violations of one stack's events.

    `events` in the order of their numbers; `resources` as /v1/resources shows them; `stack_status` the status of the stack, None when it
    is not known; `operations` by id; `delivered` the numbers that a reader of each operation got, by operation."""
    found = []
    found += numbers(events)
    found += of_operations(events, operations)
    found += of_stack(events, stack_status)
    sweeps = {id for id, operation in operations.items() if operation["kind"] == "sweep"}
    found += of_resources([e for e in events if e["operation"] not in sweeps], resources)
    found += of_actions(events, {id for id, operation in operations.items() if operation["kind"] == "action"})
    found += of_arrivals([e for e in events if e["operation"] in sweeps])
    for operation, seqs in (delivered or {}).items():
        all_of_it = [event["seq"] for event in events if event["operation"] == operation]
        if len(set(seqs)) != len(seqs):
            found.append(Violation("event-double", f"a reader of {operation} got an event twice: {seqs}"))
        if missing := set(all_of_it) - set(seqs):
            found.append(Violation("event-gap", f"a reader of {operation} did not get {sorted(missing)}"))
        if unknown := set(seqs) - set(all_of_it):
            found.append(Violation("event-unfounded", f"a reader of {operation} got {sorted(unknown)}, which nobody finds again"))
    return found


def numbers(events):
    seqs = [event["seq"] for event in events]
    if seqs != sorted(set(seqs)):
        return [Violation("event-double", f"numbers of events repeat or fall: {seqs}")]
    return []


def of_operations(events, operations):
    """Each operation's end is told once, and is its end."""
    found = []
    for id, operation in operations.items():
        ends = [e["status"] for e in events if e["type"] == "Cld::Operation" and e["physical_id"] == id and e["status"] in ENDS]
        if len(ends) > 1:
            found.append(Violation("event-double", f"the end of {id} is told {len(ends)} times: {ends}"))
        if operation["status"] in ENDS and not ends:
            found.append(Violation("event-gap", f"{id} is {operation['status']}, and no event says so"))
        if ends and ends[-1] != operation["status"]:
            found.append(Violation("event-unfounded", f"an event says that {id} is {ends[-1]}, and it is {operation['status']}"))
    return found


def of_stack(events, status):
    """The stack's own statuses: each once in an operation, the last one is the stack's."""
    found, told = [], set()
    last = None
    for event in events:
        if event["type"] != "Cld::Stack":
            continue
        before, last = last, event["status"]
        if last not in NEXT_OF_STACK.get(before, AGAIN) and last != before:
            found.append(Violation("event-gap", f"{event['logical_id']} becomes {last} (event {event['seq']}) after {before}"))
        step = (event["operation"], event["stack_id"], event["status"])
        if step in told:
            found.append(Violation("event-double", f"{event['logical_id']} becomes {event['status']} twice in {event['operation']}"))
        told.add(step)
    if status is not None and last is not None and last != status:
        found.append(Violation("event-gap" if last.endswith("IN_PROGRESS") else "event-unfounded", f"the last event of the stack says {last}, and it is {status}"))
    return found


def of_resources(events, resources):
    """Follows each resource through its statuses. A successor and its predecessor have one logical id: they are told apart by what is done with them."""
    found = []
    by_logical = defaultdict(list)
    for event in events:
        if not event["type"].startswith("Cld::") and event["status"] not in NOTES:
            by_logical[event["logical_id"]].append(event)
    for logical, list_of_it in by_logical.items():
        found += path(logical, list_of_it)
    for resource in resources:
        told = [e for e in by_logical.get(resource["logical_id"], []) if e["physical_id"] in (None, resource["physical_id"])]
        last = told[-1]["status"] if told else None
        if resource["status"] == "PENDING" or last == resource["status"]:
            continue
        # A predecessor that waits for the clean-up was last told of before its successor was begun.
        if any(e["status"] == resource["status"] and e["physical_id"] == resource["physical_id"] for e in told) and is_superseded(resource, resources):
            continue
        name = "event-gap" if last is None or NEXT.get(last) and resource["status"] in NEXT[last] else "event-unfounded"
        found.append(Violation(name, f"{resource['logical_id']} is {resource['status']}, and its last event says {last}"))
    return found


def of_actions(events, actions):
    """An action is begun once, and its end is told once: a host that takes it up again goes on where it was."""
    counted = Counter(
        (e["operation"], e["logical_id"], e["status"]) for e in events if e["operation"] in actions and e["status"].startswith("UPDATE_"))
    return [
        Violation("event-double", f"{logical} becomes {status} {times} times in the action {operation}")
        for (operation, logical, status), times in counted.items() if times > 1]


def of_arrivals(events):
    """What landed late has the logical id of the resource that it came for; each is followed by its own id."""
    found, by_id = [], defaultdict(list)
    for event in events:
        if not event["type"].startswith("Cld::") and event["status"] not in NOTES:
            by_id[event["logical_id"], event["physical_id"]].append(event)
    for (logical, id), told in by_id.items():
        found += path(f"{logical} ({id})", told, "CREATE_COMPLETE")
    return found


def is_superseded(resource, resources):
    return sum(other["logical_id"] == resource["logical_id"] for other in resources) > 1


def path(logical, events, state=None):
    """The violations of one logical id's statuses, from the one that it has before them."""
    found = []
    # The deletion of a predecessor, by its physical id, goes beside what is done with its successor.
    deletions, previous = {}, None
    for event in events:
        status, reason, physical = event["status"], event["reason"] or "", event["physical_id"]
        where = f"{logical}: {status} (event {event['seq']}, {reason!r})"
        if status.startswith("DELETE_") and state in ("UPDATE_COMPLETE", "UPDATE_FAILED", "UPDATE_IN_PROGRESS") or physical in deletions:
            before = deletions.get(physical, "UPDATE_COMPLETE")
            deletions[physical] = status
        else:
            before, state = state, status
        if state == status and before is None and reason == INITIATED:
            found.append(Violation("event-gap", f"{where} is the first that is told"))
        if status == before:
            if reason == INITIATED and (previous or {}).get("reason") != INITIATED:
                pass  # the same step, further on: the cloud has accepted it
            elif reason.startswith(("refreshed", "missing")) or status.endswith("_COMPLETE") and "drift" in reason:
                pass  # a look at the thing, not a step
            else:
                found.append(Violation("event-double", f"{where} is told again"))
        elif before == "DELETE_COMPLETE" or before == "DELETE_SKIPPED":
            found.append(Violation("event-unfounded", f"{where} after {before}"))
        elif status not in NEXT.get(before, set()):
            # A look at a thing tells its status again, whatever it was.
            if not reason.startswith(("refreshed", "missing")):
                found.append(Violation("event-gap", f"{where} comes after {before}"))
        previous = event
    return found
