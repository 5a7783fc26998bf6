"""Runs the real `cld` in a home of its own, and leaves no process behind."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .waiting import wait_until

REGION = "eu-west-1"
PROFILE = "tester"


@dataclass
class Result:
    """What a command did."""

    arguments: tuple
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"cld {' '.join(self.arguments)}\nexit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def prefix():
    """The installation under test."""
    return Path(os.environ["CLD_PREFIX"]).resolve()


@dataclass
class Cld:
    """One home of cld, with a credentials file whose one profile is `tester`."""

    endpoint: str
    access_key: str = "123456789012"
    secret_key: str = "dummy-secret-key"
    variables: dict = field(default_factory=dict)

    def __post_init__(self):
        # A unix socket's path is short, and pytest's folders are not.
        self.folder = Path(tempfile.mkdtemp(prefix="cld", dir="/tmp"))
        self.home = self.folder / "h"
        self.outputs = []
        self.use_keys(self.access_key, self.secret_key)

    # The user's side

    def use_keys(self, access_key, secret_key):
        """Writes the credentials file that every later command reads."""
        folder = self.folder / ".aws"
        folder.mkdir(exist_ok=True)
        (folder / "credentials").write_text(
            f"[{PROFILE}]\naws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}\n")

    def file(self, name, text):
        """A file of the user, in the folder where commands run."""
        path = self.folder / name
        path.write_text(text)
        return name

    def environment(self, without=()):
        variables = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "CLD_HOME": str(self.home), "NO_COLOR": "1",
            "AWS_PROFILE": PROFILE, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true", **self.variables,
        }
        return {name: value for name, value in variables.items() if name not in without}

    def start(self, *arguments, without=(), **variables):
        """A command that is not waited for."""
        return subprocess.Popen(
            [prefix() / "bin/cld", *arguments], cwd=self.folder, env=self.environment(without) | variables, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, exit=0, timeout=90, without=(), **variables):
        """A command to its end; `exit` is the status that the test expects, None for any."""
        process = self.start(*arguments, without=without, **variables)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"cld {' '.join(arguments)} did not end in {timeout} s\n{out}\n{err}\n{self.log()}") from None
        result = Result(arguments, process.returncode, out, err)
        self.outputs.append(result)
        if exit is not None:
            assert result.code == exit, f"expected exit {exit}\n{result}\n--- host.log\n{self.log()}"
        return result

    def json(self, *arguments, **options):
        return self.run(*arguments, "-o", "json", **options).json

    def events(self, operation):
        return self.json("operation", "show", operation)["events"]

    def last_operation(self, kind="create"):
        """The newest operation of a kind, with its events."""
        newest = next(o for o in self.json("operation", "list") if o["kind"] == kind)
        return self.json("operation", "show", newest["id"])

    def reason_of(self, stack_kind, name):
        return self.json(stack_kind, "show", name)["status_reason"]

    # Processes

    def processes(self, name):
        """The ids of this home's processes whose executable has that name."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except (OSError, IndexError, ValueError):
                continue
            if state != "Z":
                found[int(entry.name)] = (words, parent)
        hosts = [
            pid for pid, (words, _) in found.items()
            if words[0].endswith(b"/cld-host") and str(self.home).encode() in words]
        if name == "cld-host":
            return hosts
        return [pid for pid, (words, parent) in found.items() if words[0].endswith(name.encode()) and parent in hosts]

    def host(self):
        """The id of the host, which must be one."""
        hosts = self.processes("cld-host")
        assert len(hosts) == 1, f"{len(hosts)} hosts run"
        return hosts[0]

    def kill_host(self):
        """SIGKILL to the host, as a crash does it; its workers see their pipes close."""
        pid = self.host()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.processes("cld-host"), "the host is dead")

    def log(self):
        path = self.home / "host.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def close(self):
        """Stops the host, kills what is left of it, removes the home."""
        if self.processes("cld-host"):
            try:
                self.run("serve", "--stop", exit=None, timeout=10)
            except AssertionError:
                pass
        for name in ("cld-worker", "cld-host"):
            for pid in self.processes(name):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        shutil.rmtree(self.folder, ignore_errors=True)
