"""A lane: one cloud, one home, one folder of plugins, and all the cases that are given to it, one after the other."""
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Simulation"))

import simulation  # noqa: E402

from .case import Case  # noqa: E402
from .host import Gone, Host  # noqa: E402
from .ledger import Ledger  # noqa: E402
from .run import Run, Unprepared  # noqa: E402

# Seconds for which the cloud remembers a client token where no case says otherwise.
WINDOW = 60
CALLS = ("create", "update", "part", "action", "delete", "read", "list")


class Lane:
    """Everything that the cases of one lane share."""

    def __init__(self, number, results):
        self.number, self.results = number, Path(results)
        # A unix socket's path is short.
        self.folder = Path(tempfile.mkdtemp(prefix="cldf", dir="/tmp"))
        self.folder.chmod(0o755)
        self.ledger_path = self.folder / "ledger"
        self.cloud = simulation.start(self.ledger_path)
        self.ledger = Ledger(self.ledger_path)
        self.plugins = self.folder / "plugins"
        self.version = None
        self.install(1)
        variables = {
            "HOME": str(self.folder), "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIASIMULATION", "AWS_SECRET_ACCESS_KEY": "secret-of-the-simulation",
            "AWS_EC2_METADATA_DISABLED": "true", **self.cloud.variables}
        self.host = Host(self.folder, os.environ["CLD_PREFIX"], variables, self.plugins)
        self.host.faults.write_text("")
        self.events = []
        self.count = 0
        # Ids of things that were announced as kept: they outlive their stacks.
        self.kept = set()

    def install(self, version):
        if version != self.version:
            simulation.install(self.plugins, version)
            self.version = version

    def events_of(self, run, stack):
        """All events of a stack; the lane reads each event once."""
        while True:
            last = self.events[-1]["seq"] if self.events else 0
            _, answer = run.request("GET", ["v1", "events"], query={"after": last})
            if not answer["events"]:
                break
            self.events += answer["events"]
        ids = {e["stack_id"] for e in self.events if e["type"] == "Cld::Stack" and e["logical_id"] == stack}
        own = [e for e in self.events if e["stack_id"] in ids]
        self.kept |= {e["physical_id"] for e in own if e["status"] == "DELETE_SKIPPED"}
        return own

    def run(self, case, survey=False):
        """Runs a case. Returns what is known of it, as JSON."""
        self.count += 1
        self.install(1)
        self.events = self.events[-1:]
        started, log_at = time.monotonic(), self.log_size()
        starts = self.host.starts
        run = Run(self, case, f"s{self.number}x{self.count}", trace=survey)
        result = {"id": case.id, "violations": [], "error": None}
        try:
            found = run.run()
            result["violations"] = [[v.name, v.evidence] for v in found]
        except Unprepared as error:
            result["error"] = f"not prepared: {error}"
        except Gone as error:
            result["error"] = f"no answer: {error}"
        except Exception:
            result["error"] = traceback.format_exc()
        result |= {
            "seconds": round(time.monotonic() - started, 3), "ends": run.ends, "fired": run.fired, "faults": len(case.faults), "stack": run.stack,
            "decided": run.person.has_decided, "refusals": run.refusals, "starts": self.host.starts - starts}
        if survey and not result["error"]:
            result["passed"] = run.arming.passed
            calls = [line for line in self.ledger.lines[run.survey_line:run.operated_line] if line["op"] in CALLS]
            result["calls"] = [line["op"] for line in calls]
        self.cloud.set_window(WINDOW)
        if any(fault.action.startswith("clock") for fault in case.faults):
            # The next case begins with the right time.
            self.host.kill()
        if result["violations"] or result["error"] or "CLD_CAMPAIGN_KEEP" in os.environ:
            self.keep(result, run, log_at)
        return result

    def audit(self):
        """What lives in the end: all stacks are deleted, so nothing of ours but what was announced as kept, and the ledger tells of all of it."""
        self.ledger.read()
        live = {(thing.type, thing.id): thing for thing in self.ledger.things if thing.is_live}
        found = [["stray", f"{thing.type} {thing.id} of {thing.stack} lives at the end"] for thing in live.values() if thing.id not in self.kept]
        state = {(thing["type"], thing["id"]) for thing in self.cloud.state()["things"]}
        if state != set(live) | self.ledger.foreign:
            difference = sorted(state ^ (set(live) | self.ledger.foreign))
            found.append(["foreign", f"the cloud and its ledger differ: {difference[:5]}"])
        return {"violations": found, "live": len(live), "foreign": len(self.ledger.foreign)}

    def log_size(self):
        return self.host.log_path.stat().st_size if self.host.log_path.exists() else 0

    def keep(self, result, run, log_at):
        """Keeps what explains a failure, and starts anew, so that no case suffers for another."""
        name = "".join(c if c.isalnum() or c in "-.#=" else "_" for c in result["id"])
        self.results.mkdir(parents=True, exist_ok=True)
        log = self.results / f"{name}.log"
        with open(self.host.log_path, "rb") as file:
            file.seek(log_at)
            log.write_bytes(file.read())
        self.ledger.read()
        lines = [line for line in self.ledger.lines_of_stack(run.stack)]
        result["ledger"] = [brief(line) for line in lines[-25:]]
        events = [e for e in self.events if e["operation"] in run.operations or e["logical_id"] == run.stack]
        (self.results / f"{name}.json").write_text(json.dumps(
            {**result, "operations": run.operations, "events": events, "all": lines}, indent=1))
        result["log"] = str(log)
        self.restart()

    def restart(self):
        """Another host on another home, in the same cloud: what a failed case left does not go on beside the next."""
        self.host.close()
        shutil.rmtree(self.host.home, ignore_errors=True)
        self.cloud.reset()
        variables = self.host.variables
        self.host = Host(self.folder, os.environ["CLD_PREFIX"], variables, self.plugins)
        self.host.faults.write_text("")
        self.events = []
        self.ledger = Ledger(self.ledger_path)
        self.ledger.read()

    def close(self):
        self.host.close()
        self.cloud.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def brief(line):
    return (
        f"{line['seq']} {line['op']} {line['type']} {line['id'] or ''} {line.get('name') or ''} token={line['token'] or '-'} "
        f"executed={line['executed']} {line['effect']} {line['status']} {line['outcome']} rule={line['rule']}")


def main(number, results):
    """Reads one case a line, answers one result a line."""
    lane = Lane(number, results)
    try:
        for text in sys.stdin:
            task = json.loads(text)
            if task.get("audit"):
                print(json.dumps(lane.audit()), flush=True)
                continue
            if task.get("fresh"):
                lane.restart()
            print(json.dumps(lane.run(Case.parse(task["id"]), task.get("survey", False))), flush=True)
    finally:
        lane.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
