"""What the judge finds."""
from dataclasses import dataclass

NAMES = {
    "stray": "a live thing of ours that nothing records",
    "lost": "a recorded thing that does not live, or is not as it is recorded",
    "double": "something was made or done twice",
    "unrecorded": "an accepted request has no record",
    "stuck": "an operation does not end",
    "foreign": "a thing of another owner was touched",
    "kept-deleted": "a thing that was announced as kept is gone",
    "event-gap": "a step without its event",
    "event-double": "one step was told twice",
    "event-unfounded": "an event tells what is not so",
}


@dataclass(frozen=True)
class Violation:
    """A rule that was broken, and the evidence."""

    name: str
    evidence: str

    def __post_init__(self):
        assert self.name in NAMES, self.name

    def __str__(self):
        return f"{self.name}: {self.evidence}"
