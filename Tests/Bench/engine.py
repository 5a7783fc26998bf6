"""What the engine itself costs, and how that grows: resources that ask their cloud for nothing, through the real client, host, worker and journal,
beside Terraform's `terraform_data` of the same shapes; and 10,000 resources that wait in their cloud. Run by scripts/bench."""
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Simulation"))

import simulation  # noqa: E402
from parts import Failure, Parts, log  # noqa: E402

SIZES = (100, 1000, 5000)
COMMAND_LIMIT_S = 300
# Terraform takes minutes for each command over 1,000 resources: these are only asked for by --whole.
TERRAFORM_SIZE = 100
TERRAFORM_LIMIT_S = {False: 60, True: 900}
WAITING = 10_000
WATCHED_S = 60
TARGETS = {
    "create_5000_s": 10, "delete_5000_s": 10, "ratio_5000_1000": 6, "chain_1000_s": 5, "peak_mb": 250, "waiting_10000_mb": 300,
    "waiting_10000_cpu_percent": 20, "waiting_10000_restart_s": 10}


class Shape:
    """A graph of resources: chains of a length, side by side."""

    def __init__(self, name, count, length):
        self.name, self.count, self.length = name, count, length

    @property
    def title(self):
        """What it is, for people."""
        return f"{self.count} resources" + (f" in chains of {self.length}" if self.length > 1 else "")

    def resources(self):
        """(name, name of the one before it or None)."""
        for number in range(self.count):
            yield f"Thing{number}", f"Thing{number - 1}" if number % self.length else None

    def template(self, kind="Nothing"):
        resources = {}
        for name, before in self.resources():
            properties = {"Text": f"text of {name}"}
            if before:
                properties["Of"] = {"Ref": before}
            resources[name] = {"Type": f"Sim::Cloud::{kind}", "Properties": properties}
        return json.dumps({"Resources": resources})

    def terraform(self):
        blocks = []
        for name, before in self.resources():
            of = f"terraform_data.{before}.id" if before else '""'
            blocks.append(f'resource "terraform_data" "{name}" {{\n  input = "text of {name} ${{{of}}}"\n}}\n')
        return "".join(blocks)


