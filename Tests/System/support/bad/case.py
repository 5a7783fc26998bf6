"""A case of the collection, and the plugin that it is made from."""
import functools
import hashlib
import json
import platform
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from ..cld import prefix

SOURCES = Path(__file__).resolve().parents[3] / "Plugins"
ACTIVE = "active"


@dataclass(frozen=True)
class Case:
    """One fault. `expected` is a refusal code, or `active` where the plugin harms nobody but itself."""

    name: str
    expected: str
    why: str = ""  # what the evidence must hold
    source: str = "echo.c"
    options: tuple = ()
    change: Callable = lambda plugin: None  # before the plugin is written
    spoil: Callable = lambda plugin: None  # after it is written
    needs_root: bool = False


@dataclass
class Plugin:
    """A good plugin of a name of its own, as long as nothing changes it."""

    name: str
    folder: Path
    library: bytes
    manifest: dict = field(default_factory=dict)
    schema: dict = field(default_factory=dict)
    rewrite: Callable = lambda text: text  # the manifest's text, at the end
    schema_text: str | None = None

    def __post_init__(self):
        self.manifest = {
            "manifest_version": 1, "name": self.name, "version": "1.0.0", "publisher": "tests", "licence": "Apache-2.0",
            "description": "For tests", "abi": {"min": 1, "max": 1},
            "libraries": [{"os": "linux", "arch": platform.machine(), "libc": "glibc", "path": "libfixture.so"}],
            "provides": [{
                "group": "test.resource", "kind": "resource", "type": type_name(self.name), "alias": self.name,
                "ops": ["create", "read", "delete"], "schema": "types/thing.json"}],
            "endpoints": {"ec2": {
                "url": "https://ec2.{region}.{partitionSuffix}", "auth": {"scheme": "aws-sigv4", "service": "ec2"},
                "format": {"kind": "aws-query", "version": "2016-11-15"}, "overrides": ["AWS_ENDPOINT_URL"],
                "calls": {"DescribeVpcs": {"mutates": False, "repeat": "safe", "iam": ["ec2:DescribeVpcs"]}}}},
        }
        self.schema = {"typeName": type_name(self.name), "properties": {"Name": {"type": "string"}}}

    @property
    def library_path(self):
        return self.folder / "libfixture.so"

    def write(self):
        (self.folder / "types").mkdir(parents=True)
        for entry in self.manifest["libraries"]:
            entry.setdefault("sha256", hashlib.sha256(self.library).hexdigest())
            entry.setdefault("size", len(self.library))
        text = self.rewrite(json.dumps(self.manifest))
        (self.folder / "manifest.json").write_bytes(text if isinstance(text, bytes) else text.encode())
        (self.folder / "types/thing.json").write_text(self.schema_text if self.schema_text is not None else json.dumps(self.schema))
        self.library_path.write_bytes(self.library)
        for path in (self.folder, self.folder / "types"):
            path.chmod(0o755)
        for name in ("manifest.json", "types/thing.json", "libfixture.so"):
            (self.folder / name).chmod(0o644)


def type_name(name):
    return "Test::Bad::" + "".join(word.capitalize() for word in name.split("-"))


def compile(name, source, options=()):
    """The bytes of a driver that calls itself by that name."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "libfixture.so"
        # -w: these sources are wrong on purpose.
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-w", "-I", prefix() / "include", f'-DFIXTURE_NAME="{name}"',
             f'-DFIXTURE_TYPE="{type_name(name)}"', *([] if "-nostdlib" in options else ["-pthread"]), "-o", output,
             SOURCES / source, *options], check=True)
        return output.read_bytes()


@functools.cache
def good_library():
    """The one that manifest, file and ELF cases start from: its name is not looked at before they are refused."""
    return compile("good", "echo.c")


def install(case, folder):
    """Writes the case's plugin into a folder of plugins, under its own name."""
    shared = case.source == "echo.c" and not case.options and case.expected != ACTIVE
    library = good_library() if shared else compile(case.name, case.source, case.options)
    plugin = Plugin(case.name, folder / case.name, library)
    case.change(plugin)
    plugin.write()
    case.spoil(plugin)
    return plugin
