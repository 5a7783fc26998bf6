"""The host under test, and a client that speaks HTTP with it over its socket."""
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

# How long a stopped process stays stopped, in seconds: longer than any of the host's own commits.
STOPPED = 0.03
TICK = 0.005


class Gone(Exception):
    """The host did not answer: it died, or never came up."""


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Host:
    """One home with its host, which is started again whenever it died. `faults` is the file that arms fault points."""

    def __init__(self, folder, prefix, variables, plugins):
        self.folder, self.prefix, self.variables, self.plugins = Path(folder), Path(prefix), variables, plugins
        self.home, self.faults = self.folder / "h", self.folder / "faults"
        self.log_path = self.folder / "host.log"
        self.process, self.connection = None, None
        self.starts = 0
        # What is done between the death of a host and the start of the next one.
        self.before_start = lambda: None
        # Whether stopped workers go on by our hand; if not, the host has to notice.
        self.continues_workers = True
        self.is_closed = False
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        self.watcher.start()

    # The process

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def ensure(self):
        """Starts the host when none runs; returns when it listens."""
        if self.is_alive:
            return
        if self.process is not None:
            self.disconnect()
            self.end_group()
            self.before_start()
        socket_path = self.home / "host.sock"
        socket_path.unlink(missing_ok=True)
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "CLD_FAULTS": str(self.faults), "CLD_PLUGIN_PATH": str(self.plugins)}
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.prefix / "libexec/cld/cld-host", "--home", self.home], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        self.starts += 1
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                    probe.connect(str(socket_path))
                return
            except OSError:
                time.sleep(TICK)
        raise Gone(f"the host does not listen: {self.log_path}")

    def kill(self):
        """Ends the host as a crash does."""
        if self.is_alive:
            self.process.kill()
            self.process.wait()

    def end_group(self):
        """Ends the workers that a dead host has left: a stopped one cannot see that its pipes are closed."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def close(self):
        self.is_closed = True
        self.watcher.join()
        self.disconnect()
        if self.process is not None:
            self.end_group()
            self.process.wait()

    # Stopped processes

    def watch(self):
        """Lets go on what a fault has stopped, after a while."""
        stopped = {}
        while not self.is_closed:
            time.sleep(TICK)
            if not self.is_alive:
                stopped = {}
                continue
            now = time.monotonic()
            candidates = [self.pid] + (children(self.pid) if self.continues_workers else [])
            for pid in candidates:
                if state(pid) != "T":
                    stopped.pop(pid, None)
                elif now - stopped.setdefault(pid, now) > STOPPED:
                    try:
                        os.kill(pid, signal.SIGCONT)
                    except ProcessLookupError:
                        pass

    # Requests

    def disconnect(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def send(self, method, path, query=None, body=None, key=None, timeout=10):
        """One request. Returns the status and the document; raises `Gone` when there is no answer."""
        target = "/" + "/".join(quote(word, safe="") for word in path)
        if query:
            target += "?" + urlencode(query)
        headers = {"Cld-Client": json.dumps(self.variables)}
        if key:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        try:
            if self.connection is None:
                self.connection = SocketConnection(self.home / "host.sock", timeout)
            self.connection.timeout = timeout
            if self.connection.sock:
                self.connection.sock.settimeout(timeout)
            self.connection.request(method, target, data, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.disconnect()
            raise Gone(f"{method} {target}: {error!r}") from None
        return answer.status, json.loads(content) if content else None


def state(pid):
    """The letter of a process's state in /proc (proc(5)); None when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return None


def children(pid):
    """The ids of a process's children."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(word) for word in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
    except OSError:
        pass
    return found
