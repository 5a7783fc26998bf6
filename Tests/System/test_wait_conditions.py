"""Wait conditions, creation policies and metadata: things tell the host how they are, at signed addresses that outlive it."""
import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64decode

from support import templates
from support.judge import inventory
from support.waiting import wait_until


def put(url, signal):
    """A signal, as a machine's curl sends it; gives the HTTP status and the body."""
    done = subprocess.run(
        ["curl", "-sS", "-X", "PUT", "-H", "Content-Type:", "--data-binary", "@-",
         "-w", "\n%{http_code}", url], input=signal if isinstance(signal, str) else json.dumps(signal), capture_output=True, text=True, check=True)
    body, status = done.stdout.rsplit("\n", 1)
    return int(status), body


def signal(unique, status="SUCCESS", **more):
    return {"Status": status, "UniqueId": unique, "Reason": "because", "Data": f"data of {unique}", **more}


def resource(cld, stack, logical_id):
    found = [r for r in cld.json("stack", "resources", stack)["StackResources"] if r["LogicalResourceId"] == logical_id]
    return found[0] if found else {}


def handle_of(cld, stack):
    return wait_until(lambda: resource(cld, stack, "Handle").get("PhysicalResourceId"), "the handle has its address")


def reaches(cld, stack, logical_id, status):
    return wait_until(lambda: resource(cld, stack, logical_id).get("ResourceStatus") == status, f"{logical_id} is {status}")


def final(cld, stack):
    def is_over():
        [found] = cld.json("stack", "show", stack)["Stacks"]
        return found if not found["StackStatus"].endswith("IN_PROGRESS") else None

    return wait_until(is_over, "the stack has ended", seconds=40)


def test_a_condition_waits_for_its_signals_and_hands_over_their_data(cld, moto):
    cld.file("w.yaml", templates.WAITING)
    cld.run("stack", "create", "w", "--template", "w.yaml", "-p", "Count=2", "--no-wait")
    url = handle_of(cld, "w")
    assert put(url, signal("one"))[0] == 200
    # The same sender again is one sender.
    assert put(url, signal("one", Data="newer"))[0] == 200
    reaches(cld, "w", "Ready", "CREATE_IN_PROGRESS")
    assert put(url, signal("two"))[0] == 200
    stack = final(cld, "w")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert json.loads(stack["Outputs"][0]["OutputValue"]) == {"one": "newer", "two": "data of two"}
    cld.run("stack", "delete", "w")
    assert inventory(moto) == {}
    assert put(url, signal("late"))[0] == 404


def test_a_failure_signal_rolls_the_stack_back(cld, moto):
    cld.file("w.yaml", templates.WAITING)
    cld.run("stack", "create", "w", "--template", "w.yaml", "--no-wait")
    assert put(handle_of(cld, "w"), signal("one", "FAILURE", Reason="no disk"))[0] == 200
    stack = final(cld, "w")
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE" and "no disk" in stack["StackStatusReason"]
    assert inventory(moto) == {}


def test_a_condition_without_signals_times_out(cld, moto):
    cld.file("w.yaml", templates.WAITING)
    failed = cld.run("stack", "create", "w", "--template", "w.yaml", "-p", "Timeout=1", exit=1)
    assert "WaitCondition timed out. Received 0 conditions when expecting 1" in failed.err
    assert inventory(moto) == {}


def test_a_signal_is_kept_over_a_restart_of_the_host(cld):
    cld.file("w.yaml", templates.WAITING)
    cld.run("stack", "create", "w", "--template", "w.yaml", "-p", "Count=2", "--no-wait")
    url = handle_of(cld, "w")
    assert put(url, signal("one"))[0] == 200
    cld.kill_host()
    cld.run("stack", "list")
    wait_until(lambda: put_or_none(url, signal("two")) == 200, "the host listens at the same address again")
    assert final(cld, "w")["StackStatus"] == "CREATE_COMPLETE"


def put_or_none(url, body):
    try:
        return put(url, body)[0]
    except subprocess.CalledProcessError:
        return None


def test_what_is_no_signal_is_refused(cld):
    cld.file("w.yaml", templates.WAITING)
    cld.run("stack", "create", "w", "--template", "w.yaml", "--no-wait")
    url = handle_of(cld, "w")
    base = url.split("/v1/")[0]
    assert put(url[:-1] + ("0" if url[-1] != "0" else "1"), signal("one"))[0] == 403
    assert put(url, "no json")[0] == 400
    assert put(url, {"Status": "MAYBE", "UniqueId": "one"})[0] == 400
    assert put(url, {"Status": "SUCCESS"})[0] == 400
    assert put(url, signal("x" * 100_000))[0] == 413
    # The API itself is not served there.
    for path in ("/v1/stacks", "/v1/status", "/"):
        assert status_of(base + path) == 404
    reaches(cld, "w", "Ready", "CREATE_IN_PROGRESS")
    cld.run("stack", "cancel", "w")
    assert cld.json("stack", "show", "w")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"


