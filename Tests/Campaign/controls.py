"""Negative controls: without one rule of the journal, these cases must show the violation that is predicted; with it, none."""
import re
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
        "late-arrival/tagged/sweep.before#1:unreadable=1500": "lost",
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
    # A state without its event: not every commit has one, so it is enough that most are noticed.
    "outbox": {
        "create-1/named/commit.after#1-9:kill": "event-gap",
    },
}


# Of the passages of a range so many in a hundred must be noticed.
ENOUGH = 30


def expanded(id):
    """The ids that one with a range of passages, such as #1-9, stands for."""
    match = re.search(r"#(\d+)-(\d+):", id)
    if not match:
        return [id]
    return [id.replace(match[0], f"#{number}:") for number in range(int(match[1]), int(match[2]) + 1)]


def cases():
    """The controls: guard, id, the cases of it without the guard, the same with it, what must be found."""
    out = []
    for guard, predicted in CONTROLS.items():
        for id, name in predicted.items():
            with_it = [Case.parse(each) for each in expanded(id)]
            out.append((guard, id, [replace(case, guard=guard) for case in with_it], with_it, name))
    return out


def run(campaign, say):
    """Runs all controls and says what came of each. Returns whether every one was caught, and none without cause."""
    controls = cases()
    everything = [case for _, _, without, with_it, _ in controls for case in without + with_it]
    # In homes of their own: a fault must not meet what an earlier case has left to be swept.
    results = dict(zip(everything, campaign.run(everything, fresh=True)))
    rows, is_good = [("guard", "case", "predicted", "found without it", "", "with it")], True
    for guard, id, without, with_it, predicted in controls:
        found = [{name for name, _ in results[case]["violations"]} for case in without]
        hits = sum(predicted in names for names in found)
        is_caught = hits * 100 >= ENOUGH * len(without)
        broken = [results[case] for case in with_it if results[case]["violations"] or results[case]["error"]]
        is_good = is_good and is_caught and not broken
        words = ", ".join(sorted(set().union(*found))) or "nothing"
        if len(without) > 1:
            words += f" ({predicted} in {hits} of {len(without)})"
        rows.append((
            guard, id, predicted, words, "caught" if is_caught else "NOT CAUGHT",
            "passes" if not broken else f"FAILS: {[result['violations'] or result['error'] for result in broken]}"))
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) + "  " + row[5])
    return is_good
