"""The simulated cloud and its driver, before faults are put on them: each class of identity through its life, judged by the ledger."""
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Simulation"))

import simulation  # noqa: E402
from support.waiting import wait_until  # noqa: E402

CLASSES = ["named", "token", "tagged", "plain"]
TEMPLATE = """\
Parameters: {Text: {Type: String, Default: first}, Kind: {Type: String, Default: small}}
Resources:
  Image: {Type: "Sim::Cloud::Image"}
  Named: {Type: "Sim::Cloud::Named", Properties: {Text: !Ref Text, Kind: !Ref Kind, Parts: 2, Of: !GetAtt Image.Image}}
  Token: {Type: "Sim::Cloud::Token", Properties: {Text: !Ref Text, Kind: !Ref Kind, Parts: 2, Of: !GetAtt Named.Address}}
  Tagged: {Type: "Sim::Cloud::Tagged", Properties: {Text: !Ref Text, Kind: !Ref Kind, Parts: 2, Of: !Ref Token}}
  Plain: {Type: "Sim::Cloud::Plain", Properties: {Text: !Ref Text, Kind: !Ref Kind, Parts: 2}}
  Nothing: {Type: "Sim::Cloud::Nothing", Properties: {Text: !Ref Text, Of: !GetAtt Plain.Revision}}
Outputs: {Address: {Value: !GetAtt Nothing.Address}}
"""


@pytest.fixture
def cloud(tmp_path):
    made = simulation.start(tmp_path / "ledger")
    yield made
    made.close()


@pytest.fixture
def home(homes, cloud, tmp_path):
    tmp_path.chmod(0o755)
    made = homes(cloud, variables={"CLD_PLUGIN_PATH": str(simulation.install(tmp_path / "plugins")), **cloud.variables})
    made.file("four.yaml", TEMPLATE)
    return made


def effects(cloud, effect):
    """How often the ledger has an effect, by class."""
    lines = [line["type"] for line in cloud.ledger() if line["effect"] == effect]
    return {kind: lines.count(kind) for kind in CLASSES}


def each(count):
    return {kind: count for kind in CLASSES}


def test_a_life_of_each_class(home, cloud):
    foreign = cloud.things(foreign=True)
    assert len(foreign) == 1000

    home.run("stack", "create", "four", "--template", "four.yaml")
    things = {thing["type"]: thing for thing in cloud.things()}
    assert sorted(things) == sorted(CLASSES)
    assert all(thing["parts"] == ["part-0", "part-1"] and thing["properties"]["Text"] == "first" for thing in things.values())
    assert things["tagged"]["properties"]["Of"] == things["token"]["id"]
    assert things["named"]["properties"]["Of"] == "image-1"

    home.run("stack", "update", "four", "-p", "Text=second")
    changed = {thing["type"]: thing for thing in cloud.things()}
    assert {kind: thing["id"] for kind, thing in changed.items()} == {kind: thing["id"] for kind, thing in things.items()}
    assert all(thing["revision"] == 2 and thing["properties"]["Text"] == "second" for thing in changed.values())

    home.run("stack", "update", "four", "-p", "Text=second", "-p", "Kind=large")
    replaced = {thing["type"]: thing for thing in cloud.things()}
    assert not {thing["id"] for thing in replaced.values()} & {thing["id"] for thing in things.values()}
    assert effects(cloud, "created") == each(2) and effects(cloud, "deleted") == each(1) and effects(cloud, "part") == each(4)

    home.run("stack", "delete", "four")
    assert cloud.things() == []
    assert effects(cloud, "created") == each(2) and effects(cloud, "deleted") == each(2) and effects(cloud, "part") == each(4)
    assert cloud.things(foreign=True) == foreign
    touched = {line["id"] for line in cloud.ledger() if line["effect"] != "none"}
    assert not touched & {thing["id"] for thing in foreign}


