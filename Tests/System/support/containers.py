"""A container engine of our own (podman), so that the emulator's tasks are real containers."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .waiting import wait_until

# The host's network and no limits beyond what any sandbox grants: nothing that needs rights of a whole machine.
CONFIGURATION = """\
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "none"
"""

CRASHING = """\
#include <unistd.h>
int main(void) {
  static const char text[] = "greetings: no configuration\\n";
  return write(1, text, sizeof text - 1) < 0 ? 4 : 3;
}
"""


class ContainerEngine:
    """podman's service on a socket, with storage in a folder that goes with it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="containers"))
        (self.folder / "containers.conf").write_text(CONFIGURATION)
        self.socket = self.folder / "engine.sock"
        self.address = f"unix://{self.socket}"
        self.variables = {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "HOME": str(self.folder), "CONTAINERS_CONF": str(self.folder / "containers.conf")}
        self.log = (self.folder / "engine.log").open("wb")
        self.process = subprocess.Popen(
            self._command("system", "service", "--time", "0", self.address), env=self.variables, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=subprocess.STDOUT)
        wait_until(self._listens, "podman listens", seconds=30)

    def _command(self, *arguments):
        storage = ["--root", self.folder / "storage", "--runroot", self.folder / "run", "--storage-driver", "vfs"]
        return [str(word) for word in ["podman", *storage, *arguments]]

    def _listens(self):
        assert self.process.poll() is None, (self.folder / "engine.log").read_text()
        return self.socket.exists()

    def podman(self, *arguments):
        """Runs podman on the same storage."""
        result = subprocess.run(self._command(*arguments), env=self.variables, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def build_crashing_image(self, name):
        """An image whose program says why it cannot start and exits with 3."""
        context = self.folder / "context"
        context.mkdir()
        (context / "greetings.c").write_text(CRASHING)
        subprocess.run(["cc", "-static", "-O1", "-o", context / "greetings", context / "greetings.c"], check=True)
        (context / "Containerfile").write_text('FROM scratch\nCOPY greetings /greetings\nCMD ["/greetings"]\n')
        self.podman("build", "--quiet", "--tag", name, context)

    def obstacle(self, image):
        """Why the crashing image cannot run on this machine at all (a sandbox that forbids containers), or None."""
        result = subprocess.run(
            self._command("run", "--rm", image), env=self.variables, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return None if result.returncode == 3 else f"containers do not run here: {result.stderr.strip()}"

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        subprocess.run(self._command("rm", "--all", "--force", "--time", "0"), env=self.variables, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)
