"""Two change sets of a stack, from the first look to the stack's end: every answer is the one that CloudFormation gave."""
import pytest

from support import recordings
from support.judge import inventory
from support.recordings import CORPUS, OWN, Recording


@pytest.mark.skipif(not CORPUS.is_dir(), reason="there are no recordings beside this checkout")
def test_the_recordings_of_the_service_are_equal(homes, moto):
    cld = homes(moto)
    cases = [Recording(path) for path in sorted(CORPUS.glob("*.json"))]
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
    refused = sum(1 for recording in cases if recording.macros)
    assert equal + refused == len(cases), "\n".join(recordings.lines())
    # Four of the 49 run macros, programs in the account that was recorded.
    assert equal * 49 >= len(cases) * 45
    assert inventory(moto) == {}


def compared(cld, recording, stack):
    try:
        return recordings.difference(recording, recordings.play(cld, recording, stack))
    except AssertionError as error:
        cld.run("stack", "delete", stack, exit=None)
        return str(error).split("--- host.log")[0]


def refusal(cld, recording, stack):
    """Plays a recording up to the template that asks for a macro, which is refused by the macro's name. What it has to say when it is not."""
    number, macro = min(recording.macros.items())
    if number == 2:
        cld.run("stack", "create", stack, "--template", recordings.write_template(cld, recording, 1), *recordings.options(recording, 1))
    refused = cld.run(
        "change-set", "create", stack, recordings.NAME, "--template", recordings.write_template(cld, recording, number),
        *recordings.options(recording, number), exit=None)
    if number == 2:
        cld.run("stack", "delete", stack)
    is_named = refused.code == 64 and f"'{macro}'" in refused.err
    assert is_named, f"the macro {macro} of {recording.name} is not refused by its name: {refused}"
    return f"the macro '{macro}' is refused by its name"
