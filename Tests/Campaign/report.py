"""What a campaign came to: tables for the terminal and for docs/reliability.md."""
import os
import platform
import time
from collections import Counter, defaultdict

from .case import Case
from .matrix import pair


# What a run of the tests prints at its end.
PRINTED = []
# How the operations of a kind end without faults, where that is not success.
EXPECTED = {
    "cancel": ["CANCELLED"], "cancel-delete": ["SUCCEEDED", "CANCELLED"], "late-landing": ["CANCELLED"], "rollback": ["FAILED"], "update-rollback": ["SUCCEEDED", "FAILED"]}


class Report:
    """Counts results."""

    def __init__(self, results, audits, seed, seconds):
        self.results, self.audits, self.seed, self.seconds, self.lanes = results, audits, seed, seconds, len(audits)
        self.cases = [Case.parse(result["id"]) for result in results]

    @property
    def failed(self):
        return [result for result in self.results if result["violations"] or result["error"]]

    @property
    def is_clean(self):
        return not self.failed and not any(audit["violations"] for audit in self.audits)

    @property
    def unmet(self):
        """Cases of which a fault never came, because the operation did not pass that point so often."""
        return [result for result in self.results if result["fired"] < result["faults"]]

    def headline(self):
        names = Counter(name for result in self.results for name in {violation[0] for violation in result["violations"]})
        words = ", ".join(f"{count} {name}" for name, count in sorted(names.items())) or "no violation"
        errors = sum(bool(result["error"]) for result in self.results)
        foreign = sum(audit["foreign"] for audit in self.audits)
        return (
            f"{len(self.results)} cases, {words}" + (f", {errors} not run" if errors else "")
            + f"; {len(self.unmet)} in which a fault found nothing to meet, {sum(result['decided'] for result in self.results)} that a person decided, "
            f"{sum(result['starts'] for result in self.results)} starts of the host, {len(self.otherwise)} that ended otherwise than without faults; "
            f"{foreign} foreign things untouched; seed {self.seed}; {self.seconds:.0f} s in {self.lanes} lanes")

    @property
    def otherwise(self):
        """Cases whose operations ended otherwise than those of their kind do without faults. That is no violation: all is told, and nothing is left."""
        return [
            result for case, result in zip(self.cases, self.results)
            if result["ends"] != EXPECTED.get(case.kind, ["SUCCEEDED"] * len(result["ends"])) and not result["error"]
            and not any(fault.action == "fail" for fault in case.faults)]

    def by_point(self):
        """Rows of point, fault, passed, violations."""
        rows = defaultdict(lambda: [0, 0])
        for case, result in zip(self.cases, self.results):
            rows[pair(case)][bool(result["violations"] or result["error"])] += 1
        return {key: tuple(counts) for key, counts in sorted(rows.items())}

    def by_kind(self):
        rows = defaultdict(lambda: [0, 0])
        for case, result in zip(self.cases, self.results):
            rows[case.kind, case.identity][bool(result["violations"] or result["error"])] += 1
        return {key: tuple(counts) for key, counts in rows.items()}

    def grid(self, rows):
        """A table of the first key by the second; a cell is the count of cases, with those that failed behind a slash."""
        lines = sorted({first for first, _ in rows})
        columns = sorted({second for _, second in rows})
        table = [["", *columns]]
        for line in lines:
            cells = [rows.get((line, column)) for column in columns]
            table.append([line, *("" if cell is None else f"{sum(cell)}" + (f"/{cell[1]}" if cell[1] else "") for cell in cells)])
        return table

    def tables(self):
        """The three tables: points of the host and the workers, points of the cloud, kinds by classes."""
        rows = self.by_point()
        special = {key for key in rows if key[0] in ("special", "two faults")}
        cloud = {key: value for key, value in rows.items() if key[0].startswith("cloud.")}
        host = {key: value for key, value in rows.items() if key not in special and key not in cloud}
        yield "Points of the host and of its workers", self.grid(host)
        yield "Calls of the cloud", self.grid(cloud)
        yield "Special cases and pairs of faults", [["", "cases"], *([f"{a}: {b}", f"{sum(rows[a, b])}" + (f"/{rows[a, b][1]}" if rows[a, b][1] else "")] for a, b in sorted(special))]
        yield "Kinds by classes of identity", self.grid(self.by_kind())

    def lines(self):
        """For the terminal."""
        for title, table in self.tables():
            if len(table) < 2:
                continue
            yield title
            widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
            for row in table:
                yield "  " + "  ".join(cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths))).rstrip()
        for number, audit in enumerate(self.audits, 1):
            for name, evidence in audit["violations"]:
                yield f"lane {number}: {name}: {evidence}"
        yield self.headline()

    def markdown(self):
        out = [
            f"Run on {time.strftime('%Y-%m-%d', time.gmtime())}, {os.cpu_count()} cores ({platform.machine()}), seed {self.seed}, {self.lanes} lanes, "
            f"{self.seconds:.0f} s.", "", self.headline() + ".", "",
            "A cell counts cases; behind a slash stand those with a violation.", ""]
        for title, table in self.tables():
            if len(table) < 2:
                continue
            out += [f"### {title}", "", "| " + " | ".join(table[0]) + " |", "|" + "---|" * len(table[0])]
            out += ["| " + " | ".join(row) + " |" for row in table[1:]] + [""]
        out += ["### Violations", ""]
        found = [f"- `{result['id']}`: {name}: {evidence}" for result in self.results for name, evidence in result["violations"]]
        found += [f"- `{result['id']}`: not run: {result['error'].strip().splitlines()[-1]}" for result in self.results if result["error"]]
        found += [f"- lane {number}: {name}: {evidence}" for number, audit in enumerate(self.audits, 1) for name, evidence in audit["violations"]]
        out += found or ["None."]
        if self.otherwise:
            ends = Counter((result["id"].split("/")[2].split("#")[0] + ":" + result["id"].split("/")[2].split(":")[-1], " ".join(result["ends"])) for result in self.otherwise)
            out += ["", "### Ended otherwise", "", "| fault | ended | cases |", "|---|---|---|"]
            out += [f"| {fault} | {ended} | {count} |" for (fault, ended), count in sorted(ends.items())]
        return "\n".join(out) + "\n"


def failure(result):
    """All that a person needs to look for the cause of one failed case."""
    case = Case.parse(result["id"])
    lines = [f"FAILED {result['id']}", f"  again: scripts/campaign faults --case '{result['id']}'"]
    if case.seed is not None:
        lines.append(f"  seed {case.seed}")
    lines += [f"  {name}: {evidence}" for name, evidence in result["violations"]]
    if result["error"]:
        lines += ["  " + line for line in result["error"].strip().splitlines()]
    lines.append(f"  ended {result['ends']}, {result['fired']} of {result['faults']} faults came, {result['seconds']} s")
    lines += ["    " + line for line in result.get("ledger", [])[-15:]]
    if "log" in result:
        lines.append(f"  host: {result['log']}")
    return "\n".join(lines)
