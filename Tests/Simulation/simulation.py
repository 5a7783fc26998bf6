"""The simulated cloud for tests in Python: starts the server, and installs its driver."""
import hashlib
import http.client
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


class Cloud:
    """A server that runs. Its ledger outlives it."""

    def __init__(self, ledger, foreign=1000):
        self.ledger_path = Path(ledger)
        # A session of its own, so that a signal to the tests' group leaves it alone.
        self.process = subprocess.Popen(
            [sys.executable, FOLDER / "cloud.py", "--ledger", ledger, "--foreign", str(foreign)], stdout=subprocess.PIPE, text=True,
            start_new_session=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the simulated cloud did not start: exit {self.process.wait()}")
        self.port = json.loads(line)["port"]
        self.url = f"http://127.0.0.1:{self.port}"
        self.read_to = 0
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    @property
    def variables(self):
        """What a client of cld needs in its environment to reach this cloud; no other emulator is needed."""
        return {"CLD_ENDPOINT_URL_SIM": self.url, "AWS_ENDPOINT_URL_STS": self.url, "AWS_ENDPOINT_URL": self.url}

    def control(self, method, what, body=None):
        self.connection.request(method, f"/control/{what}", None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the simulated cloud refuses {what}: {content.decode()}")
        return json.loads(content)

    def rules(self, *rules):
        """Replaces all rules; without arguments there are none. What was held back is answered."""
        self.control("POST", "rules", {"rules": list(rules)})

    def state(self):
        return self.control("GET", "state")

    def things(self, foreign=False):
        """What exists; without `foreign` only what the ledger says was created."""
        things = self.state()["things"]
        if foreign:
            return things
        created = {(line["type"], line["id"]) for line in self.ledger() if line["effect"] == "created"}
        return [thing for thing in things if (thing["type"], thing["id"]) in created]

    def reset(self):
        """Forgets what is ours, and the rules. The ledger stays."""
        self.control("POST", "reset", {})

    def set_image(self, image):
        self.control("POST", "image", {"image": image})

    def set_window(self, seconds):
        """How long client tokens are remembered."""
        self.control("POST", "window", {"seconds": seconds})

    def ledger(self, since=0):
        """The ledger's lines from a place on, as `ledger_size` told it."""
        with open(self.ledger_path, "rb") as file:
            file.seek(since)
            return [json.loads(line) for line in file]

    def ledger_size(self):
        return self.ledger_path.stat().st_size

    def close(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def start(ledger, foreign=1000):
    """Starts a cloud that writes this ledger."""
    return Cloud(ledger, foreign)


def built():
    """The folder of the built binaries: CLD_BUILD, or the newest build of this checkout."""
    if "CLD_BUILD" in os.environ:
        return Path(os.environ["CLD_BUILD"])
    found = [path.parent for path in ROOT.glob(".build*/*/*/libsimulated.so")]
    if not found:
        raise RuntimeError("CLD_BUILD is not set, and no build of this checkout has libsimulated.so: run `swift build`")
    return max(found, key=lambda path: (path / "libsimulated.so").stat().st_mtime)


def install(folder, version=1, window_s=None):
    """A folder for CLD_PLUGIN_PATH with the driver in version 1 or 2; installed again it is another version, or another window of tokens."""
    folder = Path(folder)
    target = folder / "simulated"
    (target / "types").mkdir(parents=True, exist_ok=True)
    for path in (folder, target, target / "types"):
        path.chmod(0o755)
    name = "libsimulated.so" if version == 1 else f"libsimulated_{version}.so"
    content = (built() / name).read_bytes()
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    manifest["version"] = f"{version}.0.0"
    manifest["libraries"] = [{
        "os": "linux", "arch": platform.machine(), "libc": "glibc", "path": name, "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content)}]
    put(target / name, content)
    for source in (FOLDER / "types").glob("*.json"):
        schema = json.loads(source.read_text())
        if window_s and schema["typeName"] == "Sim::Cloud::Token":
            schema["identity"]["window_s"] = window_s
        put(target / "types" / source.name, json.dumps(schema).encode())
    # Last, since it names the others.
    put(target / "manifest.json", json.dumps(manifest).encode())
    return folder


def put(path, content):
    """Writes a file and renames it into its place, so that nobody reads half of it."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    new.chmod(0o644)
    new.rename(path)
