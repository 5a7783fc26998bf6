"""Runs every worker of a home under strace."""
import re
import shutil
from pathlib import Path

from .cld import prefix


def trace_workers(cld, calls="all"):
    """From the next start of its host on, each worker of the home writes what it calls into a file of the folder returned."""
    folder = cld.folder / "traces"
    folder.mkdir()
    wrapper = cld.folder / "traced-worker"
    wrapper.write_text(
        f"#!/bin/sh\nexec {shutil.which('strace')} -f -q -e trace={calls} -e signal=none -s 1000000 -o {folder}/$$ "
        f"{prefix()}/libexec/cld/cld-worker \"$@\"\n")
    wrapper.chmod(0o755)
    cld.variables["CLD_WORKER"] = str(wrapper)
    return folder


def traces(folder):
    """[[line]] of each worker, without the numbers of processes."""
    return [
        [re.sub(r"^\d+ +", "", line) for line in path.read_text(errors="replace").splitlines()]
        for path in sorted(Path(folder).iterdir())]
