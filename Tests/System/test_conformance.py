"""The conformance kit: what it must pass, and what it must find."""
import hashlib
import json
import os
import platform
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pytest

from support.cld import prefix

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "Examples/c-driver"
SEED = int(os.environ.get("CLD_SEED", "7"))


def check(folder, *options, exit=0, timeout=300):
    """`cld plugin check`; the status that the test expects, None for any."""
    process = subprocess.run(
        [prefix() / "bin/cld", "plugin", "check", folder, *options], capture_output=True, text=True, timeout=timeout,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    if exit is not None:
        assert process.returncode == exit, f"exit {process.returncode}\n{process.stdout}\n{process.stderr}"
    return process


def report(folder, *options, exit=0):
    process = check(folder, "-o", "json", "--seed", str(SEED), *options, exit=None)
    result = json.loads(process.stdout)
    bad = [t for t in result["tests"] if t["result"] in ("fail", "crash", "hang")]
    assert process.returncode == exit, f"seed {SEED}, exit {process.returncode}\n{json.dumps(bad, indent=2)}\n{process.stderr}"
    return result


def is_good(result):
    """Something was tested, and nothing failed."""
    counts = result["counts"]
    assert counts["pass"] > 30 and len(result["tests"]) == sum(counts.values())
    assert {name: counts[name] for name in ("fail", "crash", "hang", "waived")} == {"fail": 0, "crash": 0, "hang": 0, "waived": 0}
    assert {t["group"] for t in result["tests"] if t["result"] == "pass"} == {
        "manifest", "elf", "load", "descriptor", "contract", "faults", "quality", "fuzz"}


# What must pass


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("Plugins/*/manifest.json")))
def test_shipped_plugins_pass_with_no_waiver(name):
    folder = prefix() / "lib/cld/plugins" / name
    assert not (folder / "waivers.json").exists()
    result = report(folder, "--cassettes", ROOT / "Plugins" / name / "cassettes")
    is_good(result)
    provided = {p["type"] for p in json.loads((folder / "manifest.json").read_text())["provides"]}
    assert provided == {t.get("type") for t in result["tests"]} - {None}


