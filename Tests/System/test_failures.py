"""Creation that fails at its last step goes back to nothing, says why, and exits 1; with `--on-failure keep` it stays."""
import json
import re

import pytest

from support import files
from support.containers import ContainerEngine
from support.emulator import MinistackWithContainers
from support.judge import counts, inventory


def test_a_database_that_is_refused_undoes_the_environment(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.RDS_FARGATE)
    moto_proxy.on("CreateDBInstance", times=None, error=(400, "InstanceQuotaExceeded", "DB instance quota exceeded"))
    result = cld.run("env", "create", "shop", "environment.yaml", exit=1)
    assert "RdsDatabase" in result.err.splitlines()[-1] and "DB instance quota exceeded" in result.err.splitlines()[-1]
    assert inventory(moto) == {}
    shop = cld.json("env", "show", "shop")
    assert shop["stack_status"] == "ROLLBACK_COMPLETE" and "quota" in shop["status_reason"]


def test_a_failed_creation_gives_its_name_to_the_next_attempt(cld, moto_proxy, moto):
    cld.file("environment.yaml", files.RDS)
    moto_proxy.on("CreateDBInstance", times=1, error=(400, "InstanceQuotaExceeded", "DB instance quota exceeded"))
    cld.run("env", "create", "shop", "environment.yaml", exit=1)
    cld.run("env", "create", "shop", "environment.yaml")
    assert len(cld.json("env", "list")) == 1
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


def test_kept_failures_are_left_and_listed(cld, moto_proxy, moto):
    """`--on-failure keep` leaves what was made, lists it, and it can be deleted afterwards."""
    cld.file("environment.yaml", files.RDS)
    moto_proxy.on("CreateDBInstance", times=None, error=(400, "InstanceQuotaExceeded", "DB instance quota exceeded"))
    result = cld.run("env", "create", "shop", "environment.yaml", "--on-failure", "keep", exit=1)
    assert "quota" in result.err
    assert counts(inventory(moto)) == {"database subnet group": 1, "security group": 1}
    shop = cld.json("env", "show", "shop")
    assert shop["stack_status"] == "CREATE_FAILED"
    states = {r["logical_id"]: r["status"] for r in shop["resources"]}
    assert states["RdsSecurityGroup"] == "CREATE_COMPLETE" and states["RdsDatabase"] == "CREATE_FAILED"
    assert {"RdsSecurityGroup", "RdsSubnetGroup"} <= {r["logical_id"] for r in cld.json("resource", "list", "--env", "shop")}
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}


@pytest.fixture
def live(ministack, proxies, homes):
    """An environment on Fargate: (home, proxy)."""
    proxy = proxies(ministack)
    cld = homes(proxy)
    cld.file("environment.yaml", files.FARGATE)
    cld.file("app.yaml", files.APP)
    cld.run("env", "create", "shop", "environment.yaml")
    return cld, proxy


def test_a_service_that_never_gets_steady_is_undone_by_the_circuit_breaker(live, ministack):
    """The breaker's verdict, with the reason why the tasks stopped, is what the user reads."""
    cld, proxy = live
    before = inventory(ministack)

    def fail(answer):
        document = json.loads(answer)
        for service in document.get("services", []):
            service["runningCount"] = 0
            for deployment in service["deployments"]:
                deployment.update(
                    rolloutState="FAILED", rolloutStateReason="ECS deployment circuit breaker: tasks failed to start.",
                    runningCount=0, failedTasks=3)
        return json.dumps(document).encode()

    created = lambda call: call.action == "DescribeServices" and bool(proxy.actions("CreateService"))
    proxy.on(created, times=None, rewrite=fail)
    result = cld.run("app", "deploy", "greet", "shop", "app.yaml", exit=1)
    assert "circuit breaker" in result.err.splitlines()[-1]
    assert inventory(ministack) == before
    assert cld.json("app", "show", "greet")["stack_status"] == "ROLLBACK_COMPLETE"
    assert proxy.actions("CreateService")[0]["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] is True


@pytest.fixture(scope="module")
def engine():
    engine = ContainerEngine()
    try:
        engine.build_crashing_image("localhost/greetings:1")
        if obstacle := engine.obstacle("localhost/greetings:1"):
            pytest.skip(obstacle)
        yield engine
    finally:
        engine.close()


def test_an_image_that_crashes_triggers_the_circuit_breaker(engine, proxies, homes):
    """Real containers, and the emulator's own breaker: the user reads why, and finds the program's last words when the rest is kept."""
    cloud = MinistackWithContainers(engine)
    try:
        cld = homes(proxies(cloud))
        cld.file("environment.yaml", files.FARGATE)
        cld.file("app.yaml", files.APP.replace("registry.example", "localhost"))
        cld.run("env", "create", "shop", "environment.yaml")
        before = inventory(cloud)
        result = cld.run("app", "deploy", "greet", "shop", "app.yaml", exit=1)
        last = result.err.splitlines()[-1]
        assert re.search("circuit breaker was triggered after 3 consecutive task failures.*app exited with 3", last), last
        assert cld.json("app", "show", "greet")["stack_status"] == "ROLLBACK_COMPLETE"
        assert inventory(cloud) == before
        cld.run("app", "delete", "greet")

        cld.run("app", "deploy", "greet", "shop", "app.yaml", "--on-failure", "keep", exit=1)
        assert cld.json("app", "show", "greet")["stack_status"] == "CREATE_FAILED"
        logs = cld.run("app", "logs", "greet").out
        assert "Essential container exited, app exited with 3" in logs and "greetings: no configuration" in logs
        cld.run("app", "delete", "greet")
        assert inventory(cloud) == before
    finally:
        cloud.close()


def test_a_load_balancer_that_is_refused_undoes_the_application(live, ministack):
    cld, proxy = live
    before = inventory(ministack)
    proxy.on("CreateLoadBalancer", times=None, error=(400, "TooManyLoadBalancers", "The quota of load balancers is reached"))
    result = cld.run("app", "deploy", "greet", "shop", "app.yaml", exit=1)
    assert re.search("LoadBalancer: .*quota of load balancers", result.err.splitlines()[-1])
    assert inventory(ministack) == before


def test_a_kept_application_is_listed_and_deleted(live, ministack):
    cld, proxy = live
    before = inventory(ministack)
    proxy.on("CreateLoadBalancer", times=None, error=(400, "TooManyLoadBalancers", "The quota of load balancers is reached"))
    cld.run("app", "deploy", "greet", "shop", "app.yaml", "--on-failure", "keep", exit=1)
    greet = cld.json("app", "show", "greet")
    assert greet["stack_status"] == "CREATE_FAILED"
    assert inventory(ministack) != before
    cld.run("app", "delete", "greet")
    assert inventory(ministack) == before
