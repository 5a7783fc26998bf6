"""What a library says of itself, and how it says it."""
from .case import Case

INVALID, TYPES = "CLD-P-DESCRIBE-INVALID", "CLD-P-DESCRIBE-TYPES"


def describe(name, expected, fault, why=""):
    return Case(f"describe-{name}", expected, why, source="bad/describe.c", options=(f"-DFAULT={fault}",))


CASES = [
    describe("nothing", INVALID, "(void)sink", "no answer"),
    describe("twice", INVALID, "RIGHT; RIGHT", "more than one"),
    describe("too-long", INVALID, "sink->write(sink->host, (cld_text){huge, sizeof huge})", "1 MiB"),
    describe("absurdly-long", INVALID, "sink->write(sink->host, (cld_text){huge, (size_t)1 << 30})", "1 MiB"),
    describe("null-text", INVALID, "sink->write(sink->host, (cld_text){NULL, 10})"),
    describe("empty", INVALID, 'say(sink, "")'),
    describe("no-json", INVALID, 'say(sink, "hello")'),
    describe("bad-utf-8", INVALID, r'say(sink, "{\"name\":\"\377\"}")'),
    describe("too-deep", INVALID, "deep(sink)"),
    describe("array", INVALID, 'say(sink, "[]")'),
    describe("other-name", "CLD-P-DESCRIBE-NAME", r'say(sink, "{\"name\":\"other\",\"version\":\"1.0.0\",\"types\":[]}")', '"other"'),
    describe("no-name", "CLD-P-DESCRIBE-NAME", r'say(sink, "{\"version\":\"1.0.0\",\"types\":[]}")'),
    describe("other-version", "CLD-P-DESCRIBE-VERSION",
             r'say(sink, "{\"name\":\"" FIXTURE_NAME "\",\"version\":\"2.0.0\",\"types\":[]}")', '"2.0.0"'),
    describe("no-types", INVALID, r'say(sink, "{\"name\":\"" FIXTURE_NAME "\",\"version\":\"1.0.0\"}")'),
    describe("types-of-numbers", INVALID, 'TYPES("[1, 2]")'),
    describe("missing-type", TYPES, 'TYPES("[]")', "the library does not"),
    describe("one-type-more", TYPES, r'TYPES("[" THING("resource", OPS) ",{\"type\":\"Test::Bad::Extra\",\"kind\":\"resource\",\"ops\":[]}]")',
             "the manifest does not"),
    describe("other-kind", TYPES, 'TYPES("[" THING("lookup", OPS) "]")', "a lookup in the library"),
    describe("one-op-more", TYPES, r'TYPES("[" THING("resource", "[\"create\",\"read\",\"delete\",\"update\"]") "]")', "update"),
    describe("one-op-less", TYPES, r'TYPES("[" THING("resource", "[\"create\",\"read\"]") "]")', "delete"),
    describe("crash", "CLD-P-PROBE-CRASH", "crash()", "SIGSEGV"),
    describe("exit", "CLD-P-PROBE-EXIT", "exit(0)"),
    describe("hang", "CLD-P-PROBE-TIMEOUT", "for (volatile long i = 0;; i++) {}"),
    describe("socket", "CLD-P-PROBE-DENIED", "socket(AF_INET6, SOCK_DGRAM, 0)", "socket(AF_INET6)"),
    describe("credentials", "CLD-P-PROBE-DENIED", 'open("/home/operator/.aws/credentials", O_RDONLY)', 'openat("/home/operator/.aws/credentials")'),
    describe("library-folder", "CLD-P-PROBE-DENIED", 'open("/usr/lib/os-release", O_RDONLY)', 'openat("/usr/lib/os-release")'),
    describe("shell", "CLD-P-PROBE-DENIED", 'execl("/bin/sh", "sh", (char *)0)', 'execve("/bin/sh")'),
    describe("ptrace", "CLD-P-PROBE-DENIED", "ptrace(PTRACE_ATTACH, getppid(), 0, 0)", "ptrace"),
    describe("foreign-frame", "CLD-P-PROBE-PROTOCOL", r'put("\1\0\0\0s\0\0\0!", 9)', "kind 115"),
    describe("two-frames", "CLD-P-PROBE-PROTOCOL", r'put("\2\0\0\0d\0\0\0{}\2\0\0\0d\0\0\0{}", 20)', "nobody asked for"),
]
