"""The schemas for authors accept what cld ships and refuse what the parsers refuse."""

import copy
import json
import pathlib

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def validator(name):
    schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


MANIFEST, TYPE, REQUEST, ANSWER = (validator(name) for name in ["manifest", "type", "step-request", "step-answer"])


@pytest.mark.parametrize("path", sorted(ROOT.glob("Plugins/*/manifest.json")), ids=lambda path: path.parent.name)
def test_shipped_manifests_are_valid(path):
    MANIFEST.validate(json.loads(path.read_text()))


@pytest.mark.parametrize("path", sorted(ROOT.glob("Plugins/*/types/*.json")), ids=lambda path: path.stem)
def test_shipped_types_are_valid(path):
    TYPE.validate(json.loads(path.read_text()))


def changed(document, *path, to):
    """A copy with one value replaced, or, for `to=None`, removed."""
    out = copy.deepcopy(document)
    inner = out
    for key in path[:-1]:
        inner = inner[key]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return out


RDS = json.loads((ROOT / "Plugins/aws-rds/manifest.json").read_text())
DATABASE = json.loads((ROOT / "Plugins/aws-rds/types/AWS-RDS-DBInstance.json").read_text())
REST = {"url": "https://things.{region}.{partitionSuffix}", "auth": {"scheme": "none"}, "format": {"kind": "rest"}}


@pytest.mark.parametrize("bad", [
    changed(RDS, "nmae", to="x"),
    changed(RDS, "name", to=None),
    changed(RDS, "name", to="AWS-RDS"),
    changed(RDS, "version", to="1.0"),
    changed(RDS, "manifest_version", to=2),
    changed(RDS, "provides", 0, "schema", to="../outside.json"),
    changed(RDS, "provides", 0, "ops", to=["create", "read"]),
    changed(RDS, "provides", 0, "ops", to=["create", "read", "delete", "explode"]),
    changed(RDS, "endpoints", "rds", "url", to="http://rds.{region}.{partitionSuffix}"),
    changed(RDS, "endpoints", "rds", "url", to="https://rds.{zone}.{partitionSuffix}"),
    changed(RDS, "endpoints", "rds", "calls", "DescribeDBInstances", to={"repeat": "safe"}),
    changed(RDS, "endpoints", "rds", "calls", "DescribeDBInstances", to={"mutates": False, "method": "GET", "path": "/"}),
    changed(RDS, "endpoints", "rds", to={**REST, "calls": {"List": {"mutates": False}}}),
    changed(RDS, "limits", to={"step_ms": 5000}),
    changed(RDS, "requires", to=[{"type": "AWS::EC2::SecurityGroup", "version": ">=1.0.0"}]),
    changed(RDS, "libraries", to=[{"os": "linux", "arch": "x86_64", "libc": "glibc", "path": "a.so", "sha256": "AB", "size": 1}]),
])
def test_bad_manifests_are_refused(bad):
    assert not MANIFEST.is_valid(bad)


def test_keys_of_ones_own_are_allowed():
    MANIFEST.validate(changed(RDS, "x-team", to={"any": ["thing"]}))
    MANIFEST.validate(changed(RDS, "endpoints", "rds", to={**REST, "calls": {"List": {"mutates": False, "method": "GET", "path": "/things"}}}))


@pytest.mark.parametrize("bad", [
    changed(DATABASE, "typeName", to=None),
    changed(DATABASE, "properties", to=None),
    changed(DATABASE, "colour", to="red"),
    changed(DATABASE, "identity", to={"class": "guess"}),
    changed(DATABASE, "identity", to={"class": "token"}),
    changed(DATABASE, "identity", to={"class": "named", "window_s": 600}),
    changed(DATABASE, "sensitive", to=["/MasterUserPassword"]),
    changed(DATABASE, "naming", to={"lowercase": True}),
    changed(DATABASE, "actions", to={"stop": {"from": ["available"]}}),
])
def test_bad_types_are_refused(bad):
    assert not TYPE.is_valid(bad)


STEP = {
    "op": "create", "type": "AWS::RDS::DBInstance", "operation": {"id": "op-1", "ordinal": 2},
    "identity": {"name": "shop-db", "tags": {"cld:stack": "stack-1"}}, "now": 1795252800, "desired": {}, "previous": None,
    "current": {"id": None, "properties": None, "attributes": None, "state": None}, "input": None, "config": {"region": "eu-west-1"},
    "history": [{"digest": "a", "result": {"status": 200, "headers": {}, "body": {}}}, {"digest": "b", "lost": True}],
}


def test_a_request_is_valid_and_one_that_is_cut_is_not():
    REQUEST.validate(STEP)
    for key in STEP:
        assert not REQUEST.is_valid(changed(STEP, key, to=None))
    assert not REQUEST.is_valid(changed(STEP, "history", to=[{"digest": "a"}]))


@pytest.mark.parametrize("good", [
    {"effect": {"endpoint": "rds", "call": "CreateDBInstance", "form": {"A": "b"}, "select": ["/A/*"], "digest": "d"}, "id": "x", "log": ["line"]},
    {"retry": {"after_ms": 2000, "reason": "still there", "from_start": False}},
    {"done": {"status": "pending", "id": "x", "next_ms": 5000}},
    {"done": {"status": "ready", "fragment": {"Resources": {}}}},
    {"fail": {"code": "exists", "message": "not ours", "property": "/Name"}},
])
def test_answers_are_valid(good):
    ANSWER.validate(good)


@pytest.mark.parametrize("bad", [
    {},
    {"done": {"status": "ready"}, "fail": {"code": "internal"}},
    {"done": {"status": "finished"}},
    {"done": {"status": "ready", "colour": "red"}},
    {"done": {"status": "ready"}, "id": "x"},
    {"effect": {"call": "CreateDBInstance"}},
    {"effect": {"endpoint": "rds", "call": "C", "form": {}, "json": {}}},
    {"effect": {"endpoint": "rds", "call": "C", "select": ["A"]}},
    {"effect": {"endpoint": "rds", "call": "C", "digest": "d" * 65}},
    {"effect": {"endpoint": "rds", "call": "C", "url": "https://example.org"}},
    {"fail": {"code": "oops"}},
    {"retry": {"after_ms": "soon"}},
])
def test_bad_answers_are_refused(bad):
    assert not ANSWER.is_valid(bad)
