"""A stack belongs to one account; a client of another one touches nothing of it."""
import pytest

from support import files
from support.judge import inventory
from support.waiting import wait_until

ACCOUNT_A, ACCOUNT_B = "111111111111", "222222222222"


@pytest.fixture
def moved(ministack, proxies, homes):
    """An environment that was made with account A, and a client that now has account B: (home, proxy, what A had)."""
    proxy = proxies(ministack)
    cld = homes(proxy, access_key=ACCOUNT_A)
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.file("app.yaml", files.APP)
    cld.run("env", "create", "shop", "environment.yaml")
    before = inventory(ministack, access_key=ACCOUNT_A)
    assert before
    cld.use_keys(ACCOUNT_B, "dummy-secret-key")
    proxy.clear()
    return cld, proxy, before


@pytest.mark.parametrize("restarts", [False, True], ids=["same host", "host restarted"])
@pytest.mark.parametrize("arguments", [
    ("env", "delete", "shop"), ("app", "deploy", "greet", "shop", "app.yaml"), ("resource", "refresh", "shop/RdsDatabase"),
    ("resource", "stop", "shop/RdsDatabase"),
], ids=["env delete", "app deploy", "resource refresh", "resource stop"])
def test_a_client_of_another_account_is_refused_and_nothing_is_touched(moved, ministack, arguments, restarts):
    cld, proxy, before = moved
    if restarts:
        cld.run("serve", "--stop")
    result = cld.run(*arguments, exit=77)
    assert ACCOUNT_A in result.err and ACCOUNT_B in result.err and "shop" in result.err, result
    assert len(result.err.splitlines()) == 1
    assert not proxy.mutating()
    assert inventory(ministack, access_key=ACCOUNT_A) == before
    assert inventory(ministack, access_key=ACCOUNT_B) == {}
    shop = cld.json("env", "show", "shop")
    assert shop["stack_status"] == "CREATE_COMPLETE" and shop["account"] == ACCOUNT_A
    assert {r["status"] for r in shop["resources"]} == {"CREATE_COMPLETE"}, "nothing is reported missing"


def test_two_accounts_have_an_environment_each(moved, ministack):
    """The same host serves both; each delete removes its own account's things."""
    cld, proxy, before = moved
    cld.run("env", "create", "other", "environment.yaml")
    assert {c.access_key for c in proxy.calls} == {ACCOUNT_B}
    cld.run("env", "delete", "other")
    assert inventory(ministack, access_key=ACCOUNT_B) == {}
    assert inventory(ministack, access_key=ACCOUNT_A) == before
    cld.use_keys(ACCOUNT_A, "dummy-secret-key")
    cld.run("env", "delete", "shop")
    assert inventory(ministack, access_key=ACCOUNT_A) == {}


def test_an_operation_that_a_crash_left_waits_for_its_own_account(ministack, proxies, homes):
    """With account B the operation is held and says so; with account A it goes on."""
    proxy = proxies(ministack)
    cld = homes(proxy, access_key=ACCOUNT_A)
    cld.file("environment.yaml", files.RDS)
    rule = proxy.on("CreateDBInstance", after=lambda _: cld.kill_host(), drop_after=True)
    operation = cld.run("env", "create", "shop", "environment.yaml", "--no-wait").out.strip()
    wait_until(lambda: rule.done, "the host is dead")
    cld.use_keys(ACCOUNT_B, "dummy-secret-key")
    calls = len(proxy.calls)
    cld.run("env", "list")
    held = wait_until(
        lambda: (o := cld.json("operation", "show", operation))["status"] == "HELD" and o, "the operation is held")
    assert ACCOUNT_A in held["reason"]
    assert all(c.service == "sts" for c in proxy.calls[calls:])
    cld.use_keys(ACCOUNT_A, "dummy-secret-key")
    cld.run("operation", "wait", operation)
    assert cld.json("env", "show", "shop")["status"] == "available"
    cld.run("env", "delete", "shop")
    assert inventory(ministack, access_key=ACCOUNT_A) == {}


def test_a_role_of_another_account_is_where_everything_is_made(moto, proxies, homes):
    """A profile with role_arn: its account is the environment's, and the source profile's account stays empty."""
    proxy = proxies(moto)
    cld = homes(proxy)
    role = f"arn:aws:iam::{ACCOUNT_B}:role/deployer"
    (cld.folder / ".aws/config").write_text(f"[profile deploy]\nrole_arn = {role}\nsource_profile = tester\nregion = eu-west-1\n")
    cld.variables["AWS_PROFILE"] = "deploy"
    cld.file("environment.yaml", files.RDS)
    shop = cld.json("env", "create", "shop", "environment.yaml")
    assert shop["account"] == ACCOUNT_B
    keys = moto.client("sts").assume_role(RoleArn=role, RoleSessionName="judge")["Credentials"]
    judge = {"access_key": keys["AccessKeyId"], "secret_key": keys["SecretAccessKey"], "token": keys["SessionToken"]}
    assert len(inventory(moto, **judge)["database"]) == 1
    assert inventory(moto) == {}
    cld.variables["AWS_PROFILE"] = "tester"
    result = cld.run("env", "delete", "shop", exit=77)
    assert ACCOUNT_B in result.err
    cld.variables["AWS_PROFILE"] = "deploy"
    cld.run("env", "delete", "shop")
    assert inventory(moto, **judge) == {}
