"""The kinds of operations: what is there before, what is asked for while faults come, and what must hold at the end."""
import json
from dataclasses import dataclass, field
from typing import Callable

CLASSES = ("named", "token", "tagged", "plain")
TYPES = {name: f"Sim::Cloud::{name.capitalize()}" for name in CLASSES}


def template(identity, text="first", kind="one", parts=0, **more):
    """A template with one resource, `Thing`; `more` are further resources."""
    properties = {"Text": text, "Kind": kind}
    if parts:
        properties["Parts"] = parts
    return json.dumps({"Resources": {"Thing": {"Type": TYPES[identity], "Properties": properties}, **more}})


def second(identity, **members):
    """A resource that is made after `Thing`, because it has its address."""
    return {"Type": TYPES[identity], "Properties": {"Text": "second", "Of": {"Fn::GetAtt": ["Thing", "Address"]}}, **members}


@dataclass(frozen=True)
class Kind:
    """`prepare` runs without faults, `operate` with them; `rules` are what the cloud does in every case of the kind."""

    name: str
    operate: Callable
    prepare: Callable = lambda run: None
    rules: Callable = lambda run: []
    classes: tuple = CLASSES
    # Whether something lands after the operation has ended, so that the end is looked at later.
    lands_late: bool = False
    # What is done before a host that died is started again.
    before_start: Callable = lambda run: None


def create(run, text, **options):
    return run.change("POST", ["v1", "stacks"], {"name": run.stack, "file": "template.json", "text": text, **options})


def update(run, text):
    run.ask("updated")
    return run.change("POST", ["v1", "stacks", run.stack], {"file": "template.json", "text": text})


def delete(run):
    return run.change("DELETE", ["v1", "stacks", run.stack])


def have(run, text, **wanted):
    """A stack that is complete, before faults come."""
    run.end(create(run, text))
    run.must_be("CREATE_COMPLETE")


# Each kind


def create_1(run):
    run.end(create(run, template(run.identity)))


def create_3(run):
    run.end(create(run, template(run.identity, parts=2)))


def adopt_rules(run):
    """The reply to the first create is lost, so that the thing exists with our tags when the host looks."""
    return [{"match": {"op": "create"}, "do": {"cut": "after"}}]


def update_once(run):
    run.succeeding(update(run, template(run.identity, "changed")), Text="changed")


def update_twice_prepare(run):
    """What is asked for is what was asked for before: its effects must not be taken for those of the first time."""
    have(run, template(run.identity))
    for text in ("changed", "first"):
        run.end(update(run, template(run.identity, text)))
        run.must_be("UPDATE_COMPLETE")


def update_twice(run):
    ended = run.succeeding(update(run, template(run.identity, "changed")), Text="changed")
    if ended == "SUCCEEDED":
        run.refused("POST", ["v1", "stacks", run.stack], {"file": "template.json", "text": template(run.identity, "changed")})


def replace(run):
    run.succeeding(update(run, template(run.identity, kind="two")), Kind="two")


def kept(run):
    return template(run.identity, Kept=second(run.identity, DeletionPolicy="Retain"))


def delete_all(run):
    run.end(delete(run))


def cancel_rules(run):
    return [{"match": {"op": "create"}, "do": {"provision_ms": 500}}]


def cancel(run):
    """The wish comes when the cloud has got the create."""
    operation = create(run, template(run.identity))
    run.wait_for_call("create", operation)
    run.cancel(operation)
    run.end(operation)


def cancel_delete_rules(run):
    """The first thing is gone, and the host has not heard of that yet."""
    return [{"match": {"op": "delete"}, "do": {"delay_ms": 500}}]


def cancel_delete(run):
    """The wish comes when the cloud has got the first delete; what is left is deleted afterwards, as of every case."""
    operation = delete(run)
    run.wait_for_call("delete", operation)
    run.cancel(operation)
    run.end(operation)


def act(run):
    run.ask("acted")
    run.end(run.change("POST", ["v1", "resources", run.resource("Thing")["id"], "actions"], {"action": "restart"}))


def refresh(run):
    run.end(run.change("POST", ["v1", "resources", run.resource("Thing")["id"], "refresh"], {}))


def rollback_rules(run):
    return [{"match": {"op": "create", "tag": "cld:logical-id=Second"}, "do": {"provision": "fail"}, }]


def rollback(run):
    run.end(create(run, template(run.identity, Second=second(run.identity))))


def update_rollback(run):
    """The new resource fails, so the other one gets back what it was."""
    operation = update(run, template(run.identity, "changed", Second=second(run.identity)))
    run.ask("updated")
    run.end(operation)


def late_rules(run):
    return [{"match": {"op": "create"}, "do": {"land_after_ms": 1200}}]


def late(run):
    """The create lands when the operation is over, and faults come until that is put in order."""
    cancel(run)
    run.settle()


def late_arrival(run):
    """The create is asked for again, and the first one lands when all is done: one of the two must go."""
    run.end(create(run, template(run.identity)))
    run.settle()


def look_up(run):
    properties = {"Text": {"Fn::GetAtt": ["Image", "Image"]}, "Kind": "one"}
    resources = {"Image": {"Type": "Sim::Cloud::Image"}, "Thing": {"Type": TYPES[run.identity], "Properties": properties}}
    run.end(create(run, json.dumps({"Resources": resources})))


def held(op):
    """The call is executed and its answer held back."""
    return lambda run: [{"match": {"op": op}, "do": {"hold": True, "when": "after"}}]


def upgrade(run):
    """The next version of the plugin comes while a call is under way."""
    operation = create(run, template(run.identity, parts=2))
    run.wait_for_fired(0, operation)
    run.install(2)
    run.release()
    run.end(operation)


def changed_image(run):
    run.cloud_control("image", {"image": f"image-{run.host.starts + 1}"})


KINDS = {
    kind.name: kind
    for kind in (
        Kind("create-1", create_1),
        Kind("create-3", create_3, rules=lambda run: [{"match": {"op": "create"}, "do": {"provision_ms": 120}}]),
        Kind("adopt", create_1, rules=adopt_rules),
        Kind("update", update_once, lambda run: have(run, template(run.identity))),
        Kind("update-twice", update_twice, update_twice_prepare),
        Kind("replace", replace, lambda run: have(run, template(run.identity))),
        Kind("delete", delete_all, lambda run: have(run, kept(run))),
        Kind("cancel", cancel, rules=cancel_rules),
        Kind(
            "cancel-delete", cancel_delete, lambda run: have(run, template(run.identity, Second=second(run.identity))), rules=cancel_delete_rules),
        Kind("action", act, lambda run: have(run, template(run.identity))),
        Kind("refresh", refresh, lambda run: have(run, template(run.identity))),
        Kind("rollback", rollback, rules=rollback_rules),
        Kind("update-rollback", update_rollback, lambda run: have(run, template(run.identity)), rules=rollback_rules),
        # The special cases
        Kind("late-landing", late, rules=late_rules, classes=("named", "token", "tagged"), lands_late=True),
        Kind("late-arrival", late_arrival, rules=late_rules, classes=("named", "token", "tagged"), lands_late=True),
        Kind("outside-window", create_1, lambda run: run.cloud_control("window", {"seconds": 0}), classes=("token",)),
        Kind("look-up", look_up, before_start=changed_image),
        Kind("upgrade", upgrade, rules=held("create")),
        Kind("upgrade-part", upgrade, rules=held("part")),
    )
}
# Kinds whose cases are special: their own few faults, not the whole matrix.
SPECIAL = ("late-landing", "late-arrival", "outside-window", "look-up", "upgrade", "upgrade-part")
