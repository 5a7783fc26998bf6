"""What docs/plugin-author.md prints for authors in C compiles without a warning and is accepted by cld."""

import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PREFIX = pathlib.Path(os.environ.get("CLD_PREFIX", ROOT / ".build-prefix"))


def test_the_driver_in_c_of_the_documentation_is_accepted(tmp_path):
    page = (ROOT / "docs/plugin-author.md").read_text()
    files = dict(re.findall(r"```\w+ file=(\S+)\n(.*?)```", page, re.S))
    folder = tmp_path / "plugins" / "aws-sns"
    (folder / "types").mkdir(parents=True)
    for path in [tmp_path, tmp_path / "plugins", folder, folder / "types"]:
        path.chmod(0o755)
    for name, schema in [("manifest.json", "manifest"), ("types/AWS-SNS-Topic.json", "type")]:
        jsonschema.validate(json.loads(files[name]), json.loads((ROOT / f"schemas/{schema}.schema.json").read_text()))
        (folder / name).write_text(files[name])
    (tmp_path / "driver.c").write_text(files["driver.c"])
    library = folder / "libaws_sns.so"
    subprocess.run(
        ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden", "-I", PREFIX / "include",
         "-o", library, tmp_path / "driver.c", "-ljansson"], check=True)
    manifest = json.loads(files["manifest.json"])
    content = library.read_bytes()
    manifest["libraries"] = [{
        "os": "linux", "arch": platform.machine(), "libc": "glibc", "path": library.name,
        "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for file in folder.rglob("*.*"):
        file.chmod(0o644 if file.is_file() else 0o755)
    why = subprocess.run(
        [PREFIX / "bin/cld", "plugin", "why", "aws-sns", "--plugin-dir", tmp_path / "plugins", "-o", "json"], check=True, capture_output=True,
        text=True, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CLD_HOME": str(tmp_path / "home")})
    [record] = json.loads(why.stdout)
    assert record["state"] == "active", record
    assert record["stages"][-1] == {"stage": "register", "result": "passed"}
