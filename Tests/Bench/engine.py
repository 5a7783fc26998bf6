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

SIZES = (100, 1000, 5000)
WAITING = 10_000
WATCHED_S = 60
TARGETS = {
    "create_5000_s": 10, "delete_5000_s": 10, "ratio_5000_1000": 6, "chain_1000_s": 5, "peak_mb": 250, "waiting_10000_mb": 300,
    "waiting_10000_cpu_percent": 20, "waiting_10000_restart_s": 10}


class Shape:
    """A graph of resources: chains of a length, side by side."""

    def __init__(self, name, count, length):
        self.name, self.count, self.length = name, count, length

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
        done = subprocess.run([f"{self.prefix}/bin/cld", *words], env=self.variables, cwd=self.folder, capture_output=True, text=True)
        seconds = time.perf_counter() - start
        if done.returncode != 0 if refusal is None else refusal not in done.stderr:
            log = (self.home / "host.log").read_text()[-2000:]
            sys.exit(f"bench: cld {' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}\n{log}")
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


def terraform_times(work, shape):
    """The same with Terraform and local state; None when it is not installed."""
    terraform = shutil.which("terraform")
    if not terraform:
        return None
    folder = Path(tempfile.mkdtemp(prefix="t", dir=work))
    (folder / "main.tf").write_text(shape.terraform())
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "CHECKPOINT_DISABLE": "1"}

    def run(*words):
        start = time.perf_counter()
        done = subprocess.run([terraform, *words], cwd=folder, env=variables, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"bench: terraform {' '.join(words)}: {done.stderr[-2000:]}")
        return time.perf_counter() - start

    run("init", "-input=false")
    apply = ("apply", "-auto-approve", "-input=false", "-no-color")
    out = {"create": run(*apply), "update": run(*apply), "delete": run("destroy", "-auto-approve", "-input=false", "-no-color")}
    shutil.rmtree(folder)
    return out


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
                sys.exit(f"bench: after {seconds} s only {len(seen)} of {count} waiting resources were polled")
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


def measure(prefix, work, build, whole=False, log=lambda text: print(text, file=sys.stderr, flush=True)):
    """Everything of this part, as one object."""
    os.environ["CLD_BUILD"] = build
    plugins = simulation.install(Path(work) / "plugins")
    os.chmod(work, 0o755)
    cloud = simulation.start(Path(work) / "ledger", foreign=0)
    shapes = [Shape("", size, 1) for size in SIZES] + [Shape("chains", size, 10) for size in SIZES] + [Shape("chain", 1000, 1000)]
    out, peak, terraform, ratios = {}, 0, {}, {}
    try:
        for shape in shapes:
            name = f"{shape.name}_{shape.count}" if shape.name else str(shape.count)
            times = cld_times(prefix, work, cloud, plugins, shape)
            log(f"{name}: {times}")
            out |= keys(shape, times)
            peak = max(peak, times["peak_mb"])
            if not shape.name:
                out[f"journal_bytes_per_event_{shape.count}"] = times["journal_bytes_per_event"]
            if shape.count <= 1000 or whole:
                theirs = terraform_times(work, shape)
                if theirs:
                    log(f"{name}, terraform: {theirs}")
                    terraform |= keys(shape, theirs)
    finally:
        cloud.close()
    for key, seconds in terraform.items():
        ratios[key.removesuffix("_s")] = round(out[key] / seconds, 4)
    out["ratio_5000_1000"] = round(out["create_5000_s"] / out["create_1000_s"], 2)
    out["ratio_delete_5000_1000"] = round(out["delete_5000_s"] / out["delete_1000_s"], 2)
    out["fsync_per_s"] = fsync_rate(work)
    out["peak_mb"] = peak
    waits = waiting(prefix, work, plugins)
    log(f"waiting: {waits}")
    out |= {f"waiting_{WAITING}_{name}": value for name, value in waits.items()}
    return {**out, "terraform": terraform or None, "ratio_to_terraform": ratios or None, "targets": TARGETS}


def keys(shape, times):
    """The names of the figures: create_5000_s, chains_5000_s, chain_1000_update_s."""
    out = {}
    for what in ("create", "update", "delete"):
        if not shape.name:
            name = f"{what}_{shape.count}_s"
        else:
            name = f"{shape.name}_{shape.count}{'' if what == 'create' else '_' + what}_s"
        out[name] = round(times[what], 3)
    return out


def text(results):
    """Lines for people."""
    lines = []
    for what in ("create", "update", "delete"):
        lines.append(f"engine, {what} of resources that do nothing: " + ", ".join(f"{size} in {results[f'{what}_{size}_s']} s" for size in SIZES))
    lines.append("engine, chains of 10, create: " + ", ".join(f"{size} in {results[f'chains_{size}_s']} s" for size in SIZES))
    lines.append(f"engine, one chain of 1000: created in {results['chain_1000_s']} s; the disk does {results['fsync_per_s']} fsync/s")
    lines.append(f"engine, 5000 beside 1000: {results['ratio_5000_1000']} to create, {results['ratio_delete_5000_1000']} to delete")
    lines.append(
        f"engine, peak memory of the host {results['peak_mb']} MB; journal bytes per event: {results['journal_bytes_per_event_1000']} at 1000, "
        f"{results['journal_bytes_per_event_5000']} at 5000")
    waits = {name: results[f"waiting_{WAITING}_{name}"] for name in ("mb", "cpu_percent", "restart_s")}
    lines.append(f"engine, {WAITING} resources that wait: {waits['mb']} MB, {waits['cpu_percent']} % of a core, {waits['restart_s']} s until all are polled after a crash")
    if results["ratio_to_terraform"]:
        lines.append("engine, of Terraform's time: " + ", ".join(f"{name} {ratio}" for name, ratio in results["ratio_to_terraform"].items()))
    else:
        lines.append("terraform is not installed, so there is no ratio")
    lines += [f"  target {name}: {results[name]} (at most {target}){'' if results[name] <= target else ' MISSED'}" for name, target in results["targets"].items()]
    return lines
