"""Arms the faults of a case: in the host one after the other, in the cloud as rules."""
import os


class Arming:
    """The faults of one case in its host. `guard` is the rule of the journal that is taken away for the whole case, if any."""

    def __init__(self, host, faults, guard, trace):
        self.host, self.guard, self.trace = host, guard, trace
        # The death by the hand of the cloud is waited for before what comes after it is armed.
        self.pending = [fault for fault in faults if not fault.is_of_cloud or fault.action.startswith("kill-")]
        self.armed = None
        self.passed, self.fired = [], 0
        self.is_active = False
        self.log_at = self.log_path.stat().st_size if self.log_path.exists() else 0

    @property
    def log_path(self):
        return self.host.faults.with_name(self.host.faults.name + ".log")

    def write(self, *lines):
        """What the host follows from now on, beside what holds for the whole case."""
        standing = ["trace"] if self.trace else []
        if self.guard:
            standing.append(f"without {self.guard}")
        temporary = self.host.faults.with_suffix(".new")
        temporary.write_text("".join(line + "\n" for line in [*standing, *lines]))
        os.replace(temporary, self.host.faults)

    def begin(self):
        self.is_active = True
        self.arm()

    def arm(self):
        """Arms the next fault of the host."""
        waits = bool(self.pending) and self.pending[0].is_of_cloud
        self.armed = self.pending.pop(0) if self.pending and not waits else None
        self.write(*([self.armed.line] if self.armed else []))

    def follow(self):
        """Reads what was passed and what has fired since."""
        try:
            with open(self.log_path) as file:
                file.seek(self.log_at)
                text = file.read()
        except FileNotFoundError:
            return
        end = text.rfind("\n") + 1
        self.log_at += len(text[:end].encode())
        for line in text[:end].splitlines():
            words = line.split()
            if words[0] == "passed":
                self.passed.append(words[1])
            elif words[0] == "fired" and self.armed is not None:
                self.fired += 1
                self.armed = None
        if self.is_active and self.armed is None and self.pending and not self.pending[0].is_of_cloud:
            self.arm()

    def host_died(self):
        """What killed the host must not kill the next one, and the fault that comes after it is armed."""
        self.follow()
        if self.pending and self.pending[0].is_of_cloud:
            self.pending.pop(0)
        if self.armed is None:
            self.arm()

    def end(self):
        """From now on nothing fails, and every rule of the journal holds."""
        self.follow()
        self.is_active = False
        self.pending, self.armed, self.guard, self.trace = [], None, None, False
        self.write()


def rule_of_cloud(fault, host_pid):
    """The rule with which the cloud makes one of its faults (Tests/Simulation/rules.py)."""
    action, number = fault.action, fault.argument
    if action in ("cut-before", "cut-after"):
        deed = {"cut": action.removeprefix("cut-")}
    elif action in ("kill-before", "kill-after"):
        deed = {"signal": {"pid": host_pid, "name": "KILL"}, "when": action.removeprefix("kill-")}
    else:
        deed = {
            "error-before": {"error": 500, "when": "before"}, "error-after": {"error": 500, "when": "after"}, "throttle": {"throttle": True},
            "delay": {"delay_ms": number or 300}, "delay-before": {"delay_ms": number or 300, "when": "before"},
            "land": {"land_after_ms": number or 700}, "fail": {"provision": "fail"},
            "refuse": {"refuse_delete": "it has a dependency: another thing"}, "lag": {"list_lag_ms": number or 150},
        }[action]
    return {"match": {"op": fault.point.removeprefix("cloud."), "nth": fault.number}, "do": deed}
