"""Plugins in C for tests: compiled, with a manifest, in a folder of their own."""
import hashlib
import json
import platform
import subprocess
from pathlib import Path

from .cld import prefix

SOURCES = Path(__file__).resolve().parents[2] / "Plugins"


def install(folder, source, *options, alias="flaky"):
    """A folder for CLD_PLUGIN_PATH with the driver `source` in it, which provides the resource type `alias` of aws."""
    folder.mkdir(mode=0o755, exist_ok=True)
    target = folder / "fixture"
    (target / "types").mkdir(parents=True)
    library = target / "libfixture.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-I", prefix() / "include", "-o", library, *options, SOURCES / source], check=True)
    content = library.read_bytes()
    manifest = {
        "manifest_version": 1, "name": "fixture", "version": "1.0.0", "publisher": "tests", "licence": "Apache-2.0",
        "description": "For tests", "abi": {"min": 1, "max": 1},
        "libraries": [{
            "os": "linux", "arch": platform.machine(), "libc": "glibc", "path": "libfixture.so",
            "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}],
        "provides": [{
            "group": "aws.resource", "kind": "resource", "type": "Test::Fixture::Thing", "alias": alias,
            "ops": ["create", "read", "delete", "expand-resource"], "schema": "types/thing.json"}],
        "endpoints": {},
    }
    schema = {"typeName": "Test::Fixture::Thing", "properties": {"Name": {"type": "string"}}}
    for path, document in ((target / "manifest.json", manifest), (target / "types/thing.json", schema)):
        path.write_text(json.dumps(document))
        path.chmod(0o644)
    library.chmod(0o644)
    return folder


def environment(count, alias="flaky"):
    """An environment file with that many things of the type."""
    return "environment:\n  resources:\n    aws:\n" + f"      - resource: {{type: {alias}}}\n" * count
