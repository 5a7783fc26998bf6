"""Kills the host at the boundaries of the effects of a command, all or one of them, and keeps the table of them for the end of the run."""
import os
import signal
import threading
from collections import Counter

from .waiting import wait_until

ROWS = []

# What AWS answers (API references of IAM and ECS, errors of these calls) where moto breaks with status 500: to a request whose thing the first one has removed.
REPEATED = {
    "RemoveRoleFromInstanceProfile": (404, "NoSuchEntity", "The role is not in the instance profile."),
    "DeregisterContainerInstance": (400, "InvalidParameterException", "Referenced container instance not found."),
}


class Boundaries:
    """From now on the host dies at each new mutating call: `before` the cloud has it, or `after` it has executed it; never with a reply."""

    def __init__(self, cld, proxy, moment):
        self.cld, self.proxy, self.moment = cld, proxy, moment
        self.met = []
        self._aim = None
        self._seen = set()
        self._asked = Counter()
        self._lock = threading.Lock()
        drop = {"before": {"before": self._kill, "drop_before": True}, "after": {"after": self._kill, "drop_after": True}}[moment]
        proxy.on(self._is_new, times=None, **drop)
        for action, error in REPEATED.items():
            proxy.on(lambda call, action=action: call.action == action and self._was_executed(call), times=None, error=error)
        # moto knows no client tokens: what a dead host has asked for is there before it is looked for.
        proxy.on("RunInstances", times=None, before=self._wait_for_earlier)

    def _is_new(self, call):
        key = (call.action, call.raw)
        if not call.mutates or key in self._seen:
            return False
        self._seen.add(key)
        self._asked[call.action] += 1
        return self._aim is None or self._aim == (call.action, self._asked[call.action])

    def aim_at(self, effect):
        """From now on the host dies only at one effect, (action, the how manieth of that action from now on); never when it is None."""
        self._aim = effect or ()
        self._asked.clear()

    def _earlier(self, call):
        return [c for c in list(self.proxy.calls) if c.index < call.index and c.action == call.action and c.raw == call.raw]

    def _was_executed(self, call):
        return any(c.status == 200 for c in self._earlier(call))

    def _wait_for_earlier(self, call):
        wait_until(lambda: all(c.end for c in self._earlier(call)), "the cloud has ended the earlier request")

    def _kill(self, call):
        with self._lock:
            self.met.append(call.action)
            hosts = self.cld.processes("cld-host")
            for pid in hosts:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            wait_until(lambda: not set(hosts) & set(self.cld.processes("cld-host")), "the host is dead")

    def follow(self, kind):
        """Starts the host again and again until the newest operation of a kind has ended; that operation."""
        def ended():
            listed = self.cld.run("operation", "list", "-o", "json", exit=None)
            newest = listed.code == 0 and next((o for o in listed.json if o["kind"] == kind), None)
            return newest if newest and newest["status"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

        try:
            return wait_until(ended, f"the {kind} has ended", seconds=150, pause=0.1)
        except AssertionError as problem:
            raise AssertionError(f"{problem}\n{self.cld.run('operation', 'list', exit=None)}\n{self.tail()}") from None

    def tail(self):
        """What the cloud was asked last, and the end of the host's log."""
        return "\n".join(str(call) for call in self.proxy.calls[-60:]) + "\n" + self.cld.log()

    def counts(self):
        """{call: how many boundaries of it}, since the last time."""
        met, self.met = Counter(self.met), []
        return met


def record(command, moment, crashes, counted):
    """- crashes: "all", one after the other in one command, or "one", each in a command of its own."""
    for action, number in sorted(counted.items()):
        ROWS.append((command, moment, crashes, action, number))


def lines():
    yield f"{'command':10} | {'killed':6} | {'crashes':7} | {'effect':32} | boundaries"
    for command, moment, crashes, action, number in ROWS:
        yield f"{command:10} | {moment:6} | {crashes:7} | {action:32} | {number}"
    for crashes, words in (("all", "one crash after the other in each command"), ("one", "each in a command of its own")):
        met = sum(row[4] for row in ROWS if row[2] == crashes)
        if met:
            yield f"{met} boundaries, {words}; at its end boto3 found the recorded things, each once"