@pytest.mark.parametrize("kind", ["named", "token", "tagged"])
def test_a_create_whose_reply_is_lost_makes_one_thing(home, cloud, kind):
    cloud.rules({"match": {"op": "create", "type": kind}, "do": {"cut": "after"}})
    home.run("stack", "create", "four", "--template", "four.yaml")
    assert cloud.state()["rules"][0]["fired"] == 1
    assert effects(cloud, "created") == each(1) and effects(cloud, "part") == each(2)


def test_a_version_that_asks_otherwise_starts_the_operation_over(home, cloud, tmp_path):
    """The first version's create is answered late, and the host dies meanwhile; the second, whose create has other bytes, finds the thing."""
    cloud.rules({"match": {"op": "create", "type": "tagged"}, "do": {"hold": True, "when": "after"}})
    home.run("stack", "create", "four", "--template", "four.yaml", "--no-wait")
    wait_until(lambda: cloud.state()["rules"][0]["fired"], "the create has come")
    home.kill_host()
    simulation.install(tmp_path / "plugins", version=2)
    cloud.rules()
    home.run("stack", "list")
    wait_until(lambda: home.json("stack", "show", "four")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE", "the stack is complete")
    assert effects(cloud, "created") == each(1) and effects(cloud, "part") == each(2)


def test_what_others_change_is_shown_as_drift(home, cloud):
    home.run("stack", "create", "four", "--template", "four.yaml")
    assert {r["drift"]["status"] for r in home.json("resource", "list")} == {"NOT_CHECKED"}
    fresh = {r["logical_id"]: r["drift"]["status"] for r in home.json("stack", "refresh", "four")}
    assert fresh["Named"] == fresh["Tagged"] == "IN_SYNC"
    named, tagged = (next(thing["id"] for thing in cloud.things() if thing["type"] == kind) for kind in ("named", "tagged"))
    cloud.connection.request("PUT", f"/v1/named/{named}", '{"properties": {"Text": "theirs", "Kind": "small"}, "token": "t"}', {"Content-Type": "application/json"})
    assert cloud.connection.getresponse().read()
    cloud.connection.request("DELETE", f"/v1/tagged/{tagged}")
    assert cloud.connection.getresponse().read()
    shown = home.run("stack", "refresh", "four")
    assert "/Text is theirs, asked for: first" in shown.out and "DELETED" in shown.out
    drift = {r["logical_id"]: r["drift"] for r in home.json("resource", "list")}
    assert drift["Named"]["status"] == "MODIFIED" and drift["Tagged"]["status"] == "DELETED" and drift["Token"]["status"] == "IN_SYNC"
    assert drift["Named"]["differences"] == [{"path": "/Text", "expected": "first", "actual": "theirs"}]
    assert "is \"theirs\"" in home.run("stack", "events", "four").out
    # A cloud that cannot be read says nothing: what was known stays.
    cloud.rules({"match": {"op": "read"}, "do": {"error": 403, "when": "before"}})
    home.run("resource", "refresh", "four/Token", exit=1)
    cloud.rules()
    assert home.json("resource", "show", "four/Token")["drift"]["status"] == "IN_SYNC"


def test_a_probe_that_something_else_kills_is_made_again(home):
    faults = home.folder / "faults"
    faults.write_text("at worker.ready 1 kill\n")
    home.variables["CLD_FAULTS"] = str(faults)
    home.run("stack", "create", "four", "--template", "four.yaml")
    assert (home.folder / "faults.log").read_text() == "fired worker.ready 1 kill\n"
    assert "is refused" not in home.log()


@pytest.mark.parametrize("dies", [False, True])
def test_a_delete_that_is_cancelled_keeps_the_rest(home, cloud, dies):
    """The delete of one thing is in the air when the wish comes, and, in one of the two, the host dies then."""
    home.run("stack", "create", "four", "--template", "four.yaml")
    cloud.rules({"match": {"op": "delete", "type": "tagged"}, "do": {"hold": True, "when": "after"}})
    operation = home.run("stack", "delete", "four", "--no-wait").out.strip()
    wait_until(lambda: cloud.state()["rules"][0]["fired"], "the delete has come")
    home.run("operation", "cancel", operation)
    if dies:
        home.kill_host()
    cloud.rules()
    ended = home.run("operation", "wait", operation, exit=1)
    assert "cancelled: " in ended.err and f"`cld operation retry {operation}` goes on" in ended.err
    assert home.json("operation", "show", operation)["status"] == "CANCELLED"
    left = sorted(thing["type"] for thing in cloud.things())
    assert set(left) >= {"named", "token"} and "tagged" not in left
    assert home.json("stack", "show", "four")["Stacks"][0]["StackStatus"] == "DELETE_FAILED"
    # Once more is no error.
    home.run("operation", "cancel", operation)
    home.run("operation", "retry", operation)
    assert cloud.things() == [] and effects(cloud, "deleted") == each(1)


def test_a_delete_that_is_cancelled_stops_in_nested_stacks_too(home, cloud):
    home.file("outer.yaml", """\
Resources:
  First: {Type: "Sim::Cloud::Named", Properties: {Text: first}}
  Inner: {Type: "AWS::CloudFormation::Stack", DependsOn: First, Properties: {TemplateURL: four.yaml}}
""")
    home.run("stack", "create", "outer", "--template", "outer.yaml")
    cloud.rules({"match": {"op": "delete", "type": "tagged"}, "do": {"hold": True, "when": "after"}})
    operation = home.run("stack", "delete", "outer", "--no-wait").out.strip()
    wait_until(lambda: cloud.state()["rules"][0]["fired"], "the delete has come")
    home.run("operation", "cancel", operation)
    cloud.rules()
    home.run("operation", "wait", operation, exit=1)
    assert home.json("operation", "show", operation)["status"] == "CANCELLED"
    left = sorted(thing["type"] for thing in cloud.things())
    assert left.count("named") == 2 and "token" in left and "tagged" not in left
    home.run("operation", "retry", operation)
    assert cloud.things() == []


def test_a_client_that_polls_takes_a_held_operation_up_now_and_then(home, cloud, tmp_path):
    """Each taking up raises the operation's epoch. When the plugin is there again, the next command lets it go on at once."""
    cloud.rules({"match": {"op": "create", "type": "named"}, "do": {"hold": True, "when": "after"}})
    operation = home.run("stack", "create", "four", "--template", "four.yaml", "--no-wait").out.strip()
    wait_until(lambda: cloud.state()["rules"][0]["fired"], "the create has come")
    (tmp_path / "plugins" / "simulated").rename(tmp_path / "elsewhere")
    # A change is made with the plugins of that moment: the host sees now that it is gone.
    home.run("stack", "create", "five", "--template", "four.yaml", exit=None)
    cloud.rules()
    shown = lambda: home.json("operation", "show", operation)
    held = wait_until(lambda: (found := shown())["status"] == "HELD" and found, "the operation is held")
    before = epoch(home, operation)
    for _ in range(50):
        assert shown()["reason"] == held["reason"]
    # Two seconds after the first time, four after the second, and so on.
    assert epoch(home, operation) - before <= 4
    assert [e["status"] for e in shown()["events"] if e["type"] == "Cld::Operation"] == ["HELD"]
    (tmp_path / "elsewhere").rename(tmp_path / "plugins" / "simulated")
    home.run("stack", "create", "four", "--template", "four.yaml", exit=73)
    wait_until(lambda: shown()["status"] == "SUCCEEDED", "the operation has ended")
    assert effects(cloud, "created") == each(1)


def epoch(home, operation):
    with sqlite3.connect(f"file:{home.home}/data/deployments/cld.sqlite?mode=ro", uri=True) as connection:
        return connection.execute("SELECT epoch FROM operations WHERE id = ?", (operation,)).fetchone()[0]
