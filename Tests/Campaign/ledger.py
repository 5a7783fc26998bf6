"""What the cloud's ledger says: which things were made, by whom, and what became of them."""
import json
from dataclasses import dataclass, field
from pathlib import Path

# The effects that change something, as the ledger has them.
CHANGES = {"created", "updated", "part", "acted", "deleted"}


@dataclass
class Thing:
    """One thing of ours that the cloud has made at some time."""

    id: str
    type: str
    tags: dict
    created: int
    landed: bool = False
    deleted: int | None = None
    properties: dict = field(default_factory=dict)
    parts: list = field(default_factory=list)
    restarts: int = 0
    updates: int = 0

    @property
    def is_live(self):
        return self.deleted is None

    @property
    def stack(self):
        return self.tags.get("cld:stack-name")

    @property
    def logical(self):
        return self.tags.get("cld:logical-id")

    @property
    def resource(self):
        """The resource's id and its generation."""
        return self.tags.get("cld:resource")


class Ledger:
    """Follows a ledger file, or takes lines as they are given."""

    def __init__(self, path=None):
        self.path = Path(path) if path else None
        self.offset = 0
        self.lines = []
        self.foreign = set()
        self.things = []
        # The thing that lives under an id; ids of named things can be used again.
        self.by_id = {}

    def read(self):
        """Takes in what was appended since the last time. Returns the new lines."""
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        self.offset += len(whole)
        new = [json.loads(line) for line in whole.splitlines()]
        for line in new:
            self.add(line)
        return new

    def add(self, line):
        """Takes in one line."""
        self.lines.append(line)
        key = (line["type"], line["id"])
        if line["op"] == "foreign":
            self.foreign.add(key)
            return
        if line["op"] == "control" and line["name"] == "reset":
            for thing in self.by_id.values():
                thing.deleted = line["seq"]
            self.by_id = {}
            return
        if not line["executed"] or line["effect"] not in CHANGES:
            return
        if line["effect"] == "created":
            thing = Thing(
                line["id"], line["type"], line["tags"] or {}, line["seq"], landed=line["outcome"] == "landed", properties=dict(line["properties"] or {}))
            self.things.append(thing)
            self.by_id[key] = thing
            return
        thing = self.by_id.get(key)
        if thing is None:
            return
        match line["effect"]:
            case "updated":
                thing.updates += 1
                thing.properties.update(line["properties"] or {})
            case "part":
                thing.parts.append(line["name"])
            case "acted":
                thing.restarts += 1
            case "deleted":
                thing.deleted = line["seq"]
                del self.by_id[key]

    def of_stack(self, name):
        """The things that a stack ever had."""
        return [thing for thing in self.things if thing.stack == name]

    def live_of_stack(self, name):
        return [thing for thing in self.of_stack(name) if thing.is_live]

    def lines_of_stack(self, name, since=0):
        """The requests that concern a stack, with the index from which they are looked for."""
        ids = {(thing.type, thing.id) for thing in self.of_stack(name)}
        return [
            line for line in self.lines[since:]
            if (line.get("tags") or {}).get("cld:stack-name") == name or (line["type"], line["id"]) in ids]
