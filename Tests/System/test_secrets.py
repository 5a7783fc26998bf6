"""Planted secrets are found nowhere in the clear but where they belong: in the user's own files, and in the cloud's secret store."""
import base64
import json
import re
from pathlib import Path

from support import files
from support.tracing import trace_workers

KEY = "CanarySecretKey/7fQ+z9LmT2"
DATABASE = "CanaryDatabase-8xWq5RtY"
TOKEN = "CanaryRegistryToken-3hJk9PsD"
PRIVATE = "CanaryPrivateKey-9dTf2MwZ"
OWN = "CanaryOwnEnvironment-6bNv4GcE"


def forms(secret):
    """The secret, and what of it any base64 text that contains it must have."""
    found = [secret.encode(), secret.replace("/", "%2F").replace("+", "%2B").encode()]
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret.encode())
        found.append(encoded[4 if offset else 0:-4])
    return found


def check(place, content, secrets):
    for secret in secrets:
        for form in forms(secret):
            assert form not in content, f"{secret} is in {place}"


def test_planted_secrets_are_found_nowhere_in_the_clear(moto, proxies, homes):
    """AWS secret key, database password, registry token, private key, a password of the application: through a whole run."""
    proxy = proxies(moto)
    proxy.on("CreateKeyPair", times=None, rewrite=lambda answer: re.sub(
        b"<keyMaterial>.*</keyMaterial>", f"<keyMaterial>{PRIVATE}</keyMaterial>".encode(), answer, flags=re.S))
    cld = homes(proxy, secret_key=KEY)
    folder = trace_workers(cld, "read,write")
    key_pair = "    aws:\n      - resource: {type: key-pair}\n"
    environment = files.RDS_FARGATE.replace("    aws:\n", key_pair).replace("engine: mysql,", f"engine: mysql, password: {DATABASE},")
    cld.file("environment.yaml", environment)
    cld.file("app.yaml", files.APP_WITH_DATABASE + f"    OWN_PASSWORD: {OWN}\n" + f"  registry: {{username: robot, password: {TOKEN}}}\n")
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    for arguments in (
            ("env", "show", "shop"), ("env", "list"), ("app", "show", "greet"), ("app", "logs", "greet"), ("resource", "list"),
            ("resource", "show", "shop/RdsDatabase"), ("resource", "show", "shop/KeyPairKey"), ("operation", "list"),
            ("resource", "refresh", "shop/RdsDatabase")):
        cld.run(*arguments)
        cld.run(*arguments, "-o", "json")
    operations = cld.json("operation", "list")
    for operation in operations:
        cld.json("operation", "show", operation["id"])
    secrets = (KEY, DATABASE, TOKEN, PRIVATE, OWN)

    # They did arrive where they belong.
    created = proxy.actions("CreateDBInstance")[0]
    assert created["MasterUserPassword"] == DATABASE
    manager = moto.client("secretsmanager")
    values = [manager.get_secret_value(SecretId=s["Name"])["SecretString"] for s in manager.list_secrets()["SecretList"]]
    assert DATABASE in values and OWN in values and any(TOKEN in value for value in values)

    assert cld.json("resource", "show", "shop/KeyPairKey", "--reveal")["attributes"]["KeyMaterial"] == PRIVATE
    cld.outputs.pop()

    # And nowhere else: the home (database, WAL, logs, cache) while the host lives, the answers, the workers' frames, the cloud's public side.
    paths = [p for p in cld.home.rglob("*") if p.is_file()]
    assert any(p.name.endswith("-wal") for p in paths) and any(p.name == "host.log" for p in paths)
    for path in paths:
        check(path.name, path.read_bytes(), secrets)
    for result in cld.outputs:
        check(f"the output of cld {' '.join(result.arguments)}", (result.out + result.err).encode(), secrets)
    frames = [p for p in folder.iterdir()]
    assert sum(p.stat().st_size for p in frames) > 10_000
    for path in frames:
        check("a worker's frames", path.read_bytes(), secrets)
    ecs = moto.client("ecs")
    for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
        check("a task definition", json.dumps(ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]).encode(), secrets)
    for call in proxy.calls:
        check(str(call), call.raw, (KEY,))
    limits = Path(f"/proc/{cld.host()}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"], "no core dump of the host"

    # Nor after the end.
    cld.run("app", "delete", "greet")
    cld.run("env", "delete", "shop")
    cld.run("serve", "--stop")
    for path in cld.home.rglob("*"):
        if path.is_file():
            check(path.name, path.read_bytes(), secrets)


def test_reveal_shows_what_show_hides(cld):
    """`****` for everyone who does not ask; the password for who does."""
    cld.file("environment.yaml", files.RDS.replace("engine: mysql,", f"engine: mysql, password: {DATABASE},"))
    cld.run("env", "create", "shop", "environment.yaml")
    hidden = cld.json("resource", "show", "shop/RdsDatabase")
    assert hidden["properties"]["MasterUserPassword"] == "****"
    shown = cld.json("resource", "show", "shop/RdsDatabase", "--reveal")
    assert shown["properties"]["MasterUserPassword"] == DATABASE


def test_state_is_for_its_owner_only(cld):
    cld.file("environment.yaml", files.FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    assert cld.home.stat().st_mode & 0o077 == 0
    for path in cld.home.rglob("*"):
        assert path.lstat().st_mode & 0o077 == 0, path


def test_a_registry_password_of_any_characters_reaches_the_secret_store(ministack, proxies, homes):
    """ECS reads the secret as JSON."""
    cld = homes(proxies(ministack))
    cld.file("environment.yaml", files.FARGATE)
    cld.file("app.yaml", files.APP + "  registry: {username: robot, password: 'a\"b\\c'}\n")
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("app", "deploy", "greet", "shop", "app.yaml")
    manager = ministack.client("secretsmanager")
    values = [manager.get_secret_value(SecretId=s["Name"])["SecretString"] for s in manager.list_secrets()["SecretList"]]
    assert json.loads(values[0]) == {"username": "robot", "password": 'a"b\\c'}
