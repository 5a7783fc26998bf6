"""What an installation holds, and what its plugins and workers may do."""
import json
import re
import subprocess
from pathlib import Path

import pytest

from support import files
from support.cld import prefix

PLUGINS = ("aws-basics", "aws-ec2", "aws-rds", "aws-ecs")


def library(name):
    folder = prefix() / "lib/cld/plugins" / name
    manifest = json.loads((folder / "manifest.json").read_text())
    return folder / manifest["libraries"][0]["path"]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_exports_its_entry_and_nothing_else_of_ours(plugin):
    out = subprocess.run(["nm", "-D", "--defined-only", library(plugin)], capture_output=True, text=True, check=True).stdout
    # A small letter is a local symbol: it is listed and cannot be found by name.
    exported = [line.split()[-1] for line in out.splitlines() if line.split()[-2].isupper()]
    assert exported == ["cld_plugin_entry"]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_links_no_foundation_and_no_network_library(plugin):
    out = subprocess.run(["readelf", "-d", library(plugin)], capture_output=True, text=True, check=True).stdout
    needed = re.findall(r"NEEDED.*\[(.*)\]", out)
    assert not [n for n in needed if "Foundation" in n or "curl" in n or "ssl" in n or "sqlite" in n], needed


def test_an_installation_has_what_a_third_party_needs():
    root = prefix()
    for path in ("bin/cld", "libexec/cld/cld-host", "libexec/cld/cld-worker", "include/cld_plugin.h"):
        assert (root / path).is_file(), path
    for module in ("PluginABI", "PluginKit", "JSON"):
        assert list((root / "share/cld/sources" / module).rglob("*.*")), f"the kit's sources: {module}"
    assert {p.name for p in (root / "lib/cld/plugins").iterdir()} >= set(PLUGINS)


def test_an_installation_has_the_schemas_of_manifest_request_and_answer():
    found = {p.name for p in (prefix() / "share/cld/schemas").glob("*.json")}
    assert len(found) >= 3, found
    for path in (prefix() / "share/cld/schemas").glob("*.json"):
        assert json.loads(path.read_text())["$schema"], path


def test_the_header_alone_compiles_a_plugin(tmp_path):
    source = tmp_path / "plugin.c"
    source.write_text(
        '#include "cld_plugin.h"\n'
        "static const cld_plugin plugin = {.size = sizeof plugin, .abi_min = 1, .abi_max = 1};\n"
        "const cld_plugin *cld_plugin_entry(uint32_t low, uint32_t high) { (void)low; (void)high; return &plugin; }\n")
    subprocess.run(
        ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I", prefix() / "include", "-o",
         tmp_path / "libplugin.so", source], check=True)


def test_all_plugins_of_an_installation_are_active(cld):
    listed = {p["name"]: p for p in cld.json("plugin", "list")}
    for name in PLUGINS:
        assert listed[name]["state"] in ("active", "declared") and listed[name]["types"], listed[name]
