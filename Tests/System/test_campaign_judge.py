"""The judge of the fault campaign on ledgers and events that are made up: it finds what is wrong, and nothing where nothing is."""
import pytest

from Campaign import events
from Campaign.case import Case, Fault
from Campaign.judge import Evidence, judge
from Campaign.ledger import Ledger

STACK, TAGS = "shop", {"cld:stack-name": "shop", "cld:logical-id": "Thing", "cld:resource": "res-1-1", "cld:installation": "inst-1"}


def ledger(*lines):
    """A ledger with one foreign thing and these lines."""
    made = Ledger()
    base = {
        "method": None, "type": "token", "id": None, "name": None, "token": None, "tags": TAGS, "properties": {"Text": "first"}, "executed": True,
        "effect": "none", "status": 200, "outcome": "answered", "rule": None, "at": 0}
    made.add({**base, "seq": 0, "op": "foreign", "id": "token-foreign", "tags": {"owner": "team-1"}})
    for number, line in enumerate(lines, 1):
        made.add({**base, "seq": number, **line})
    return made


def create(id="token-a", **members):
    return {"op": "create", "id": id, "effect": "created", "token": f"t-{id}", **members}


def delete(id="token-a"):
    return {"op": "delete", "id": id, "effect": "deleted"}


def resource(status="CREATE_COMPLETE", id="token-a", **members):
    return {
        "id": "res-1", "logical_id": "Thing", "type": "Sim::Cloud::Token", "physical_id": id, "status": status,
        "properties": {"Text": "first"}, **members}


def event(seq, status, reason=None, id="token-a", logical="Thing", kind="Sim::Cloud::Token"):
    return {"seq": seq, "status": status, "reason": reason, "physical_id": id, "logical_id": logical, "type": kind, "operation": "op-1", "stack_id": "stack-1"}


def told(*more):
    """The events of a create that went well, and then these."""
    return [
        event(1, "CREATE_IN_PROGRESS", logical=STACK, kind="Cld::Stack"), event(2, "CREATE_IN_PROGRESS", id=None),
        event(3, "CREATE_IN_PROGRESS", events.INITIATED), event(4, "CREATE_COMPLETE"),
        event(5, "CREATE_COMPLETE", logical=STACK, kind="Cld::Stack"), event(6, "SUCCEEDED", id="op-1", logical="create", kind="Cld::Operation"), *more]


def evidence(**members):
    operations = {"op-1": {"id": "op-1", "kind": "create", "status": "SUCCEEDED", "reason": None}}
    return Evidence(**{
        "stack": STACK, "operations": operations, "resources": [resource()], "events": told(), "status": "CREATE_COMPLETE",
        "delivered": {"op-1": [1, 2, 3, 4, 5, 6]}, **members})


def names(found):
    return sorted({violation.name for violation in found})


def test_a_case_that_went_well_has_no_violation():
    assert judge(evidence(), ledger(create())) == []


@pytest.mark.parametrize(("lines", "predicted"), [
    ([], ["lost"]),
    ([create(), create("token-b")], ["double", "stray"]),
    ([create(), delete()], ["lost"]),
    ([create(), create("token-b", outcome="landed")], ["stray"]),
    ([create(), create("token-b"), delete("token-b")], ["double"]),
    ([create("token-b"), delete("token-b"), create()], []),
    ([create("token-b", outcome="landed"), create(), delete("token-b")], []),
    ([create(properties={"Text": "other"})], ["lost"]),
    ([create(), {"op": "part", "id": "token-a", "name": "part-0", "effect": "part"}, {"op": "part", "id": "token-a", "name": "part-0", "effect": "part"}], ["double"]),
    ([create(), *({"op": "action", "id": "token-a", "effect": "acted", "token": "t"} for _ in range(2))], ["double"]),
    ([create(), {"op": "delete", "id": "token-foreign", "effect": "deleted"}], ["foreign"]),
    ([create(), {"op": "update", "id": "token-foreign", "effect": "none", "executed": False, "status": 409}], ["foreign"]),
], ids=lambda value: None)
def test_the_ledger_against_the_record(lines, predicted):
    assert names(judge(evidence(), ledger(*lines))) == predicted


def test_an_action_that_was_announced_and_not_done_is_lost():
    operations = {"op-1": {"id": "op-1", "kind": "action", "status": "SUCCEEDED", "reason": None}}
    assert names(judge(evidence(operations=operations), ledger(create()))) == ["lost"]
    assert judge(evidence(operations=operations), ledger(create(), {"op": "action", "id": "token-a", "effect": "acted", "token": "t"})) == []


def test_more_changes_than_were_asked_for_are_double():
    update = {"op": "update", "id": "token-a", "effect": "updated", "properties": {"Text": "first"}}
    two = ledger(create(), {**update, "token": "t-1"}, {**update, "token": "t-2"})
    assert names(judge(evidence(asked={"updated": 1}), two)) == ["double"]
    assert judge(evidence(asked={"updated": 2}), two) == []


def test_what_was_wanted_must_be_in_the_cloud():
    assert names(judge(evidence(wanted={"Thing": {"Text": "second"}}), ledger(create()))) == ["lost"]
    assert judge(evidence(wanted={"Thing": {"Text": "first"}}), ledger(create())) == []


def test_parts_that_are_missing_are_lost():
    wanted = [resource(properties={"Text": "first", "Parts": 1})]
    assert names(judge(evidence(resources=wanted), ledger(create()))) == ["lost"]
    part = {"op": "part", "id": "token-a", "name": "part-0", "effect": "part"}
    assert judge(evidence(resources=wanted), ledger(create(), part)) == []


