"""One stack with resources of two clouds: references across, updates, and one rollback for both."""
import pytest

from support import notes
from support.judge import inventory
from support.waiting import wait_until
from test_crashes import ended, kill_at

TEMPLATE = """\
Parameters: {Text: {Type: String, Default: first}}
Resources:
  Log: {Type: AWS::Logs::LogGroup}
  Note: {Type: "Other::Notes::Note", Properties: {Text: !Sub "${Text} in ${Log}"}}
  Second: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Join ["/", ["", !Select [1, !Split ["://", !GetAtt Note.Address]]]]}}
"""


@pytest.fixture
def cloud():
    made = notes.Notes()
    yield made
    made.close()


@pytest.fixture
def home(homes, moto_proxy, cloud, tmp_path):
    tmp_path.chmod(0o755)
    folder = notes.install(tmp_path / "plugins")
    made = homes(moto_proxy, variables={"CLD_PLUGIN_PATH": str(folder), "CLD_ENDPOINT_URL_NOTES": cloud.url})
    made.file("two.yaml", TEMPLATE)
    return made


def test_a_stack_of_two_clouds(home, moto, cloud):
    home.run("stack", "create", "two", "--template", "two.yaml")
    [note] = cloud.things.values()
    groups = inventory(moto)["log group"]
    assert note["text"] == "first in " + next(g for g in groups if not g.startswith("/"))
    assert "/" + note["name"] in groups
    home.run("stack", "update", "two", "-p", "Text=second")
    [note] = cloud.things.values()
    assert note["text"].startswith("second in ")
    home.run("stack", "delete", "two")
    assert cloud.things == {} and inventory(moto) == {}


def test_a_failure_in_one_cloud_undoes_the_other(home, moto, cloud):
    cloud.refusal = "no more notes"
    failed = home.run("stack", "create", "two", "--template", "two.yaml", exit=1)
    assert "no more notes" in failed.err
    assert cloud.things == {} and inventory(moto) == {}


@pytest.mark.parametrize("number", [1, 2])
def test_a_host_that_dies_goes_on_in_both(home, moto_proxy, moto, cloud, number):
    rule = kill_at(home, moto_proxy, number, "CreateLogGroup")
    home.run("stack", "create", "two", "--template", "two.yaml", "--no-wait", exit=None)
    wait_until(lambda: rule.done, "the host died")
    home.run("stack", "list")
    ended(home)
    assert home.json("stack", "show", "two")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert len(cloud.things) == 1 and len(inventory(moto)["log group"]) == 2
    # Other variables lead to another cloud, where nothing of this is.
    refused = home.run("stack", "delete", "two", exit=77, CLD_ENDPOINT_URL_NOTES="http://127.0.0.1:9")
    assert "nothing was touched" in refused.err
    home.run("stack", "delete", "two")
    assert cloud.things == {} and inventory(moto) == {}
