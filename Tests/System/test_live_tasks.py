"""The whole path against ministack, where services have tasks (Fargate)."""
import time

from support import files
from support.judge import counts, inventory


def test_an_application_on_fargate_is_deployed_logged_and_removed(ministack, proxies, homes):
    """env → app → logs (deployment and runtime, as text) → delete: zero left."""
    cld = homes(proxies(ministack))
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.file("app.yaml", files.APP_WITH_DATABASE)
    cld.run("env", "create", "shop", "environment.yaml")
    greet = cld.json("app", "deploy", "greet", "shop", "app.yaml")
    assert greet["status"] == "available"
    service = next(r for r in greet["resources"] if r["logical_id"] == "Service")
    assert service["attributes"]["RunningCount"] >= 1

    _write_log(ministack, "listening on 5000")
    _stop_a_task(ministack)
    text = cld.run("app", "logs", "greet").out
    runtime = [line for line in text.splitlines() if " runtime " in line]
    deployment = [line for line in text.splitlines() if " deployment " in line]
    assert any(line.endswith("listening on 5000") for line in runtime), text
    assert any("stopped by the test" in line for line in deployment), text
    lines = cld.json("app", "logs", "greet")
    assert {line["source"] for line in lines} == {"runtime", "deployment"}

    cld.run("app", "delete", "greet")
    assert counts(inventory(ministack)) == {"cluster": 1, "database": 1, "database subnet group": 1, "security group": 2}
    cld.run("env", "delete", "shop")
    assert inventory(ministack) == {}
    assert cld.json("env", "list") == [] and cld.json("app", "list") == []


def _write_log(cloud, text):
    """What the container's log driver would write."""
    logs = cloud.client("logs")
    group = logs.describe_log_groups()["logGroups"][0]["logGroupName"]
    logs.create_log_stream(logGroupName=group, logStreamName="app/app/0123")
    logs.put_log_events(
        logGroupName=group, logStreamName="app/app/0123", logEvents=[{"timestamp": int(time.time() * 1000), "message": text}])


def _stop_a_task(cloud):
    ecs = cloud.client("ecs")
    cluster = ecs.list_clusters()["clusterArns"][0]
    task = ecs.list_tasks(cluster=cluster)["taskArns"][0]
    ecs.stop_task(cluster=cluster, task=task, reason="stopped by the test")
