"""What docs/plugin-author.md tells authors to do is done here, and what it shows stands in the examples."""
import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest

from support.cld import prefix

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/plugin-author.md").read_text()


def blocks(kind):
    """The blocks whose fence has that word, with what it is set to."""
    return [(value or "", text) for word, value, text in re.findall(r"```\w+ (\w+)=?(\S*)\n(.*?)```", PAGE, re.S) if word == kind]


@pytest.mark.parametrize("path, text", blocks("from"), ids=lambda value: value if len(value) < 40 else "")
def test_what_the_page_shows_stands_in_the_example(path, text):
    assert text in (ROOT / path).read_text()


def test_the_cassette_of_the_page_is_one():
    [text] = [text for text in re.findall(r"```json\n(.*?)```", PAGE, re.S) if "cassette_version" in text]
    jsonschema.validate(json.loads(text), json.loads((ROOT / "schemas/cassette.schema.json").read_text()))


@pytest.mark.parametrize("example", sorted(ROOT.glob("Examples/*-driver")), ids=lambda path: path.name)
def test_the_manifests_and_schemas_of_the_examples_are_valid(example):
    for path, schema in [("manifest.json.in", "manifest"), ("types/Topic.json", "type")]:
        jsonschema.validate(json.loads((example / path).read_text()), json.loads((ROOT / f"schemas/{schema}.schema.json").read_text()))


def test_a_stranger_follows_the_page(cld, moto):
    """Every command of the page, in its order, in a fresh home: the topic is there in the end, and gone when it is deleted."""
    cld.folder.chmod(0o755)
    for name, text in blocks("file"):
        cld.file(name, text)
    variables = cld.environment()
    variables["PATH"] = f"{prefix() / 'bin'}:{variables['PATH']}"
    printed = ""
    for _, text in blocks("run"):
        for line in text.strip().splitlines():
            done = subprocess.run(["sh", "-c", line], cwd=cld.folder, env=variables, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
            printed += done.stdout + done.stderr
    assert "acme: passed, " in printed and "describe: passed" in printed
    [topic] = moto.client("sns").list_topics()["Topics"]
    assert f"AcmeTopicArn: {topic['TopicArn']}" in printed
    assert moto.client("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]["DisplayName"] == "Orders"
    cld.run("env", "delete", "orders")
    assert moto.client("sns").list_topics()["Topics"] == []
