"""One case: an operation, a class of identity, and the faults that meet it. Its id says all of it, so that it can be run alone."""
import re
from dataclasses import dataclass

# Faults of the host's and the workers' own points, with the argument that the campaign gives them.
HOST_ACTIONS = {
    "kill": None, "stop": None, "kill-worker": None, "stop-worker": None, "full": 150, "readonly": 150, "busy": 150, "unreadable": 150,
    "clock-forward": 7200, "clock-back": -7200}
WORKER_ACTIONS = {"kill": None, "stop": None}
# Faults of the cloud at a call; `land` is for creates only.
CLOUD_ACTIONS = (
    "cut-before", "cut-after", "error-after", "throttle", "kill-before", "kill-after", "delay")
_FAULT = re.compile(r"(?P<point>[a-z]+\.[a-z]+)#(?P<number>\d+):(?P<action>[a-z]+(-[a-z]+)*)(=(?P<argument>-?\d+))?$")


@dataclass(frozen=True)
class Fault:
    """An action at the NUMBERth passage of a point; points of the cloud are `cloud.OP`."""

    point: str
    number: int
    action: str
    argument: int | None = None

    @property
    def is_of_cloud(self):
        return self.point.startswith("cloud.")

    @property
    def line(self):
        """As the file of fault points has it."""
        action = "clock" if self.action.startswith("clock") else self.action
        argument = self.argument if self.argument is not None else HOST_ACTIONS.get(self.action)
        return f"at {self.point} {self.number} {action}" + ("" if argument is None else f" {argument}")

    def __str__(self):
        return f"{self.point}#{self.number}:{self.action}" + ("" if self.argument is None else f"={self.argument}")

    @staticmethod
    def parse(text):
        match = _FAULT.match(text)
        if not match:
            raise ValueError(f"'{text}' is no fault: POINT#NUMBER:ACTION[=ARGUMENT], such as commit.after#2:kill")
        argument = match["argument"]
        return Fault(match["point"], int(match["number"]), match["action"], None if argument is None else int(argument))


@dataclass(frozen=True)
class Case:
    """`faults` meet the operation in this order: one of the host is armed when the one before it has fired."""

    kind: str
    identity: str
    faults: tuple = ()
    # The guard that is removed for it; only negative controls have one.
    guard: str | None = None
    # The number from which the faults were drawn, where they were.
    seed: int | None = None

    @property
    def id(self):
        words = [self.kind, self.identity, "+".join(map(str, self.faults)) or "none"]
        if self.guard:
            words.append(f"without={self.guard}")
        if self.seed is not None:
            words.append(f"seed={self.seed}")
        return "/".join(words)

    @staticmethod
    def parse(text):
        words = text.split("/")
        if len(words) < 3:
            raise ValueError(f"'{text}' is no case: KIND/CLASS/FAULTS, such as create-1/named/commit.after#2:kill")
        options = dict(word.split("=", 1) for word in words[3:])
        faults = () if words[2] == "none" else tuple(Fault.parse(fault) for fault in words[2].split("+"))
        return Case(words[0], words[1], faults, options.get("without"), int(options["seed"]) if "seed" in options else None)
