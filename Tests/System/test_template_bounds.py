"""Templates that grow when they are read end soon, in little memory, with a sentence."""
import subprocess

import pytest

from support.cld import prefix

MEGABYTE = 1 << 20
LOOPS = "Transform: AWS::LanguageExtensions\nResources:\n"


def aliases():
    lines = ["Metadata:", "  A0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"  A{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 10)]
    return "\n".join(lines) + "\nResources: {}\n"


def loops(depth, count):
    """Loops inside of loops, each over so many names."""
    names = ", ".join(f"n{index}" for index in range(count))
    inner = '{"X' + "".join("${I%d}" % level for level in range(depth)) + '": {Type: "T::T"}}'
    for level in reversed(range(depth)):
        inner = f'{{"Fn::ForEach::L{level}": [I{level}, [{names}], {inner}]}}'
    return LOOPS.rstrip() + " " + inner + "\n"


CASES = {
    "aliases of aliases": (aliases(), "its aliases make more than 150000 values"),
    "aliases of a long text": ("A: &a " + "x" * 900_000 + "\nMetadata: [" + ", ".join(["*a"] * 20_000) + "]\nResources: {}\n", "'A' is not a section"),
    "brackets": ("Metadata: " + "[" * 10_000 + "]" * 10_000 + "\nResources: {}\n", "nested deeper than 100 levels"),
    "braces without end": ("{\"a\":" * 10_000, "nested deeper than 100 levels"),
    "blocks": ("".join(" " * level + "a:\n" for level in range(1400)) + "Resources: {}\n", "nested deeper than 100 levels"),
    "dashes": ("Metadata:\n  " + "- " * 10_000 + "x\nResources: {}\n", "nested deeper than 100 levels"),
    "functions in functions": ("Resources: {A: {Type: \"T::T\", Properties: {P: " + "!Base64 " * 10_000 + "x}}}", "is not YAML"),
    "Fn::If in Fn::If": (
        "Conditions: {C: !Equals [a, b]}\nResources: {A: {Type: \"T::T\", Properties: {P: " + "{\"Fn::If\": [C, x, " * 60 + "y" + "]}" * 60 + "}}}", "nested deeper than 100 levels"),
    "a long text": ("Resources: {A: {Type: \"T::T\", Properties: {P: !Sub \"" + "x" * (MEGABYTE - 100) + "\"}}}", None),
    "a long key": ("Resources: {" + "x" * 1_000_000 + ": {Type: \"T::T\"}}", "is not YAML"),
    "many variables": ("Resources: {A: {Type: \"T::T\", Properties: {P: !Sub \"" + "${B}" * 200_000 + "\"}}}", "there is no parameter or resource 'B'"),
    "many open braces": ("Resources: {A: {Type: \"T::T\", Properties: {P: !Sub \"" + "${" * 400_000 + "\"}}}", None),
    "too long": ("# " + "x" * MEGABYTE + "\nResources: {}\n", "has more than 1048576 bytes"),
    "many small values": ("Resources: {}\nMetadata: [" + "1," * 400_000 + "1]\n", "more than 150000 values"),
    "many resources": ("Resources:\n" + "".join(f"  R{index}: {{Type: \"T::T\"}}\n" for index in range(30_000)), "there are 30000 resources"),
    "a chain": ("Resources:\n  R0: {Type: T::T}\n" + "".join(f"  R{index}: {{Type: T::T, DependsOn: R{index - 1}}}\n" for index in range(1, 20_000)), "there are 20000 resources"),
    "a bad pattern": ("Parameters: {P: {Type: String, AllowedPattern: '(a+)+$', Default: " + "a" * 4000 + "b}}\nResources: {A: {Type: T::T, Properties: {P: !Ref P}}}\n", "does not match"),
    "conditions of conditions": (
        "Conditions:\n  C0: !Equals [a, b]\n" + "".join(f"  C{i}: !And [!Condition C{i - 1}, !Condition C{i - 1}]\n" for i in range(1, 400)) + "Resources: {A: {Type: T::T, Condition: C399}}\n", None),
}


def run(tmp_path, command, text, *options):
    """The lines that were printed, and the most memory that the process had, in bytes."""
    path = tmp_path / "t.yaml"
    path.write_text(text)
    script = ("import resource, subprocess, sys\n"
              "done = subprocess.run(sys.argv[1:], capture_output=True, text=True, timeout=120)\n"
              "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n"
              "print(done.stdout + done.stderr)")
    out = subprocess.run(
        ["python3", "-c", script, prefix() / "libexec/cld/cld-template", command, *options, path], capture_output=True, text=True, timeout=150).stdout
    code, memory = out.splitlines()[0].split()
    return int(code), int(memory), out


@pytest.mark.parametrize("name", CASES)
def test_a_template_that_grows_ends(name, tmp_path):
    text, sentence = CASES[name]
    for command, options in [("validate", ["--any-type", "-p", "None=1"]), ("validate", ["--any-type"]), ("graph", [])]:
        code, memory, out = run(tmp_path, command, text, *options)
        assert code in (0, 64), f"{command}: {out[:2000]}"
        assert memory < 100 * MEGABYTE, f"{command} took {memory} bytes"
        if command == "validate" and sentence and not (options[1:] and code == 0):
            assert sentence in out, out[:2000]


@pytest.mark.parametrize("depth, count, sentence", [(2, 400, "make more than"), (6, 12, "make more than"), (1, 2000, None)])
def test_loops_that_explode_end(depth, count, sentence, tmp_path):
    code, memory, out = run(tmp_path, "graph", loops(depth, count))
    assert memory < 100 * MEGABYTE, f"graph took {memory} bytes"
    assert (code, sentence and sentence in out) == ((64, True) if sentence else (0, None)), out[:2000]
