"""`cld stack graph` against drawings that people have looked at. To make them anew: CLD_UPDATE=1, and look at the difference."""
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from support.cld import prefix

FOLDER = Path(__file__).resolve().parents[1] / "Templates/graph"
CASES = [("shop.txt", "text", []), ("shop-test.txt", "text", ["-p", "Stage=test"]), ("shop.json", "json", []), ("shop.dot", "dot", []), ("shop.svg", "svg", [])]


def graph(*arguments, folder=FOLDER):
    return subprocess.run([prefix() / "bin/cld", "stack", "graph", *arguments], capture_output=True, text=True, timeout=60, cwd=folder)


@pytest.mark.parametrize("name, form, options", CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_graph_is_drawn_as_before(name, form, options):
    result = graph("shop.yaml", "--format", form, *options)
    assert result.returncode == 0, result.stderr
    if os.environ.get("CLD_UPDATE"):
        (FOLDER / name).write_text(result.stdout)
    assert result.stdout == (FOLDER / name).read_text()
    assert graph("shop.yaml", "--format", form, *options).stdout == result.stdout


def test_graphviz_reads_the_dot():
    if not shutil.which("dot"):
        pytest.skip("Graphviz is not installed")
    drawn = subprocess.run(["dot", "-Tplain", FOLDER / "shop.dot"], capture_output=True, text=True, timeout=60)
    nodes = [line.split()[1] for line in drawn.stdout.splitlines() if line.startswith("node ")]
    assert drawn.returncode == 0 and sorted(nodes) == sorted(node["id"] for node in json.loads((FOLDER / "shop.json").read_text())["nodes"])


def test_boxes_of_the_drawing_do_not_touch_and_lines_do_not_cross_them(tmp_path):
    """A bigger one: forty layers, each resource with needs in several layers above."""
    resources = [f"  R{layer}x{place}:\n    Type: Test::Thing\n    Properties: {{A: [{', '.join(needs(layer, place))}]}}\n"
                 for layer in range(40) for place in range(6)]
    (tmp_path / "big.yaml").write_text("Resources:\n" + "".join(resources))
    svg = xml.fromstring(graph("big.yaml", "--format", "svg", folder=tmp_path).stdout)
    names = {"s": "http://www.w3.org/2000/svg"}
    boxes = [tuple(float(rect.get(key)) for key in ("x", "y", "width", "height")) for rect in svg.findall("s:g/s:rect", names)]
    assert len(boxes) == 240
    for index, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[index + 1:]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
    assert all(x >= 0 and x + w <= float(svg.get("width")) for x, _, w, _ in boxes)
    # A line passes a layer straight up, and never through a box.
    passes = [(float(x), float(y)) for path in svg.findall("s:path", names) for x, y in re.findall(r"([\d.]+) [\d.]+V([\d.]+)", path.get("d"))]
    assert passes and not [1 for px, py in passes for x, y, w, h in boxes if x <= px <= x + w and y <= py <= y + h]


def needs(layer, place):
    return [f"!Ref R{layer - step}x{(place * step + layer) % 6}" for step in (1, 2, 7) if step <= layer]


def test_resources_that_wait_for_each_other_are_the_loop(tmp_path):
    (tmp_path / "loop.yaml").write_text(
        "Resources:\n  A: {Type: \"T::T\", Properties: {X: !Ref B}}\n  B: {Type: \"T::T\", DependsOn: C}\n  C: {Type: \"T::T\", Properties: {X: !GetAtt A.Id}}\n")
    result = graph("loop.yaml", folder=tmp_path)
    assert result.returncode == 64 and result.stdout == "" and "loop.yaml:2:3: circular dependency: A → B → C → A" in result.stderr


def test_what_is_not_known_is_said(tmp_path):
    (tmp_path / "t.yaml").write_text(
        "Transform: AWS::LanguageExtensions\nParameters: {L: {Type: CommaDelimitedList}}\nResources:\n"
        "  Fn::ForEach::X: [N, !Ref L, {\"Q${N}\": {Type: \"T::T\"}}]\n")
    result = graph("t.yaml", folder=tmp_path)
    assert result.returncode == 64 and "t.yaml:4:23: parameter 'L' has no value: give `-p L=...`" in result.stderr
    assert "QB" in graph("t.yaml", "-p", "L=A,B", folder=tmp_path).stdout
    assert graph("t.yaml", "-p", "L", folder=tmp_path).returncode == 64 and "-p takes NAME=VALUE" in graph("t.yaml", "-p", "L", folder=tmp_path).stderr
    assert graph("none.yaml", folder=tmp_path).returncode == 64