@pytest.mark.parametrize("path", sorted([*ROOT.glob("Plugins/*/cassettes/*.json"), *ROOT.glob("Examples/*/cassettes/*.json")]), ids=lambda p: p.stem)
def test_cassettes_are_as_their_schema_says(path):
    schema = json.loads((ROOT / "schemas/cassette.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(path.read_text()), schema)
    assert path.stat().st_size < 192 * 1024, "small enough to be read"


def cargo_works(path):
    cargo = shutil.which("cargo", path=path)
    return cargo is not None and subprocess.run([cargo, "--version"], capture_output=True).returncode == 0


# A cargo on PATH may be a proxy for a toolchain in a home that is not this one (rustup); Debian's needs none.
PATH = next((path for path in (os.environ["PATH"], f"/usr/bin:{os.environ['PATH']}") if cargo_works(path)), os.environ["PATH"])
TOOLS = {name: value for name, value in os.environ.items() if name not in ("CFLAGS", "LDFLAGS")} | {"PATH": PATH}
needs_cargo = pytest.mark.skipif(not cargo_works(PATH), reason="cargo is not installed (apt install cargo)")


@pytest.mark.parametrize("name", ["c-driver", pytest.param("rust-driver", marks=needs_cargo)])
def test_the_examples_build_outside_of_the_project_and_pass(name, tmp_path):
    tmp_path.chmod(0o755)
    folder = tmp_path / name
    shutil.copytree(ROOT / "Examples" / name, folder, ignore=shutil.ignore_patterns("*.so", "manifest.json", "target"))
    folder.chmod(0o755)
    subprocess.run(
        ["make", "-s", "-C", folder, f"CLD_PREFIX={prefix()}", "CFLAGS=-O2 -Wall -Wextra -Werror"], check=True, env=TOOLS, capture_output=True)
    is_good(report(folder))


@pytest.mark.parametrize("language", ["c", "swift", pytest.param("rust", marks=needs_cargo)])
def test_a_new_driver_builds_with_make_and_passes(language, tmp_path):
    tmp_path.chmod(0o755)
    new = [prefix() / "bin/cld", "plugin", "new", "acme-dns", "--lang", language]
    subprocess.run(new, cwd=tmp_path, check=True, capture_output=True)
    subprocess.run(["make", "-s", "-C", tmp_path / "acme-dns"], check=True, env=TOOLS, capture_output=True)
    is_good(report(tmp_path / "acme-dns"))
    for path in (tmp_path / "acme-dns").glob("*"):
        if path.is_file() and path.suffix not in (".so",):
            assert f"{language}-driver" not in path.read_text(), path
    again = subprocess.run(new, cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 73 and "is there already" in again.stderr


@pytest.mark.parametrize("name", ["Acme", "9acme", "a_b", "", "../acme"])
def test_a_bad_name_of_a_new_plugin_is_refused(name, tmp_path):
    new = subprocess.run(
        [prefix() / "bin/cld", "plugin", "new", "--lang", "c", "--", name], cwd=tmp_path, capture_output=True, text=True)
    assert new.returncode == 64 and "no name of a plugin" in new.stderr and not list(tmp_path.iterdir())


# What must be found


def built(tmp_path, source, *options):
    """The example's folder with a library of that source."""
    folder = tmp_path / "c-driver"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("*.so", "manifest.json"))
    for path in [tmp_path, folder, folder / "types"]:
        path.chmod(0o755)
    library = folder / "libc_driver.so"
    subprocess.run(
        ["cc", "-std=c11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-Wno-unused", "-I", prefix() / "include", "-I", EXAMPLE, "-o",
         library, source, *options], check=True)
    library.chmod(0o644)
    fill(folder)
    return folder


def fill(folder, **changes):
    content = (folder / "libc_driver.so").read_bytes()
    manifest = json.loads((folder / "manifest.json.in").read_text()) | changes
    manifest["libraries"] = [{
        "os": "linux", "arch": platform.machine(), "libc": "glibc", "path": "libc_driver.so",
        "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "manifest.json").chmod(0o644)


def broken(tmp_path, fault):
    return built(tmp_path, ROOT / "Tests/Plugins/conformance/broken.c", f"-DFAULT={fault}")


FAULTS = [
    ("CONSTRUCTOR", "load/probe", "crash", "CLD-P-PROBE-CRASH"),
    ("DESCRIBE", "descriptor/describe", "fail", "CLD-P-DESCRIBE-TYPES"),
    ("UNLISTED", "contract/*/create", "fail", "Publish, which the manifest does not list"),
    ("NO_ID", "contract/*/create", "fail", "names no id"),
    ("MADE_UP_ID", "contract/*/create", "fail", "somebody"),
    ("ADOPTS", "contract/*/create-foreign", "fail", "whose tags are another's"),
    ("DELETES", "contract/*/delete-foreign", "fail", "DeleteTopic"),
    ("FOREVER", "contract/*/read", "fail", "pending for ever"),
    ("BLIND", "contract/*/read", "fail", "without an id ended as absent"),
    ("CRASH_ON_UNKNOWN", "contract/*/unknown-property", "crash", "SIGABRT"),
    ("SENDS_UNKNOWN", "contract/*/unknown-property", "fail", "KitUnknown7"),
    ("IMPURE", "contract/*/pure", "fail", "two answers"),
    ("NO_JSON", "contract/*/create-lost", "fail", "not JSON"),
    ("DEAF", "faults/*/http-503", "fail", "ended as absent"),
    ("NULL_BODY", "faults/*/truncated", "crash", "SIGSEGV"),
    ("HANG", "contract/*/delete", "hang", "processor time"),
    ("LEAK", "quality/memory", "fail", "grew by"),
    ("TYPE_CRASH", "fuzz/*/members", "crash", "SIGABRT"),
]


@pytest.mark.parametrize("fault, test, result, words", FAULTS, ids=[f[0] for f in FAULTS])
def test_a_broken_driver_is_found(tmp_path, fault, test, result, words):
    found = [t for t in report(broken(tmp_path, fault), "--only", test, "--only", "load", exit=1)["tests"] if t["result"] == result]
    assert len(found) == 1 and words in found[0]["evidence"] and found[0]["remedy"], found


def updating(tmp_path, fault, moto):
    """The broken driver with the operation update, and its cassette recorded with it."""
    folder = built(tmp_path, ROOT / "Tests/Plugins/conformance/broken.c", f"-DFAULT={fault}", "-DUPDATES")
    manifest = json.loads((folder / "manifest.json.in").read_text())
    manifest["provides"][0]["ops"].append("update")
    manifest["endpoints"]["sns"]["calls"]["SetTopicAttributes"] = {"mutates": True, "repeat": "safe", "iam": ["sns:SetTopicAttributes"]}
    fill(folder, provides=manifest["provides"], endpoints=manifest["endpoints"])
    changeable(folder)
    path = folder / "cassettes/Topic.json"
    cassette = json.loads(path.read_text())
    cassette["inputs"]["update"] = {"DisplayName": "Deliveries"}
    path.write_text(json.dumps(cassette | {"states": {}}))
    check(folder, "--endpoint", moto.url, "--record")
    return folder


def changeable(folder):
    """Takes away what the schema says of replacements."""
    path = folder / "types/Topic.json"
    schema = json.loads(path.read_text())
    del schema["createOnlyProperties"]
    path.write_text(json.dumps(schema))


@pytest.mark.parametrize("fault, test, words", [
    ("UPDATES_NOTHING", "contract/*/update-each", "update of DisplayName alone asks the cloud for no change"),
    ("MAKES_AGAIN", "contract/*/update-gone", "update of a thing that is gone ended as ready"),
    ("UPDATES_ANOTHERS", "contract/*/update-foreign", "SetTopicAttributes on a thing whose tags are another's"),
])
def test_a_broken_update_is_found(tmp_path, moto, fault, test, words):
    [found] = report(updating(tmp_path, fault, moto), "--only", test, exit=1)["tests"]
    assert found["result"] == "fail" and words in found["evidence"] and found["remedy"], found


def test_an_update_without_a_fault_passes(tmp_path, moto):
    result = report(updating(tmp_path, "NONE", moto))
    is_good(result)
    assert {"update", "update-back", "update-each", "update-twice", "update-lost", "update-stopped", "update-gone", "update-foreign"} <= {
        t["test"].split("/")[-1] for t in result["tests"] if t["result"] == "pass"}


def test_an_update_that_nothing_rehearses_is_found(tmp_path, moto):
    folder = updating(tmp_path, "NONE", moto)
    path = folder / "cassettes/Topic.json"
    cassette = json.loads(path.read_text())
    del cassette["inputs"]["update"]
    path.write_text(json.dumps(cassette))
    [test] = report(folder, "--only", "contract/*/update", exit=1)["tests"]
    assert "has no inputs.update" in test["evidence"]


def test_a_type_that_is_only_made_anew_says_so(tmp_path):
    folder = broken(tmp_path, "NONE")
    changeable(folder)
    [test] = report(folder, "--only", "contract/*/replaced")["tests"]
    assert test["result"] == "warn" and "DisplayName" in test["evidence"]


def test_the_same_driver_without_a_fault_passes(tmp_path):
    is_good(report(broken(tmp_path, "NONE")))


def marked(folder):
    """Makes a secret of the owner in every answer of the cassette."""
    path = folder / "cassettes/Topic.json"
    cassette = json.loads(path.read_text())
    answers = [a for state in cassette["states"].values() for e in state if e["call"] == "sns GetTopicAttributes" for a in e["answers"]]
    entries = [e for a in answers for e in (a["body"].get("GetTopicAttributesResult") or {"Attributes": {"entry": []}})["Attributes"]["entry"]]
    owners = [e for e in entries if e["key"] == "Owner"]
    assert owners
    for owner in owners:
        owner["value"] = {"$secret": "owner"}
    path.write_text(json.dumps(cassette))


def test_a_secret_that_is_shown_is_found(tmp_path):
    folder = broken(tmp_path, "SECRET")
    marked(folder)
    [secrets] = [t for t in report(folder, "--only", "quality/secrets", exit=1)["tests"] if t["test"] == "quality/secrets"]
    assert secrets["result"] == "fail" and "secret" in secrets["evidence"]


def test_a_secret_that_is_lifted_out_is_none(tmp_path):
    folder = broken(tmp_path, "NONE")
    marked(folder)
    [secrets] = report(folder, "--only", "quality/secrets")["tests"]
    assert secrets["result"] == "pass" and "answers with secrets" in secrets["evidence"]


def test_a_wrong_manifest_and_a_changed_library_are_found_and_nothing_else_is_run(tmp_path):
    folder = broken(tmp_path, "NONE")
    fill(folder, nmae="x")
    tests = {t["test"]: t for t in report(folder, exit=1)["tests"]}
    assert tests["manifest/strict"]["result"] == "fail" and "nmae" in tests["manifest/strict"]["evidence"]
    assert {t["result"] for name, t in tests.items() if name != "manifest/strict"} == {"skip"}
    fill(folder)
    library = folder / "libc_driver.so"
    library.write_bytes(library.read_bytes() + b"\0")
    tests = {t["test"]: t for t in report(folder, "--only", "elf", exit=1)["tests"]}
    assert "CLD-P-HASH-SIZE" in tests["elf/hash"]["evidence"]


def test_a_type_without_a_cassette_and_a_misspelt_cassette_are_found(tmp_path):
    folder = broken(tmp_path, "NONE")
    path = folder / "cassettes/Topic.json"
    cassette = json.loads(path.read_text())
    path.write_text(json.dumps(cassette | {"stats": {}}))
    [test] = report(folder, "--only", "contract/*/create", exit=1)["tests"]
    assert "/stats" in test["evidence"]
    path.unlink()
    [test] = report(folder, "--only", "contract/*/create", exit=1)["tests"]
    assert "there is no cassette for CDriver::SNS::Topic" in test["evidence"] and "--record" in test["remedy"]


# Reports, waivers, usage


def test_waivers_hold_until_their_day(tmp_path):
    folder = broken(tmp_path, "ADOPTS")
    waiver = {"test": "contract/*/create-foreign", "reason": "SNS has no tags there", "until": "2999-01-31"}
    only = ("--only", "contract/*/create-foreign")
    (folder / "waivers.json").write_text(json.dumps({"waivers": [waiver]}))
    result = report(folder, *only)
    assert result["counts"]["waived"] == 1 and "SNS has no tags there" in result["tests"][0]["waived"]
    (folder / "waivers.json").write_text(json.dumps({"waivers": [waiver | {"until": "2020-01-31"}]}))
    [test] = report(folder, *only, exit=1)["tests"]
    assert "ran out on 2020-01-31" in test["evidence"]
    (folder / "waivers.json").write_text(json.dumps({"waivers": [waiver | {"until": "soon"}]}))
    assert "/waivers/0" in check(folder, *only, exit=64).stderr


def test_text_and_junit_say_the_same(tmp_path):
    folder = broken(tmp_path, "DEAF")
    only = ("--only", "faults", "--seed", "5")
    text = check(folder, *only, exit=1).stdout
    assert text.startswith("FAIL faults/") and "remedy: " in text and "c-driver: FAILED, 6 tests, seed 5" in text
    suite = ElementTree.fromstring(check(folder, *only, "-o", "junit", exit=1).stdout).find("testsuite")
    cases = suite.findall("testcase")
    assert suite.get("name") == "faults" and len(cases) == int(suite.get("tests")) == 6
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures")) > 0


def test_wrong_usage_gets_one_sentence(tmp_path):
    folder = broken(tmp_path, "NONE")
    for options, code, words in [
        ((tmp_path / "nothing",), 66, "there is no folder"), ((tmp_path,), 66, "has no manifest.json"),
        ((folder, "--only", "contratc"), 64, "matches no test"), ((folder, "--record"), 64, "belong together"),
        ((folder, "--replays", "0"), 64, "above 0"),
    ]:
        stderr = check(*options, exit=code).stderr
        assert words in stderr and len(stderr.strip().splitlines()) == 1, stderr
    assert check(folder, "--list").stdout.count("\n") == len(report(folder, "--only", "*", "--mutations", "1", "--steps", "1000")["tests"])


# Recording


def test_a_cassette_is_recorded_from_an_emulator(tmp_path, moto):
    folder = built(tmp_path, EXAMPLE / "driver.c")
    path = folder / "cassettes/Topic.json"
    wanted = json.loads(path.read_text())
    path.write_text(json.dumps(wanted | {"states": {}}))
    [test] = report(folder, "--only", "contract/*/create", exit=1)["tests"]
    assert "has no answer to sns ListTagsForResource" in test["evidence"]
    said = check(folder, "--endpoint", moto.url, "--record").stderr
    assert "states" in said and "exchanges" in said
    recorded = json.loads(path.read_text())
    assert {key: recorded[key] for key in wanted if key != "states"} == {key: wanted[key] for key in wanted if key != "states"}
    assert set(recorded["states"]) > {"start"}
    is_good(report(folder))
    assert moto.client("sns").list_topics()["Topics"] == [], "what was made for the recording is gone"
