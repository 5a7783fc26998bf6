"""Updates through the real host against moto, compared with what CloudFormation was seen to do."""
import json
import os
from pathlib import Path

import pytest

from support.judge import inventory
from support.recorded import Comparison, Difference, RecordedCase

ROOT = Path(__file__).resolve().parents[2]
# The recordings are not ours to keep.
CORPUS = Path(os.environ.get("CLD_CORPUS") or ROOT.parent / "shared/corpus") / "aws-recorded"
OWN = sorted((ROOT / "Tests/Templates/updates").glob("*.json"))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no recordings beside the checkout")
def test_recordings_of_the_service_are_equal(cld, moto, capsys):
    cases = [RecordedCase(path) for path in sorted(CORPUS.glob("*.json"))]
    differences = {}
    for number, case in enumerate(cases):
        difference = case.difference(cld, f"recorded-{number}")
        if difference:
            differences[case.name] = difference
        assert inventory(moto) == {}, f"{case.name} leaves something behind"
    equal = len(cases) - len(differences)
    with capsys.disabled():
        print(f"\nrecorded cases: {equal} of {len(cases)} equal")
        for name, difference in differences.items():
            print(f"  {name}: {difference[:600]}")
    # Four of the 49 run a macro, a program in the account of the recording.
    assert cases and equal * 49 >= len(cases) * 45


@pytest.mark.parametrize("path", OWN, ids=[path.stem for path in OWN])
def test_own_cases_are_equal(cld, moto, path):
    assert RecordedCase(path).difference(cld, "own") is None
    assert inventory(moto) == {}


def test_there_are_own_cases():
    assert len(OWN) >= 6


@pytest.mark.parametrize("expected, found", [
    ({"a": 1}, {"a": 2}), ({"a": 1}, {}), ({}, {"a": 1}), ([1], [1, 1]), ("<resource:1>-<resource:1>", "a-b"), ("x", "y"), ("1", 1),
    (["<resource:1>", "<resource:1>"], ["a", "b"]), ("arn:<region>:x", "arn:eu:y"), (None, {}), (True, 1.5),
])
def test_the_comparison_sees_a_difference(expected, found):
    with pytest.raises(Difference):
        Comparison()(expected, found, "here")


def test_the_comparison_lets_names_differ():
    compare = Comparison()
    compare({"a": "arn:<region>:111111111111:<resource:1>", "b": "<resource:1>"}, {"a": "arn:eu-west-1:000000000007:x-1", "b": "x-1"}, "here")
    assert compare.bound == {"<region>": "eu-west-1", "111111111111": "000000000007", "<resource:1>": "x-1"}
