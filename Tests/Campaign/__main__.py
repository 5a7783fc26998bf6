"""`scripts/campaign faults` and `scripts/campaign controls`."""
import argparse
import json
import os
import sys
import time
from pathlib import Path

from . import controls
from .campaign import Campaign
from .case import Case
from .matrix import mix
from .report import Report, failure

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261121


def main():
    parser = argparse.ArgumentParser(prog="scripts/campaign")
    parser.add_argument("what", choices=["faults", "controls"])
    parser.add_argument("--slice", type=int, default=256, help="so many cases, spread over all (default 256)")
    parser.add_argument("--whole", action="store_true", help="every case, and 600 random pairs of faults")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--case", action="append", help="only this case; can be said again")
    parser.add_argument("--match", help="only cases whose id has this text")
    parser.add_argument("--report", type=Path, help="a file for the tables")
    options = parser.parse_args()
    results = Path(os.environ.get("CLD_CAMPAIGN", ROOT / ".build-campaign"))
    started = time.monotonic()
    campaign = Campaign(results, options.lanes if not options.case else min(options.lanes, len(options.case)))
    try:
        if options.what == "controls":
            return 0 if controls.run(campaign, print) else 1
        cases = [Case.parse(id) for id in options.case or []]
        if not cases:
            matrix = campaign.matrix()
            for result in campaign.broken:
                print(failure(result), flush=True)
            if options.whole or options.match:
                cases = matrix.singles() + matrix.doubles(options.seed, 600)
                cases = [case for case in cases if not options.match or options.match in case.id]
                # Slow kinds come among the others, so that no lane is left with them at the end.
                cases.sort(key=lambda case: mix(options.seed, case.id))
            else:
                cases = matrix.slice(options.slice, options.seed)
        done = 0

        results.mkdir(exist_ok=True)
        record = open(os.devnull if options.case else results / "results.jsonl", "w")

        def told(result):
            nonlocal done
            done += 1
            record.write(json.dumps(result) + "\n")
            record.flush()
            if result["violations"] or result["error"]:
                print(failure(result), flush=True)
            if done % 100 == 0:
                print(f"{done} of {len(cases)} cases, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)

        found = campaign.run(cases, told=told)
        audits = campaign.audit()
    finally:
        campaign.close()
    report = Report(found, audits, options.seed, time.monotonic() - started)
    for line in report.lines():
        print(line)
    if options.report:
        options.report.write_text(report.markdown())
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
