"""Negative controls: without one rule of the journal, these cases must show the violation that is predicted; with it, none."""
from dataclasses import replace

from .case import Case

# Guard -> cases with what must be found. A guard whose removal nothing notices is a missing case.
CONTROLS = {
    # The host does not know that it has asked, and asks again.
    "intent": {
        "create-1/plain/cloud.create#1:kill-after": "double",
        "create-1/plain/effect.after#1:kill": "double",
        "action/plain/cloud.action#1:kill-after": "double",
    },
    # The cloud takes the second try for another request.
    "identity": {
        "create-1/token/cloud.create#1:kill-after": "double",
        "action/named/cloud.action#1:kill-after": "double",
    },
    # What is just being made looks like a late arrival.
    "patience": {
        "replace/tagged/cloud.create#1:delay=200+cloud.delete#1:delay-before=600": "lost",
        "replace/token/cloud.create#1:delay=200+cloud.delete#1:delay-before=600": "lost",
    },
    # The recorded things look like strays.
    "readable": {
        "late-arrival/tagged/sweep.before#1:unreadable=300": "lost",
    },
    # What never came to the cloud counts as done, and what was made counts as failed.
    "uncertainty": {
        "create-3/tagged/cloud.part#1:cut-before": "lost",
        "action/plain/cloud.action#1:cut-before": "lost",
        "create-1/plain/cloud.create#1:cut-after": "stray",
    },
    # What was accepted is forgotten.
    "durability": {
        "create-1/named/commit.before#1:full": "unrecorded",
    },
    # A state without its event.
    "outbox": {
        "create-1/named/commit.after#1:kill": "event-gap",
        "create-1/named/commit.after#5:kill": "event-gap",
        "replace/named/commit.after#8:kill": "event-gap",
    },
}


def cases():
    """The controls as triples: case without the guard, the same with it, what must be found."""
    out = []
    for guard, predicted in CONTROLS.items():
        for id, name in predicted.items():
            case = Case.parse(id)
            out.append((replace(case, guard=guard), case, name))
    return out


def run(campaign, say):
    """Runs all controls and says what came of each. Returns whether every one was caught, and none without cause."""
    controls = cases()
    results = campaign.run([case for pair in controls for case in pair[:2]])
    rows, is_good = [], True
    for place, (case, _, predicted) in enumerate(controls):
        without, with_it = results[2 * place : 2 * place + 2]
        found = sorted({name for name, _ in without["violations"]})
        passes = not with_it["violations"] and not with_it["error"]
        is_caught = predicted in found
        is_good = is_good and is_caught and passes
        rows.append((
            case.guard, case.id.split("/without")[0], predicted, ", ".join(found) or without["error"] or "nothing", "caught" if is_caught else "NOT CAUGHT",
            "passes" if passes else f"FAILS: {with_it['violations'] or with_it['error']}"))
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    for row in [("guard", "case", "predicted", "found without it", "", "with it"), *rows]:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) + "  " + row[5])
    return is_good