def test_what_was_kept_must_live():
    kept = told(event(7, "DELETE_SKIPPED"))
    assert judge(evidence(resources=[], events=kept, delivered={}), ledger(create())) == []
    assert names(judge(evidence(resources=[], events=kept, delivered={}), ledger(create(), delete()))) == ["kept-deleted"]


def test_an_operation_without_a_record_or_an_end():
    assert names(judge(evidence(operations={"op-1": None}), ledger(create()))) == ["unrecorded"]
    assert "unrecorded" in names(judge(evidence(operations={}, delivered={}), ledger(create())))
    running = {"op-1": {"id": "op-1", "kind": "create", "status": "RUNNING", "reason": None}}
    assert "stuck" in names(judge(evidence(operations=running, unended={"op-1": "after 45 s"}), ledger(create())))


# Events


def judged(list_of_events, resources=None, status="CREATE_COMPLETE", operation="SUCCEEDED", delivered=None):
    operations = {"op-1": {"id": "op-1", "kind": "create", "status": operation, "reason": None}}
    return names(events.judge(list_of_events, [resource()] if resources is None else resources, status, operations, delivered))


def without(seq):
    return [e for e in told() if e["seq"] != seq]


@pytest.mark.parametrize("seq", [1, 2, 4, 6])
def test_a_step_that_nobody_told_of_is_a_gap(seq):
    assert judged(without(seq)) == ["event-gap"]


def test_an_end_of_the_stack_that_nobody_told_of_is_a_gap():
    assert judged(without(5)) == ["event-gap"]


@pytest.mark.parametrize("seq", [1, 2, 4, 5, 6])
def test_a_step_that_is_told_twice(seq):
    again = next(e for e in told() if e["seq"] == seq)
    list_of_events = sorted(told() + [{**again, "seq": seq + 0.5}], key=lambda e: e["seq"])
    assert judged(list_of_events) == ["event-double"]


def test_an_event_that_the_state_does_not_know():
    assert judged(told(), [resource("CREATE_FAILED")]) == ["event-unfounded"]
    assert judged(told(), operation="RUNNING") == ["event-unfounded"]


def test_a_reader_gets_each_event_once():
    assert judged(told(), delivered={"op-1": [1, 2, 3, 4, 5, 6]}) == []
    assert judged(told(), delivered={"op-1": [1, 2, 4, 5, 6]}) == ["event-gap"]
    assert judged(told(), delivered={"op-1": [1, 2, 2, 3, 4, 5, 6]}) == ["event-double"]
    assert judged(told(), delivered={"op-1": [1, 2, 3, 4, 5, 6, 9]}) == ["event-unfounded"]


def test_a_replacement_and_its_clean_up_go_beside_each_other():
    more = [
        event(7, "UPDATE_IN_PROGRESS", "Requested update requires the creation of a new physical resource; hence creating one."),
        event(8, "UPDATE_IN_PROGRESS", events.INITIATED, id="token-b"), event(9, "UPDATE_COMPLETE", id="token-b"),
        event(10, "DELETE_IN_PROGRESS"), event(11, "DELETE_COMPLETE")]
    assert judged(told(*more), [resource("UPDATE_COMPLETE", "token-b")]) == []
    assert judged(told(*more[:3]), [resource("UPDATE_COMPLETE", "token-b"), resource()]) == []
    assert judged(told(*more[:3], more[4]), [resource("UPDATE_COMPLETE", "token-b")]) == ["event-gap"]


def test_what_landed_late_has_a_path_of_its_own():
    operations = {
        "op-1": {"id": "op-1", "kind": "create", "status": "SUCCEEDED", "reason": None},
        "op-2": {"id": "op-2", "kind": "sweep", "status": "SUCCEEDED", "reason": None}}
    swept = [
        {**event(7, "DELETE_IN_PROGRESS", id="token-late"), "operation": "op-2"}, {**event(8, "DELETE_COMPLETE", id="token-late"), "operation": "op-2"},
        {**event(9, "SUCCEEDED", id="op-2", logical="sweep", kind="Cld::Operation"), "operation": "op-2"}]
    assert events.judge(told(*swept), [resource()], "CREATE_COMPLETE", operations) == []
    assert names(events.judge(told(*swept[1:]), [resource()], "CREATE_COMPLETE", operations)) == ["event-gap"]


def test_an_action_that_is_begun_twice():
    operations = {"op-1": {"id": "op-1", "kind": "action", "status": "SUCCEEDED", "reason": None}}
    once = [event(7, "UPDATE_IN_PROGRESS", "restart"), event(8, "UPDATE_COMPLETE", "restart")]
    again = [event(9, "UPDATE_IN_PROGRESS", "restart"), event(10, "UPDATE_COMPLETE", "restart")]
    assert events.judge(told(*once), [resource("UPDATE_COMPLETE")], "CREATE_COMPLETE", operations) == []
    assert names(events.judge(told(*once, *again), [resource("UPDATE_COMPLETE")], "CREATE_COMPLETE", operations)) == ["event-double"]


# Cases


@pytest.mark.parametrize("text", [
    "create-1/named/commit.after#2:kill", "replace/tagged/cloud.create#1:cut-after+claim.before#1:clock-forward=120",
    "refresh/plain/none", "action/token/step.before#3:stop-worker+event.after#1:kill/seed=20261121000003", "adopt/named/none/without=intent"])
def test_the_id_of_a_case_says_all_of_it(text):
    assert Case.parse(text).id == text


def test_a_fault_as_the_host_reads_it():
    assert Fault("commit.before", 2, "full").line == "at commit.before 2 full 150"
    assert Fault("claim.before", 1, "clock-back").line == "at claim.before 1 clock -7200"
    assert Fault("claim.before", 1, "clock-forward", 120).line == "at claim.before 1 clock 120"
    with pytest.raises(ValueError, match="is no fault"):
        Fault.parse("commit.before:kill")
