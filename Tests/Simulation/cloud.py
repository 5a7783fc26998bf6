#!/usr/bin/env python3
"""The simulated cloud of the fault tests: cloud.py --ledger FILE [--port 0] [--foreign 1000]

A process of its own, so that no fault of the host reaches it. What it is asked for stands in the ledger before it answers, or does not.
It prints one line, {"port": N, "pid": P}, when it listens.
"""
import argparse
import asyncio
import json
import os
import signal
import time

from call import Call
from connection import Connection
from rules import Rules
from things import Refusal, Things

STS = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>\
<Arn>arn:aws:iam::123456789012:user/simulation</Arn><UserId>AIDASIMULATION</UserId><Account>123456789012</Account>\
</GetCallerIdentityResult><ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>\
</GetCallerIdentityResponse>"""


class Ledger:
    """One JSON line for each thing that happened; only ever appended to, one write for each line."""

    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.seq = 0

    def write(self, **entry):
        self.seq += 1
        line = {"seq": self.seq, "at": time.time_ns() // 1_000_000, **entry}
        os.write(self.file, json.dumps(line, separators=(",", ":")).encode() + b"\n")


class Cloud:
    """Everything behind the socket."""

    def __init__(self, ledger, foreign):
        self.ledger = ledger
        self.things = Things()
        self.rules = Rules()
        self.image = "image-1"
        self.held = []
        for thing in self.things.add_foreign(foreign):
            ledger.write(**self.line_of(thing, "foreign"))

    @staticmethod
    def line_of(thing, op):
        return {
            "method": None, "type": thing["type"], "op": op, "id": thing["id"], "name": thing["name"], "token": None, "tags": thing["tags"],
            "properties": thing["properties"], "executed": True, "effect": "none", "status": None, "outcome": "answered", "rule": None}

    def handle(self, request, connection):
        """Does a request and answers it, now or later, or cuts the connection."""
        if request.path.startswith("/control/"):
            return self.control(request, connection)
        if request.path == "/":
            self.ledger.write(**Call("POST", None, "sts").entry(executed=True, effect="none", status=200, outcome="answered", rule=None))
            return connection.answer(200, STS, b"text/xml")
        call = Call.of(request)
        if call is None:
            return connection.answer(404, b'{"message":"there is nothing at this path"}')
        thing = self.things.find(call.type, call.id)
        if thing:
            call.name = thing["name"] if call.name is None else call.name
            call.tags = thing["tags"]
        number, do = self.rules.match(call, thing)
        if not do:
            status, effect, answer = self.execute(call, {})
            self.ledger.write(**call.entry(executed=status == 200, effect=effect, status=status, outcome="answered", rule=None))
            return connection.answer(status, answer)
        return self.misbehave(call, number, do, connection)

    def execute(self, call, do):
        """Does what the call asks for.

        Returns (status, effect, bytes of the answer)."""
        try:
            effect, answer = self.things.execute(call, do, self.image)
            return 200, effect, json.dumps(answer, separators=(",", ":")).encode()
        except Refusal as refusal:
            return refusal.status, "none", json.dumps({"message": refusal.message}).encode()

    def misbehave(self, call, number, do, connection):
        """Does a call as a rule wants it."""
        # Before or after it is executed.
        when = do.get("cut") or do.get("when") or ("before" if "hold" in do else "after")
        loop = asyncio.get_running_loop()

        def log(**outcome):
            self.ledger.write(**call.entry(rule=number, **outcome))

        if do.get("throttle"):
            log(executed=False, effect="none", status=429, outcome="answered")
            return connection.answer(429, b'{"message":"slow down"}')
        if "land_after_ms" in do:
            log(executed=False, effect="none", status=None, outcome="late")

            def land():
                status, effect, _ = self.execute(call, do)
                log(executed=status == 200, effect=effect, status=status, outcome="landed")

            loop.call_later(do["land_after_ms"] / 1000, land)
            return connection.cut()
        if when == "before":
            if "signal" in do:
                self.send_signal(do["signal"])
            if "cut" in do:
                log(executed=False, effect="none", status=None, outcome="cut")
                return connection.cut()
            if "error" in do:
                log(executed=False, effect="none", status=do["error"], outcome="answered")
                return connection.answer(do["error"], b'{"message":"something went wrong"}')

        def finish():
            status, effect, answer = self.execute(call, do)
            outcome = "cut" if "cut" in do else "answered"
            executed = status == 200
            if "error" in do:
                status, answer = do["error"], b'{"message":"something went wrong"}'
            log(executed=executed, effect=effect, status=None if "cut" in do else status, outcome=outcome)
            if "signal" in do and when == "after":
                self.send_signal(do["signal"])
            if "cut" in do:
                return connection.cut
            return lambda: connection.answer(status, answer)

        if do.get("hold"):
            if when == "before":
                log(executed=False, effect="none", status=None, outcome="held")
                self.held.append((number, lambda: finish()()))
            else:
                self.held.append((number, finish()))
        elif "delay_ms" in do:
            if when == "before":
                loop.call_later(do["delay_ms"] / 1000, lambda: finish()())
            else:
                loop.call_later(do["delay_ms"] / 1000, finish())
        else:
            finish()()

    @staticmethod
    def send_signal(wish):
        try:
            os.kill(wish["pid"], getattr(signal, "SIG" + wish["name"]))
        except ProcessLookupError:
            pass

    def release(self):
        """Answers what was held back."""
        held, self.held = self.held, []
        for _, go_on in held:
            go_on()

    def control(self, request, connection):
        """What the tests ask of the cloud itself; nothing of it counts as use of the cloud, but it stands in the ledger."""
        what = request.path.removeprefix("/control/")
        answer = {}
        if what == "state":
            answer = {"things": self.things.all(), "rules": self.rules.state(), "image": self.image}
        else:
            self.ledger.write(**Call(request.method, None, "control", name=what, properties=request.body).entry(
                executed=True, effect="none", status=200, outcome="answered", rule=None))
            if what == "rules":
                self.rules.replace(request.body["rules"])
                self.release()
            elif what == "reset":
                self.rules.replace([])
                self.release()
                self.things.forget_ours()
            elif what == "image":
                self.image = request.body["image"]
            elif what == "window":
                self.things.window = request.body["seconds"]
            else:
                return connection.answer(404, b'{"message":"there is no such control"}')
        return connection.answer(200, json.dumps(answer, separators=(",", ":")).encode())


async def serve(options):
    cloud = Cloud(Ledger(options.ledger), options.foreign)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(cloud), "127.0.0.1", options.port, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1], "pid": os.getpid()}), flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ledger", required=True, help="the file that is appended to")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--foreign", type=int, default=1000, help="how many things of other owners there are")
    options = parser.parse_args()
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
