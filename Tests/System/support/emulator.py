"""AWS emulators as processes: moto and ministack, which nobody here wrote."""
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

from .cld import REGION
from .waiting import free_port, wait_until


class Emulator:
    """A server process on a port of its own."""

    name = ""
    ready_path = "/"
    reset_path = ""

    def __init__(self, **variables):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = tempfile.NamedTemporaryFile(prefix="emulator", suffix=".log")
        self.process = subprocess.Popen(
            self.command(), env=self.variables() | variables, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT)
        wait_until(self._answers, f"{self.name} answers", seconds=60)

    def command(self):
        raise NotImplementedError

    def variables(self):
        # Only what the emulator needs: no variable of this machine's clouds or containers.
        return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}

    def _answers(self):
        assert self.process.poll() is None, Path(self.output.name).read_text()
        try:
            urllib.request.urlopen(self.url + self.ready_path, timeout=2).read()
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def post(self, path, body=b""):
        request = urllib.request.Request(self.url + path, data=body, method="POST", headers={"Content-Type": "text/plain"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def reset(self):
        """Forgets everything that was made."""
        self.post(self.reset_path)

    def client(self, service, access_key="123456789012", secret_key="dummy-secret-key", token=None, region=REGION):
        """A boto3 client of the emulator itself, past any proxy."""
        return boto3.client(
            service, region_name=region, endpoint_url=self.url, aws_access_key_id=access_key, aws_secret_access_key=secret_key,
            aws_session_token=token, config=Config(retries={"max_attempts": 2}))

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.output.close()


class Moto(Emulator):
    """moto_server: strict about requests; EC2, IAM and the rest; services count as running when told so."""

    name = "moto"
    ready_path = "/moto-api/"
    reset_path = "/moto-api/reset"

    def command(self):
        return [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(self.port)]

    def variables(self):
        return super().variables() | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_ECS_SERVICE_RUNNING": "1"}

    def check_signatures(self, is_on):
        """From here on every call needs a known key, a true signature and a policy that allows it (or, off, nothing)."""
        self.post("/moto-api/reset-auth", b"0" if is_on else b"Infinity")


class Ministack(Emulator):
    """ministack: services have tasks (Fargate); an access key of 12 digits is its own account."""

    name = "ministack"
    ready_path = "/_ministack/health"
    reset_path = "/_ministack/reset"

    def command(self):
        return [Path(sys.executable).parent / "ministack"]

    def variables(self):
        # A docker socket that is not there: tasks run without containers, the same on every machine.
        return super().variables() | {
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "DOCKER_HOST": "unix:///nonexistent/docker.sock"}


class MinistackWithContainers(Ministack):
    """ministack whose tasks are containers of an engine."""

    def __init__(self, engine):
        super().__init__(DOCKER_HOST=engine.address)

    def command(self):
        return [sys.executable, Path(__file__).parent / "ministack_with_containers.py"]


class Microburst(Emulator):
    """microburst: a proxy that makes AWS's errors in AWS's own envelopes, from botocore's models."""

    name = "microburst"
    ready_path = "/_microburst/health"

    def __init__(self, upstream):
        self.upstream = upstream
        super().__init__()

    def command(self):
        return [
            Path(sys.executable).parent / "microburst", "--upstream", self.upstream, "--host", "127.0.0.1", "--port", str(self.port),
            "--no-resign"]

    def rules(self, *rules):
        """Replaces the rules."""
        self.post("/_microburst/rules", json.dumps(rules).encode())

    def fired(self):
        """The faults that were made."""
        with urllib.request.urlopen(self.url + "/_microburst/fired", timeout=10) as answer:
            return json.loads(answer.read())
