"""Two change sets of a stack, from the first look to the stack's end: every answer is the one that CloudFormation gave, or would give."""
import copy

import pytest

from support import recordings
from support.judge import inventory
from support.recorded_answers import difference
from support.recordings import CORPUS, OWN, Recording


@pytest.mark.skipif(not CORPUS.is_dir(), reason="there are no recordings beside this checkout")
def test_the_recordings_of_the_service_are_equal(homes, moto):
    cld = homes(moto)
    cases = [Recording(path) for path in sorted(CORPUS.glob("*.json"))]
    refused = [recording for recording in cases if recording.macros]
    equal = 0
    for number, recording in enumerate(cases):
        if recording.macros:
            told = refusal(cld, recording, f"recorded-{number}")
        else:
            told = compared(cld, recording, f"recorded-{number}")
            equal += told is None
        if told:
            recordings.DIFFERENCES.append((recording.name, told))
    recordings.COUNTS.append(("recorded cases", equal, len(cases)))
    assert equal == len(cases) - len(refused), "\n".join(recordings.lines())
    # Four of the 49 run macros, programs in the account that was recorded.
    assert len(refused) <= len(cases) * 4 / 49
    assert inventory(moto) == {}


def compared(cld, recording, stack):
    """The first difference between a recording and this host; one that cannot be played to its end leaves the others alone."""
    try:
        return difference(recording, recordings.play(cld, recording, stack))
    except AssertionError as error:
        cld.run("stack", "delete", stack, exit=None)
        return str(error).split("--- host.log")[0]


def refusal(cld, recording, stack):
    """Plays a recording up to the template that asks for a macro, which is refused by the macro's name."""
    number, macro = min(recording.macros.items())
    if number == 2:
        cld.run("stack", "create", stack, "--template", recordings.write_template(cld, recording, 1), *recordings.options(recording, 1))
    refused = cld.run(
        "change-set", "create", stack, recordings.NAME, "--template", recordings.write_template(cld, recording, number),
        *recordings.options(recording, number), exit=64)
    assert f"template-{number}.json:1:" in refused.err and f"cld does not run the macro '{macro}'" in refused.err, refused
    if number == 2:
        cld.run("stack", "delete", stack)
    return f"the macro '{macro}' is refused by its name"


@pytest.mark.parametrize("path", sorted(OWN.glob("*.json")), ids=lambda path: path.stem)
def test_a_case_of_our_own_is_equal(homes, moto, path):
    recording = Recording(path)
    assert difference(recording, recordings.play(homes(moto), recording, "own-case")) is None
    assert inventory(moto) == {}


@pytest.mark.parametrize("name", ["a-renamed-topic", "an-included-gong"])
def test_a_wrong_expectation_is_seen(homes, moto, name):
    """The comparison is worth nothing unless it sees each member that is wrong, missing or one too many."""
    recording = Recording(OWN / f"{name}.json")
    answers = recordings.play(homes(moto), recording, "own-case")
    count = 0
    for place, wrong in wrong_expectations(recording.json):
        assert is_seen(Recording(recording.path, wrong), answers), place
        count += 1
    assert count > 200


def is_seen(wrong, answers):
    try:
        return difference(wrong, copy.deepcopy(answers)) is not None
    except LookupError:
        # It has lost the form of a recording.
        return True


def wrong_expectations(content):
    """(place, a recording of which one member is wrong), for each member of what is expected."""
    def places(value, path):
        if isinstance(value, (dict, list)):
            for key in value if isinstance(value, dict) else range(len(value)):
                yield from places(value[key], [*path, key])
        yield path

    for path in places(content["expected"], []):
        # What was not recorded is not compared; the id of an operation is another one in each run, and who wrote down none saw none.
        if len(path) < 2 or {"LastOperations", "OperationId"} & set(path):
            continue
        for is_missing in (False, True):
            wrong = copy.deepcopy(content)
            inner = wrong["expected"]
            for key in path[:-1]:
                inner = inner[key]
            if is_missing:
                del inner[path[-1]]
            elif isinstance(inner[path[-1]], (str, bool)):
                inner[path[-1]] = "wrong"
            elif isinstance(inner[path[-1]], list):
                inner[path[-1]].append(inner[path[-1]][-1] if inner[path[-1]] else "one too many")
            else:
                continue
            yield f"{path} {'is missing' if is_missing else 'is wrong'}", wrong


@pytest.mark.parametrize("macro", [
    '"Transform": "Own", "Resources": {"A": {"Type": "AWS::SNS::Topic"}}',
    '"Transform": [{"Name": "Own", "Parameters": {"B": "c"}}], "Resources": {"A": {"Type": "AWS::SNS::Topic"}}',
    '"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"Fn::Transform": "Own"}}}',
    '"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"Fn::Transform": [{"Name": "Own"}]}}}',
    '"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Transform": {"Name": "Own"}}}}}',
])
def test_a_macro_is_refused_by_its_name(homes, moto, macro):
    cld = homes(moto)
    cld.file("t.json", "{" + macro + "}")
    refused = cld.run("change-set", "create", "web", "first", "--template", "t.json", exit=64)
    assert "t.json:1:" in refused.err and "cld does not run the macro 'Own'" in refused.err
    assert cld.json("stack", "list")["StackSummaries"] == []
