"""Manifests and schemas that are not as the contract says."""
import json
import platform

from .case import Case

SYNTAX, INVALID = "CLD-P-MANIFEST-SYNTAX", "CLD-P-MANIFEST-INVALID"


def text(replace):
    """The manifest's text, changed."""

    def change(plugin):
        plugin.rewrite = replace

    return change


def put(*path, value):
    """A member set to another value."""

    def change(plugin):
        place = plugin.manifest
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def drop(key):
    return lambda plugin: plugin.manifest.pop(key)


def schema(**members):
    return lambda plugin: plugin.schema.update(members)


def schema_text(value):
    def change(plugin):
        plugin.schema_text = value

    return change


CALL = ("endpoints", "ec2", "calls", "DescribeVpcs")
CASES = [
    Case("manifest-empty", SYNTAX, change=text(lambda _: "")),
    Case("manifest-no-json", SYNTAX, change=text(lambda _: "name: yaml\n")),
    Case("manifest-cut-off", SYNTAX, change=text(lambda t: t[:200])),
    Case("manifest-two-values", SYNTAX, change=text(lambda t: t + "{}")),
    Case("manifest-trailing-comma", SYNTAX, change=text(lambda t: t[:-1] + ",}")),
    Case("manifest-comment", SYNTAX, change=text(lambda t: "/* for humans */" + t)),
    Case("manifest-nan", SYNTAX, change=text(lambda t: t.replace('"manifest_version": 1', '"manifest_version": NaN'))),
    Case("manifest-huge-number", SYNTAX, change=text(lambda t: t.replace('"min": 1', '"min": 1e999'))),
    Case("manifest-duplicate-key", SYNTAX, "manifest.json:1:", change=text(lambda t: '{"name": "other", ' + t[1:])),
    Case("manifest-bad-utf-8", SYNTAX, change=text(lambda t: t.encode().replace(b"For tests", b"For \xff tests"))),
    Case("manifest-lone-surrogate", SYNTAX, change=text(lambda t: t.replace("For tests", "For \\ud800 tests"))),
    Case("manifest-utf-16", SYNTAX, change=text(lambda t: t.encode("utf-16"))),
    Case("manifest-nul", SYNTAX, change=text(lambda t: t.replace("For tests", "For \0 tests"))),
    Case("manifest-array", INVALID, change=text(lambda _: "[]")),
    Case("manifest-too-large", INVALID, "256", change=text(lambda t: t + " " * (256 * 1024))),
    Case("manifest-too-deep", INVALID, "32", change=put("x-deep", value=json.loads("[" * 40 + "]" * 40))),
    Case("manifest-deep-bomb", INVALID, "32", change=text(lambda _: "[" * 100_000)),
    Case("manifest-unknown-key", INVALID, "did you mean", change=put("lisence", value="MIT")),
    Case("manifest-missing-name", INVALID, '"name" is missing', change=drop("name")),
    Case("manifest-other-version", INVALID, change=put("manifest_version", value=2)),
    Case("manifest-wrong-type", INVALID, change=put("version", value=1)),
    Case("manifest-other-folder", INVALID, change=put("name", value="another")),
    Case("manifest-name-is-a-path", INVALID, change=put("name", value="../up")),
    Case("manifest-negative-abi", INVALID, change=put("abi", value={"min": -1, "max": 1})),
    Case("manifest-empty-abi", INVALID, change=put("abi", value={"min": 2, "max": 1})),
    Case("manifest-future-abi", "CLD-P-MANIFEST-ABI", "2...3", change=put("abi", value={"min": 2, "max": 3})),
    Case("manifest-other-platform", "CLD-P-MANIFEST-PLATFORM", change=put("libraries", 0, "arch", value="aarch64" if platform.machine() == "x86_64" else "x86_64")),
    Case("manifest-no-library", "CLD-P-MANIFEST-PLATFORM", change=put("libraries", value=[])),
    Case("manifest-library-outside", INVALID, "may leave", change=put("libraries", 0, "path", value="../libfixture.so")),
    Case("manifest-library-absolute", INVALID, "may leave", change=put("libraries", 0, "path", value="/lib/libc.so.6")),
    Case("manifest-short-hash", INVALID, change=put("libraries", 0, "sha256", value="abc")),
    Case("manifest-negative-size", INVALID, change=put("libraries", 0, "size", value=-1)),
    Case("manifest-schema-outside", INVALID, "may leave", change=put("provides", 0, "schema", value="../../etc/passwd")),
    Case("manifest-unknown-op", INVALID, change=put("provides", 0, "ops", value=["create", "read", "delete", "explode"])),
    Case("manifest-missing-op", INVALID, '"delete"', change=put("provides", 0, "ops", value=["create", "read"])),
    Case("manifest-unknown-kind", INVALID, change=put("provides", 0, "kind", value="thing")),
    Case("manifest-plain-http", INVALID, change=put("endpoints", "ec2", "url", value="http://ec2.{region}.amazonaws.com")),
    Case("manifest-metadata-url", INVALID, change=put("endpoints", "ec2", "url", value="https://user@ec2.amazonaws.com/")),
    Case("manifest-unknown-placeholder", INVALID, change=put("endpoints", "ec2", "url", value="https://{host}.amazonaws.com")),
    Case("manifest-unknown-auth", INVALID, change=put("endpoints", "ec2", "auth", value={"scheme": "mine"})),
    Case("manifest-call-without-mutates", INVALID, '"mutates" is missing', change=put(*CALL, value={"repeat": "safe"})),
    Case("manifest-bad-iam", INVALID, change=put(*CALL, "iam", value=["*"])),
    Case("manifest-huge-limits", INVALID, change=put("limits", value={"memory_mb": 10_000_000})),
    Case("schema-missing", "CLD-P-MANIFEST-UNREADABLE", change=put("provides", 0, "schema", value="types/none.json")),
    Case("schema-no-json", SYNTAX, "thing.json:1:", change=schema_text("{")),
    Case("schema-other-type", INVALID, "typeName", change=schema(typeName="Test::Other::Thing")),
    Case("schema-bad-pointer", INVALID, "names no property", change=schema(primaryIdentifier=["/properties/Nothing"])),
    Case("schema-unknown-identity", INVALID, change=schema(identity={"class": "guess"})),
    Case("schema-too-large", INVALID, change=schema_text(" " * (1 << 20) + "{}")),
]
