"""The parts of a bench: each is measured whatever became of the others, and what failed is said in the results."""
import subprocess
import sys
import time


class Failure(Exception):
    """A part that cannot be measured, in one sentence."""


class Parts:
    def __init__(self):
        self.failed = {}

    def measure(self, name, function, *arguments, **more):
        """What the function gives; None when it fails, which is kept with its reason."""
        log(f"bench: {name} ...")
        start = time.perf_counter()
        try:
            result = function(*arguments, **more)
        except Exception as error:
            self.failed[name] = reason(error)
            log(f"bench: {name} FAILED: {self.failed[name]}")
            return None
        log(f"bench: {name} took {time.perf_counter() - start:.1f} s")
        return result


def reason(error):
    """Why a part failed, with the end of what the command said that did."""
    if isinstance(error, Failure):
        return str(error)
    said = error.stderr if isinstance(error, subprocess.SubprocessError) else None
    if isinstance(said, bytes):
        said = said.decode(errors="replace")
    return f"{type(error).__name__}: {error}" + (f"\n{said[-2000:]}" if said else "")


def log(text):
    print(text, file=sys.stderr, flush=True)