def test_a_creation_policy_waits_for_a_helper_script(cld, moto):
    cld.file("p.yaml", """\
Resources:
  Address: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Ref "Cld::HelperURL"}}
  Log:
    Type: AWS::Logs::LogGroup
    DependsOn: Address
    CreationPolicy: {ResourceSignal: {Count: 2, Timeout: PT1M}}
    Metadata: {"AWS::CloudFormation::Init": {config: {files: {/etc/motd: {content: !Sub "hello from ${AWS::StackName}"}}}}}
""")
    cld.run("stack", "create", "p", "--template", "p.yaml", "--no-wait")
    reaches(cld, "p", "Log", "CREATE_IN_PROGRESS")
    secrets = moto.client("secretsmanager")
    helper = secrets.get_secret_value(SecretId=secrets.list_secrets()["SecretList"][0]["ARN"])["SecretString"]
    answer = ask(helper, Action="DescribeStackResource", StackName="p", LogicalResourceId="Log", ContentType="JSON")
    detail = answer["DescribeStackResourceResponse"]["DescribeStackResourceResult"]["StackResourceDetail"]
    assert json.loads(detail["Metadata"])["AWS::CloudFormation::Init"]["config"]["files"]["/etc/motd"]["content"] == "hello from p"
    # What cfn-init's client reads without looking whether it is there.
    assert detail["LastUpdatedTimestamp"] > 1_700_000_000 and detail["ResourceStatus"] == "CREATE_IN_PROGRESS" and detail["ResourceType"]
    for unique in ("a", "b"):
        ask(helper, Action="SignalResource", StackName="p", LogicalResourceId="Log", UniqueId=unique, Status="SUCCESS")
    assert final(cld, "p")["StackStatus"] == "CREATE_COMPLETE"
    assert status_of(helper + "?Action=DescribeStackResource&LogicalResourceId=Nothing") == 404
    assert status_of(helper[:-1] + "x?Action=DescribeStackResource&LogicalResourceId=Log") == 403
    cld.run("stack", "delete", "p")
    assert inventory(moto) == {}


def ask(url, **query):
    with urllib.request.urlopen(url + "?" + urllib.parse.urlencode(query)) as answer:
        return json.load(answer)


def status_of(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


# StackMate's two stories

def machine(moto):
    """The one machine of the account, once it is there, with its user data as text."""
    ec2 = moto.client("ec2")
    ids = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"] if i["State"]["Name"] == "running"]
    if not ids:
        return None
    data = ec2.describe_instance_attribute(InstanceId=ids[0], Attribute="userData")["UserData"].get("Value")
    return data and b64decode(data).decode()


def run_as_machine(script):
    """Runs the curl line of a machine's user data, as the machine would."""
    line = next(line for line in script.splitlines() if line.startswith("curl "))
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True)


def test_a_lamp_stack_is_ready_when_its_machine_says_so(cld, moto):
    cld.file("lamp.yaml", templates.LAMP)
    cld.run("stack", "create", "lamp", "--template", "lamp.yaml", "-p", "DatabasePassword=correct-horse", "--no-wait")
    script = wait_until(lambda: machine(moto), "the machine runs", seconds=30)
    assert "password correct-horse" in script
    reaches(cld, "lamp", "Installed", "CREATE_IN_PROGRESS")
    words = next(line for line in script.splitlines() if line.startswith("metadata ")).split('"')
    answer = ask(words[1], Action="DescribeStackResource", StackName=words[3], LogicalResourceId="Server", ContentType="JSON")
    metadata = json.loads(answer["DescribeStackResourceResponse"]["DescribeStackResourceResult"]["StackResourceDetail"]["Metadata"])
    assert metadata["AWS::CloudFormation::Init"]["config"]["packages"]["yum"] == {"httpd": [], "php": []}
    done = run_as_machine(script)
    assert done.returncode == 0 and json.loads(done.stdout) == {"status": "received"}, done
    stack = final(cld, "lamp")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
    assert json.loads(outputs["Installed"]) == {"server": "index.php"} and outputs["Page"].startswith("http://")
    cld.run("stack", "delete", "lamp")
    assert inventory(moto) == {}


def test_a_lamp_stack_that_fails_in_the_middle_is_gone_afterwards(cld, moto):
    cld.file("lamp.yaml", templates.LAMP)
    cld.run("stack", "create", "lamp", "--template", "lamp.yaml", "-p", "DatabasePassword=correct-horse", "--no-wait")
    script = wait_until(lambda: machine(moto), "the machine runs", seconds=30)
    reaches(cld, "lamp", "Installed", "CREATE_IN_PROGRESS")
    run_as_machine(script.replace('"SUCCESS"', '"FAILURE"').replace("installed", "mysqld does not start"))
    stack = final(cld, "lamp")
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE" and "mysqld does not start" in stack["StackStatusReason"]
    assert inventory(moto) == {}
