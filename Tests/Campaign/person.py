"""What a person does about a held operation."""
import re
import time

from .host import TICK

# How a held operation asks for a person.
QUESTION = re.compile(r"cld operation resolve \S+ (\S+) --exists")


class Person:
    """Looks into the account of a run, and tells the host what is there."""

    def __init__(self, run):
        self.run, self.ledger = run, run.ledger
        self.has_decided = False

    def decide(self, operation, reason):
        """Answers the question of a held operation; one that asks nothing is waited for."""
        question = QUESTION.search(reason)
        if not question:
            time.sleep(TICK)
            return
        if self.run.identity != "plain":
            self.run.unended[operation] = f"held for a person: {reason}"
        logical = question[1]
        self.wait_for_landings()
        _, resources = self.run.request("GET", ["v1", "resources"], query={"stack": self.run.stack})
        recorded = {r["physical_id"] for r in resources if r["logical_id"] == logical}
        things = [t for t in self.ledger.live_of_stack(self.run.stack) if t.logical == logical]
        unknown = [t for t in things if t.id not in recorded]
        # The call that is held is the last one that changes something of the thing.
        executed = bool(unknown) if reason.startswith("Create") else self.was_executed(logical)
        body = {"resource": logical, "absent": True}
        if executed and (unknown or things):
            body = {"resource": logical, "exists": (unknown or things)[-1].id}
        self.has_decided = True
        self.run.request("POST", ["v1", "operations", operation, "resolve"], body)

    def wait_for_landings(self):
        """A person looks when the cloud has had its time: what was on its way has landed."""
        limit = time.monotonic() + 3
        while time.monotonic() < limit:
            self.ledger.read()
            outcomes = [line["outcome"] for line in self.ledger.lines[self.run.first_line:]]
            if outcomes.count("late") <= outcomes.count("landed"):
                return
            time.sleep(TICK)

    def was_executed(self, logical):
        """Whether the cloud executed the last change of a resource that it was asked for; nothing of it in the ledger means that it never came there."""
        lines = [
            line for line in self.ledger.lines_of_stack(self.run.stack)
            if line["op"] in ("create", "update", "part", "action") and (line.get("tags") or {}).get("cld:logical-id") == logical]
        return bool(lines) and lines[-1]["executed"] and lines[-1]["effect"] != "none"
