"""Runs one case: prepares, arms, operates, drives the host until all has ended, and gathers what the judge reads."""
import secrets
import time
import zlib

from .arming import Arming, rule_of_cloud
from .host import TICK, Gone
from .judge import Evidence, judge
from .kinds import KINDS
from .person import Person
from .violation import Violation

# How long a recovery may take, in seconds.
LIMIT = 45
ENDS = ("SUCCEEDED", "FAILED", "CANCELLED")
# A landing that was promised comes within this, and what must be swept is gone.
LATE_LIMIT = 12


class Unprepared(Exception):
    """What a case starts from could not be made; nothing is known about the case itself."""


class Run:
    """One case in its lane."""

    def __init__(self, lane, case, stack, trace=False):
        self.lane, self.case, self.stack = lane, case, stack
        self.host, self.ledger = lane.host, lane.ledger
        self.identity, self.kind = case.identity, KINDS[case.kind]
        self.operations, self.delivered, self.asked, self.unended, self.wanted = {}, {}, {}, {}, {}
        self.ends, self.refusals = [], []
        self.arming = Arming(lane.host, case.faults, case.guard, trace)
        self.person = Person(self)
        self.fired = 0
        self.deadline = time.monotonic() + LIMIT

    # The case

    def run(self):
        """Returns the violations."""
        self.ledger.read()
        first_line = self.first_line = len(self.ledger.lines)
        self.host.before_start = lambda: None
        if self.case.guard:
            # From its first moment the host works without the rule.
            self.host.kill()
            self.arming.write()
        self.host.ensure()
        try:
            self.kind.prepare(self)
        except Gone as error:
            raise Unprepared(str(error)) from None
        self.deadline = time.monotonic() + LIMIT
        self.ledger.read()
        self.survey_line = len(self.ledger.lines)
        self.lane.cloud.rules(*self.rules())
        # Now and then the host has to notice a stopped worker itself, which takes it ten seconds.
        self.host.continues_workers = zlib.crc32(self.case.id.encode()) % 5 > 0
        self.host.before_start = self.before_start
        self.arming.begin()
        try:
            self.kind.operate(self)
        except Gone as error:
            return [Violation("stuck", f"the host does not answer any more: {error}")]
        self.disarm()
        self.ledger.read()
        self.operated_line = len(self.ledger.lines)
        found = self.verdict(first_line)
        if not found:
            found = self.clean_up(first_line)
        return found

    def rules(self):
        """The rules of the kind and those of the case's faults."""
        out = list(self.kind.rules(self))
        for fault in self.case.faults:
            if fault.is_of_cloud:
                out.append(rule_of_cloud(fault, self.host.pid))
        return out

    def before_start(self):
        self.arming.host_died()
        self.kind.before_start(self)

    def disarm(self):
        self.arming.end()
        fired = [rule["fired"] for rule in self.lane.cloud.state()["rules"]][len(self.kind.rules(self)):]
        self.fired = self.arming.fired + sum(1 for count in fired if count)
        self.lane.cloud.rules()

    # What kinds use

    def request(self, method, path, body=None, query=None, key=None, timeout=3):
        """A request that is sent until it is answered by a host that can do something, as `cld` does."""
        while True:
            try:
                self.host.ensure()
                status, answer = self.host.send(method, path, query, body, key, timeout)
                if status < 500:
                    return status, answer
                reason = f"{method} {'/'.join(path)}: {status} {answer}"
            except Gone as error:
                reason = str(error)
            if time.monotonic() > self.deadline:
                raise Gone(reason)
            self.arming.follow()
            time.sleep(TICK)

    def change(self, method, path, body=None):
        """Asks for a change; returns its operation, None when it is refused."""
        status, answer = self.request(method, path, body, key=secrets.token_hex(16))
        if status != 202:
            if not self.arming.is_active:
                raise Unprepared(f"{method} {'/'.join(path)}: {status} {answer}")
            self.refusals.append(f"{status} {answer.get('detail')}")
            return None
        self.operations[answer["id"]] = None
        return answer["id"]

    def refused(self, method, path, body):
        """Asks for a change that must be refused, since nothing is to be changed."""
        status, answer = self.request(method, path, body, key=secrets.token_hex(16))
        if status == 202:
            self.operations[answer["id"]] = None
            self.end(answer["id"])

    def ask(self, effect):
        self.asked[effect] = self.asked.get(effect, 0) + 1

    def succeeding(self, operation, **wanted):
        """Ends an operation; when it has succeeded, the thing must have these properties in the cloud."""
        ended = self.end(operation)
        if ended == "SUCCEEDED":
            self.wanted = {"Thing": wanted}
        return ended

    def must_be(self, status):
        _, answer = self.request("GET", ["v1", "stacks", self.stack])
        found = answer["Stacks"][0]["StackStatus"]
        if found != status:
            raise Unprepared(f"{self.stack} is {found}: {answer['Stacks'][0].get('StackStatusReason')}")

    def resource(self, logical):
        _, answer = self.request("GET", ["v1", "resources"], query={"stack": self.stack})
        return next(r for r in answer if r["logical_id"] == logical)

    def end(self, operation):
        """Follows an operation to its end; a held one is decided about as a person would. Returns how it ended."""
        if operation is None:
            self.ends.append("REFUSED")
            return None
        seqs = self.delivered.setdefault(operation, [])
        after, status, kicked = 0, "RUNNING", False
        starts = self.host.starts
        while True:
            if self.host.starts != starts or kicked:
                # A request that is no following lets stalled operations go on.
                starts, kicked = self.host.starts, False
                self.request("GET", ["v1", "operations", operation])
            code, answer = self.request(
                "GET", ["v1", "operations", operation, "events"], query={"after": after, "wait_ms": 200})
            self.arming.follow()
            if code == 404:
                self.operations[operation] = None
                return None
            for event in answer["events"]:
                seqs.append(event["seq"])
                after = event["seq"]
            status = answer["status"]
            if status in ENDS and not answer["events"]:
                self.ends.append(status)
                return status
            if status == "HELD":
                self.person.decide(operation, answer["reason"] or "")
            kicked = not answer["events"]
            if time.monotonic() > self.deadline:
                self.unended[operation] = f"after {LIMIT} s"
                return None

    def cancel(self, operation):
        if operation is not None:
            self.request("POST", ["v1", "operations", operation, "cancel"], {})

    def wait_for_call(self, op, operation):
        """Waits until the cloud has got a call of this stack, or the operation has ended without one."""
        self.wait_until(operation, lambda: any(line["op"] == op for line in self.ledger.lines_of_stack(self.stack)))

    def wait_for_fired(self, number, operation):
        self.wait_until(operation, lambda: self.lane.cloud.state()["rules"][number]["fired"] > 0)

    def wait_until(self, operation, condition):
        turns = 0
        while operation is not None and time.monotonic() < self.deadline:
            self.ledger.read()
            if condition():
                return
            turns += 1
            if not self.host.is_alive or turns % 10 == 0:
                # Keeps the host alive, and lets it go on when it was killed.
                _, answer = self.request("GET", ["v1", "operations", operation])
                self.arming.follow()
                if answer.get("status") in ENDS:
                    return
                if answer.get("status") == "HELD":
                    self.person.decide(operation, answer["reason"] or "")
            time.sleep(TICK)

    def settle(self):
        """Waits until all that lands late has landed, and the judge has nothing to say: what is swept is swept."""
        return self.verdict(self.first_line)

    def install(self, version):
        self.lane.install(version)

    def release(self):
        self.lane.cloud.rules()

    def cloud_control(self, what, body):
        self.lane.cloud.control("POST", what, body)

    # The end

    def verdict(self, first_line):
        """What the judge says. Where something may still land, it is asked until it is content or the time is over."""
        is_late = self.kind.lands_late or any(f.action == "land" for f in self.case.faults)
        limit = time.monotonic() + (LATE_LIMIT if is_late else 0.5)
        while True:
            evidence = self.gather()
            self.ledger.read()
            is_sweeping = any(o and o["kind"] == "sweep" and o["status"] not in ENDS for o in self.operations.values())
            lands = any(line["outcome"] == "late" for line in self.ledger.lines[first_line:])
            has_landed = any(line["outcome"] == "landed" for line in self.ledger.lines[first_line:])
            found = judge(evidence, self.ledger, first_line)
            if (not found and not is_sweeping and not (lands and not has_landed)) or time.monotonic() > limit:
                return found
            time.sleep(2 * TICK)

    def gather(self):
        events = self.lane.events_of(self, self.stack)
        # What lands late is deleted by an operation that nobody has asked for.
        sweeps = {e["operation"] for e in events if e["operation"]} - set(self.operations)
        for id in [*self.operations, *sweeps]:
            status, answer = self.request("GET", ["v1", "operations", id])
            if id in self.operations or status == 200 and answer["kind"] == "sweep":
                self.operations[id] = answer if status == 200 else None
        _, resources = self.request("GET", ["v1", "resources"], query={"stack": self.stack})
        for resource in resources:
            status, shown = self.request("GET", ["v1", "resources", resource["id"]])
            if status == 200:
                resource["properties"] = shown["properties"]
        status = None
        stack_id = next((e["stack_id"] for e in events), None)
        if stack_id:
            code, answer = self.request("GET", ["v1", "stacks", stack_id])
            status = answer["Stacks"][0]["StackStatus"] if code == 200 else None
        return Evidence(
            self.stack, dict(self.operations), resources, events, status, self.delivered, self.asked, self.wanted, self.unended, self.person.has_decided)

    def clean_up(self, first_line):
        """Deletes the stack and asks the judge again: nothing but what was kept is left."""
        self.wanted = {}
        _, answer = self.request("GET", ["v1", "stacks"])
        if not any(s["StackName"] == self.stack for s in answer["StackSummaries"]):
            return []
        self.deadline = time.monotonic() + LIMIT
        ends = list(self.ends)
        operation = self.change("DELETE", ["v1", "stacks", self.stack])
        ended = self.end(operation)
        self.ends = ends
        found = self.verdict(first_line)
        if ended != "SUCCEEDED" and not found:
            found = [Violation("stuck", f"the stack cannot be deleted afterwards: {self.operations.get(operation)}")]
        return found
