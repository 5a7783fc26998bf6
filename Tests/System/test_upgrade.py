"""State that an earlier cld has written is read by this one."""
import json
import re
import sqlite3
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def first_schema():
    """The database as the first version made it."""
    return re.search(r'steps: \[String\] = \[\s*"""(.*?)"""', (ROOT / "Sources/Host/Store/Migrations.swift").read_text(), re.S).group(1)


def test_a_database_of_the_first_version_is_upgraded(cld, moto):
    folder = cld.home / "data/deployments"
    folder.mkdir(parents=True, mode=0o700)
    for path in (cld.home, cld.home / "data"):
        path.chmod(0o700)
    group = moto.client("logs")
    group.create_log_group(logGroupName="old-log")
    scope = {"cloud": "aws", "account": "123456789012", "region": "eu-west-1", "partition": "aws", "endpoints": {"AWS_ENDPOINT_URL": cld.endpoint}}
    template = {"Resources": {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {}}}, "Outputs": {}, "Exports": {}}
    base = sqlite3.connect(folder / "cld.sqlite")
    base.executescript(first_schema() + "PRAGMA user_version=1;")
    base.execute("INSERT INTO installation VALUES ('0123456789abcdef', 1)")
    base.execute(
        "INSERT INTO stacks VALUES ('stack-1', 'environment', 'old', 'CREATE_COMPLETE', NULL, NULL, ?, ?, '{}', '{}', '{}', 1, NULL)",
        (json.dumps(scope), json.dumps(template)))
    base.execute(
        "INSERT INTO resources VALUES ('res-1', 'stack-1', 'Log', 'AWS::Logs::LogGroup', 'aws-ecs', 1, 'old-log', 'old-log', 'CREATE_COMPLETE', NULL, 0, "
        "'{}', '{}', '{}', '{}', 1, 1)")
    base.execute("INSERT INTO operations VALUES ('op-1', 'stack-1', 'create', 'SUCCEEDED', NULL, '{}', 1, NULL, 1, 2)")
    base.execute("INSERT INTO effects VALUES ('op-1', 'res-1', 'create', 0, 'dropped', 1, '{}', NULL, 1)")
    base.execute("INSERT INTO events VALUES (1, 1000, 'stack-1', 'op-1', 'Log', 'AWS::Logs::LogGroup', 'old-log', 'CREATE_COMPLETE', NULL)")
    base.commit()
    base.close()
    shown = cld.json("env", "show", "old")
    assert shown["status"] == "available" and [r["physical_id"] for r in shown["resources"]] == ["old-log"]
    assert [e["status"] for e in cld.json("operation", "show", "op-1")["events"]] == ["CREATE_COMPLETE"]
    cld.run("serve", "--stop")
    base = sqlite3.connect(folder / "cld.sqlite")
    assert base.execute("PRAGMA user_version").fetchone()[0] > 1
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    base.close()
    # And it is deleted like any other.
    cld.run("env", "delete", "old")
    assert group.describe_log_groups()["logGroups"] == []


def test_a_database_of_a_newer_version_is_refused(cld):
    folder = cld.home / "data/deployments"
    folder.mkdir(parents=True)
    base = sqlite3.connect(folder / "cld.sqlite")
    base.execute("PRAGMA user_version=99")
    base.close()
    refused = cld.run("env", "list", exit=69)
    assert "schema version 99" in refused.err and "use a newer cld" in refused.err
