"""The collection of bad plugins, all in one folder with good ones: each is refused with its code, and the good ones serve."""
import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from support.bad import CASES, table
from support.bad.case import ACTIVE, Case, install
from support.cld import prefix

GOOD = [Case(f"good-{number}", ACTIVE) for number in range(3)]
SHIPPED = {"aws-basics", "aws-ec2", "aws-ecs", "aws-rds"}
# A step of the host takes at most ten seconds of wall time; what is more is the machine's.
BOUND = 120


@dataclass
class Verdict:
    state: str
    code: str | None
    reason: str | None

    @property
    def result(self):
        return self.code or self.state


class Place:
    """A folder of plugins and a home of their own."""

    def __init__(self, folder, cases):
        self.folder = folder
        (folder / "plugins").mkdir(mode=0o755)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda case: install(case, folder / "plugins"), cases))

    def run(self, *arguments):
        """A command that ends by itself, within the bound."""
        variables = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "CLD_HOME": str(self.folder / "home"),
            "CLD_PLUGIN_PATH": str(self.folder / "plugins"), "NO_COLOR": "1"}
        result = subprocess.run(
            [prefix() / "bin/cld", "plugin", *arguments], env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=BOUND)
        assert result.returncode == 0, result
        return result.stdout

    def why(self, name):
        found, = (record for record in json.loads(self.run("why", name, "-o", "json")) if record["name"] == name)
        return Verdict(found["state"], found["code"], found["reason"])

    def listing(self):
        return {r["name"]: Verdict(r["state"], r["code"], r["reason"]) for r in json.loads(self.run("list", "-o", "json"))}


def usable(case):
    return not case.needs_root or os.geteuid() == 0


@pytest.fixture(scope="session")
def together(tmp_path_factory):
    """Everything in one folder, taken through the pipeline at once; what each came to."""
    cases = [case for case in CASES if usable(case)]
    place = Place(tmp_path_factory.mktemp("bad"), cases + GOOD)
    place.run("why", "good-0")
    return place.listing()


def test_the_names_of_the_collection_are_its_own():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) and len(names) >= 100


def test_the_good_ones_serve_beside_all_the_bad_ones(together):
    assert set(together) >= {case.name for case in CASES + GOOD if usable(case)} | SHIPPED, "none is missing"
    assert {name: together[name].state for name in [case.name for case in GOOD] + sorted(SHIPPED)} == (
        {case.name: ACTIVE for case in GOOD} | {name: ACTIVE for name in SHIPPED})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_plugin_is_refused_with_its_code(case, together, tmp_path):
    if not usable(case):
        pytest.skip("only root can give a file away")
    verdict = together[case.name]
    if verdict.state == "declared":
        # A listing knows nothing of a plugin whose files it cannot see; the whole pipeline does.
        verdict = Place(tmp_path, [case]).why(case.name)
    table.add(case.name, case.expected, verdict.result)
    assert verdict.result == case.expected, verdict
    assert case.why in (verdict.reason or ""), verdict


NASTY = [
    "load-crash", "load-hang", "load-ignores-signals", "load-daemon", "load-exhausts-memory", "load-stack-overflow",
    "load-kills-all", "load-signals-host-by-pipe", "load-slow-drip", "load-frame-of-1-gib", "file-manifest-is-a-fifo"]


@pytest.mark.parametrize("name", NASTY)
def test_the_nastiest_alone_with_a_good_one(name, tmp_path):
    """`why` says what it was, with a remedy; the good plugin serves; nothing of the bad one is left."""
    case = next(case for case in CASES if case.name == name)
    place = Place(tmp_path, [case, GOOD[0]])
    text = place.run("why", name)
    assert re.search(rf"refused, {case.expected}\n", text) and "remedy: " in text and case.why in text, text
    assert place.listing()["good-0"].state == ACTIVE
    assert not [pid for pid in os.listdir("/proc") if pid.isdigit() and is_worker_of(pid, place)], "a worker was left"


def is_worker_of(pid, place):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return str(place.folder).encode() in file.read()
    except OSError:
        return False


@pytest.mark.parametrize("name, tried", [
    ("load-socket", "socket(AF_INET)"), ("load-credentials", 'openat("/home/operator/.aws/credentials")'), ("load-shell", 'execve("/bin/sh")'),
    ("load-ptrace", "ptrace(16, "), ("describe-socket", "socket(AF_INET6)"), ("describe-credentials", 'openat("/home/operator/.aws/credentials")'),
    ("describe-shell", 'execve("/bin/sh")'), ("describe-ptrace", "ptrace(16, ")])
def test_why_says_what_was_tried(name, tried, tmp_path):
    """The sentence names the call and what it was for, at load and in describe."""
    text = Place(tmp_path, [next(case for case in CASES if case.name == name)]).run("why", name)
    assert f"the driver tried the system call {tried}" in text and "CLD-P-PROBE-DENIED" in text, text