class Home:
    """A home of cld in a folder of its own, with the simulated cloud."""

    def __init__(self, prefix, work, cloud, plugins):
        self.prefix = prefix
        self.folder = Path(tempfile.mkdtemp(prefix="h", dir=work))
        self.home = self.folder / "home"
        self.variables = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "CLD_HOME": str(self.home), "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true",
            "CLD_PLUGIN_PATH": str(plugins), **cloud.variables}
        self.run("stack", "list")

    def run(self, *words, refusal=None):
        """Seconds of one command, which is to succeed, or to be refused with these words."""
        start = time.perf_counter()
        try:
            done = subprocess.run(
                [f"{self.prefix}/bin/cld", *words], env=self.variables, cwd=self.folder, capture_output=True, text=True, timeout=COMMAND_LIMIT_S)
        except subprocess.TimeoutExpired:
            raise Failure(f"cld {' '.join(words)} took more than {COMMAND_LIMIT_S} s") from None
        seconds = time.perf_counter() - start
        if done.returncode != 0 if refusal is None else refusal not in done.stderr:
            said = (self.home / "host.log").read_text()[-2000:]
            raise Failure(f"cld {' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}\n{said}")
        return seconds

    def host(self):
        return next(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and self.is_host(entry))

    def is_host(self, entry):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return words[0].endswith(b"/cld-host") and str(self.home).encode() in words

    def workers(self):
        parent = self.host()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def memory_mb(self, key="VmHWM"):
        for line in Path(f"/proc/{self.host()}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return round(int(line.split()[1]) / 1024, 1)
        raise RuntimeError(f"no {key}")

    def processor_s(self):
        """What the host and its workers have used of a processor."""
        ticks = 0
        for pid in [self.host(), *self.workers()]:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def journal(self):
        """Bytes of the database and the count of its events."""
        path = self.home / "data/deployments/cld.sqlite"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            [(pages,)] = connection.execute("PRAGMA page_count")
            [(size,)] = connection.execute("PRAGMA page_size")
            [(free,)] = connection.execute("PRAGMA freelist_count")
            [(events,)] = connection.execute("SELECT count(*) FROM events")
        return (pages - free) * size, events

    def close(self):
        subprocess.run([f"{self.prefix}/bin/cld", "serve", "--stop"], env=self.variables, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def fsync_rate(folder):
    """How often in a second the disk makes 4 KB durable."""
    path = Path(folder) / "fsync"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    block = b"x" * 4096
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < 1:
        os.write(file, block)
        os.fdatasync(file)
        count += 1
    seconds = time.perf_counter() - start
    os.close(file)
    path.unlink()
    return round(count / seconds)


def cld_times(prefix, work, cloud, plugins, shape):
    """Creates, updates without a change, and deletes a stack of that shape in a home of its own."""
    home = Home(prefix, work, cloud, plugins)
    try:
        (home.folder / "template.json").write_text(shape.template())
        out = {"create": home.run("stack", "create", "bench", "--template", "template.json")}
        size, events = home.journal()
        out["journal_bytes_per_event"] = round(size / events)
        out["update"] = home.run("stack", "update", "bench", "--template", "template.json", refusal="No updates are to be performed")
        out["delete"] = home.run("stack", "delete", "bench")
        out["peak_mb"] = home.memory_mb()
        return out
    finally:
        home.close()


def terraform_times(terraform, work, shape, limit):
    """The same with Terraform and local state.
    Returns: seconds of what ended within the limit, and the name of the first command that did not, or None."""
    folder = Path(tempfile.mkdtemp(prefix="t", dir=work))
    (folder / "main.tf").write_text(shape.terraform())
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "CHECKPOINT_DISABLE": "1"}

    def run(*words):
        start = time.perf_counter()
        done = subprocess.run([terraform, *words], cwd=folder, env=variables, capture_output=True, text=True, timeout=limit)
        if done.returncode:
            raise Failure(f"terraform {' '.join(words)}: {done.stderr[-2000:]}")
        return time.perf_counter() - start

    run("init", "-input=false")
    apply = ("apply", "-auto-approve", "-input=false", "-no-color")
    out = {}
    for what, words in {"create": apply, "update": apply, "delete": ("destroy", "-auto-approve", "-input=false", "-no-color")}.items():
        try:
            out[what] = run(*words)
        except subprocess.TimeoutExpired:
            return out, what
    shutil.rmtree(folder)
    return out, None


def waiting(prefix, work, plugins, count=WAITING, watched=WATCHED_S):
    """So many resources that wait in their cloud, each polled every 30 s: memory, processor, and how long a restart takes."""
    cloud = simulation.start(Path(work) / "waiting-ledger", foreign=0)
    home = Home(prefix, work, cloud, plugins)

    def until_polled(since, seconds):
        """Until the ledger has a read of each thing from a place on."""
        seen, place, deadline = set(), since, time.perf_counter() + seconds
        while len(seen) < count:
            with open(cloud.ledger_path, "rb") as file:
                file.seek(place)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    place += len(line)
                    entry = json.loads(line)
                    if entry["op"] == "read":
                        seen.add(entry["id"])
            if time.perf_counter() > deadline:
                raise Failure(f"after {seconds} s only {len(seen)} of {count} waiting resources were polled")
            time.sleep(0.05)

    try:
        (home.folder / "template.json").write_text(Shape("waiting", count, 1).template("Waiting"))
        start = time.perf_counter()
        home.run("stack", "create", "waiting", "--template", "template.json", "--no-wait")
        until_polled(0, 600)
        out = {"begin_s": round(time.perf_counter() - start, 1)}
        before, start = home.processor_s(), time.perf_counter()
        time.sleep(watched)
        out["cpu_percent"] = round((home.processor_s() - before) / (time.perf_counter() - start) * 100, 1)
        out["mb"] = home.memory_mb()
        out["resident_mb"] = home.memory_mb("VmRSS")
        place = cloud.ledger_size()
        start = time.perf_counter()
        os.kill(home.host(), signal.SIGKILL)
        home.run("stack", "list")
        until_polled(place, 300)
        out["restart_s"] = round(time.perf_counter() - start, 1)
        out["restart_mb"] = home.memory_mb()
        return out
    finally:
        try:
            os.kill(home.host(), signal.SIGKILL)
        except (ProcessLookupError, StopIteration):
            pass
        home.close()
        cloud.close()


def measure(prefix, work, build, whole=False):
    """Everything of this part, as one object. What fails is in its `failed`, and the rest is measured all the same."""
    os.environ["CLD_BUILD"] = build
    os.chmod(work, 0o755)
    parts, out = Parts(), {}
    plugins = simulation.install(Path(work) / "plugins")
    cloud = simulation.start(Path(work) / "ledger", foreign=0)
    shapes = [Shape("", size, 1) for size in SIZES] + [Shape("chains", size, 10) for size in SIZES] + [Shape("chain", 1000, 1000)]
    try:
        for shape in shapes:
            times = parts.measure(f"cld, {shape.title}", cld_times, prefix, work, cloud, plugins, shape)
            if not times:
                continue
            out |= keys(shape, times)
            out["peak_mb"] = max(out.get("peak_mb", 0), times["peak_mb"])
            if not shape.name:
                out[f"journal_bytes_per_event_{shape.count}"] = times["journal_bytes_per_event"]
    finally:
        cloud.close()
    for key, what in (("ratio_5000_1000", "create"), ("ratio_delete_5000_1000", "delete")):
        if f"{what}_5000_s" in out and f"{what}_1000_s" in out:
            out[key] = round(out[f"{what}_5000_s"] / out[f"{what}_1000_s"], 2)
    out["fsync_per_s"] = fsync_rate(work)
    waits = parts.measure(f"cld, {WAITING} resources that wait", waiting, prefix, work, plugins) or {}
    out |= {f"waiting_{WAITING}_{name}": value for name, value in waits.items()}
    return {**out, **beside_terraform(parts, work, shapes, out, whole), "targets": TARGETS, "failed": parts.failed or None}


def beside_terraform(parts, work, shapes, ours, whole):
    """Terraform's seconds and what part of them ours are; None where it is not installed."""
    terraform = shutil.which("terraform")
    seconds, overruns, limit = {}, {}, TERRAFORM_LIMIT_S[whole]
    for shape in shapes if terraform else []:
        if shape.count > TERRAFORM_SIZE and not whole:
            continue
        measured = parts.measure(f"terraform, {shape.title}", terraform_times, terraform, work, shape, limit)
        if not measured:
            continue
        times, overrun = measured
        seconds |= keys(shape, times)
        if overrun:
            log(f"bench: terraform, {shape.title}: {overrun} took more than {limit} s and was ended")
            overruns |= keys(shape, {overrun: limit})
    ratios = {key.removesuffix("_s"): round(ours[key] / value, 4) for key, value in seconds.items() if key in ours}
    return {"terraform": seconds or None, "terraform_took_more_than": overruns or None, "ratio_to_terraform": ratios or None}


def keys(shape, times):
    """The names of the figures: create_5000_s, chains_5000_s, chain_1000_update_s."""
    out = {}
    for what in times.keys() & {"create", "update", "delete"}:
        if not shape.name:
            name = f"{what}_{shape.count}_s"
        else:
            name = f"{shape.name}_{shape.count}{'' if what == 'create' else '_' + what}_s"
        out[name] = round(times[what], 3)
    return dict(sorted(out.items()))


def text(results):
    """Lines for people."""
    def listed(name):
        return ", ".join(f"{size} in {results[name.format(size)]} s" for size in SIZES if name.format(size) in results)

    def figure(name):
        return results.get(name, "not measured")

    lines = [f"engine, {what} of resources that do nothing: {listed(what + '_{}_s')}" for what in ("create", "update", "delete")]
    lines.append(f"engine, chains of 10, create: {listed('chains_{}_s')}")
    lines.append(
        f"engine, one chain of 1000: created in {figure('chain_1000_s')} s, deleted in {figure('chain_1000_delete_s')} s; "
        f"the disk does {results['fsync_per_s']} fsync/s")
    lines.append(f"engine, 5000 beside 1000: {figure('ratio_5000_1000')} to create, {figure('ratio_delete_5000_1000')} to delete")
    lines.append(
        f"engine, peak memory of the host {figure('peak_mb')} MB; journal bytes per event: {figure('journal_bytes_per_event_1000')} at 1000, "
        f"{figure('journal_bytes_per_event_5000')} at 5000")
    waits = {name: figure(f"waiting_{WAITING}_{name}") for name in ("mb", "cpu_percent", "restart_s")}
    lines.append(f"engine, {WAITING} resources that wait: {waits['mb']} MB, {waits['cpu_percent']} % of a core, {waits['restart_s']} s until all are polled after a crash")
    if results["ratio_to_terraform"]:
        lines.append("engine, of Terraform's time: " + ", ".join(f"{name} {ratio}" for name, ratio in results["ratio_to_terraform"].items()))
    else:
        lines.append("terraform is not installed, so there is no ratio")
    lines += [f"terraform took more than {limit} s for {name.removesuffix('_s')} and was ended" for name, limit in (results["terraform_took_more_than"] or {}).items()]
    for name, target in results["targets"].items():
        measured = name in results
        lines.append(f"  target {name}: {figure(name)} (at most {target}){' MISSED' if measured and results[name] > target else ''}")
    return lines + [f"FAILED: {name}: {why}" for name, why in (results["failed"] or {}).items()]
