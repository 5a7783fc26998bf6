"""Runs cases in lanes beside one another, each a process of its own."""
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

from .matrix import Matrix, surveys

TESTS = Path(__file__).resolve().parents[1]


class Campaign:
    """Lanes that live as long as the campaign. `results` is the folder for what explains failures."""

    def __init__(self, results, lanes=3):
        self.results = Path(results)
        environment = {**os.environ, "PYTHONPATH": str(TESTS)}
        self.lanes = [
            subprocess.Popen(
                [sys.executable, "-m", "Campaign.lane", str(number), str(self.results)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                env=environment, bufsize=1)
            for number in range(1, lanes + 1)]

    def run(self, cases, survey=False, fresh=False, told=lambda result: None):
        """Runs the cases, in any order, each in a home of its own if `fresh`. Returns the results in the order of the cases."""
        waiting = queue.SimpleQueue()
        for place, case in enumerate(cases):
            waiting.put((place, case))
        results = [None] * len(cases)
        failures = []

        def work(lane):
            while True:
                try:
                    place, case = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    lane.stdin.write(json.dumps({"id": case.id, "survey": survey, "fresh": fresh}) + "\n")
                    lane.stdin.flush()
                    line = lane.stdout.readline()
                    if not line:
                        raise EOFError(f"the lane ended at {case.id}: exit {lane.wait()}")
                    results[place] = json.loads(line)
                except (OSError, EOFError, ValueError) as error:
                    failures.append(f"{case.id}: {error}")
                    return
                told(results[place])

        threads = [threading.Thread(target=work, args=(lane,)) for lane in self.lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise RuntimeError("; ".join(failures))
        return results

    def audit(self):
        """What the clouds look like in the end, lane by lane."""
        found = []
        for lane in self.lanes:
            lane.stdin.write(json.dumps({"audit": True}) + "\n")
            lane.stdin.flush()
            found.append(json.loads(lane.stdout.readline()))
        return found

    def matrix(self):
        """Runs each kind without a fault and looks what it passes."""
        cases = surveys()
        results = self.run(cases, survey=True)
        broken = [result for result in results if result["error"] or result["violations"]]
        self.broken = broken
        survey = {(case.kind, case.identity): (result["passed"], result["calls"]) for case, result in zip(cases, results) if not result["error"]}
        return Matrix(survey)

    def close(self):
        for lane in self.lanes:
            lane.stdin.close()
        for lane in self.lanes:
            lane.wait()
