"""What a driver answers, or does, in a step: the sentence that the operation must show."""
from .case import Case, Plugin, compile

FOREIGN = "FOREIGN"  # replaced by the id of a thing that another owner has


def demand(name, sentence, effect):
    return Case(f"step-{name}", sentence, source="bad/step.c", options=(f"-DDEMAND=EFFECT({quoted(effect)})",))


def answered(name, sentence, fault):
    return Case(f"step-{name}", sentence, source="bad/step.c", options=(f"-DFAULT={fault}",))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


GROUP = '"endpoint":"ec2","call":"CreateSecurityGroup"'
NEVER = "which the cloud never answered"
CASES = [
    demand("call-not-listed", "which its manifest does not list", '{"endpoint":"ec2","call":"DeleteVpc"}'),
    demand("endpoint-not-listed", "which its manifest does not list", '{"endpoint":"https://evil.example","call":"CreateSecurityGroup"}'),
    demand("url", "is not a member that this host knows", "{" + GROUP + ',"url":"https://evil.example"}'),
    demand("method", "is not a member that this host knows", "{" + GROUP + ',"method":"DELETE"}'),
    demand("exec-with-endpoint", "is not a member that this host knows",
           '{"exec":{"tool":"aws","argv":["ec2","--endpoint-url","https://evil.example"]}}'),
    demand("header-host", "the header Host belongs to the host", "{" + GROUP + ',"headers":{"Host":"evil.example"}}'),
    demand("header-authorization", "the header Authorization belongs to the host", "{" + GROUP + ',"headers":{"Authorization":"x"}}'),
    demand("header-security-token", "belongs to the host", "{" + GROUP + ',"headers":{"X-Amz-Security-Token":"x"}}'),
    demand("header-line-break", "control character", "{" + GROUP + r',"headers":{"Accept":"a\r\nHost: evil.example"}}'),
    demand("header-name-line-break", "is no header name", "{" + GROUP + r',"headers":{"Accept: a\r\nHost":"evil.example"}}'),
    demand("other-action-in-form", "the field Action belongs to the host", "{" + GROUP + ',"form":{"Action":"DeleteVpc"}}'),
    demand("path-of-a-query-call", "path is for calls of format rest only", "{" + GROUP + ',"path":{"x":"//evil.example"}}'),
    demand("query-of-a-query-call", "query is for calls of format rest only", "{" + GROUP + ',"query":{"Action":"DeleteVpc"}}'),
    demand("path-that-climbs", "the path's parameter {name} is ..", '{"endpoint":"rest","call":"Read","path":{"name":".."}}'),
    demand("path-that-is-empty", "the path's parameter {name} is empty", '{"endpoint":"rest","call":"Read","path":{"name":""}}'),
    demand("unknown-secret", "secret", "{" + GROUP + ',"form":{"GroupName":{"$secret":"of-somebody-else"}}}'),
    demand("two-bodies", "more than one of json, form and text", "{" + GROUP + ',"form":{},"json":{}}'),
    demand("long-digest", "longer than 64 bytes", "{" + GROUP + ',"digest":"' + "x" * 65 + '"}'),
    answered("foreign-id", NEVER, 'DONE("FOREIGN")'),
    answered("foreign-id-in-parts", NEVER, r'DONE("FOREIGN|x")'),
    answered("foreign-id-before-an-effect", NEVER, r'say(sink, "{\"effect\":{\"endpoint\":\"ec2\",\"call\":\"DeleteSecurityGroup\"},\"id\":\"FOREIGN\"}")'),
    Case("step-id-changes-between-reads", "changes the id", source="bad/step.c", options=(
        r'-DFAULT=do { snprintf(out, sizeof out, "{\"done\":{\"status\":\"pending\",\"id\":\"%s\",\"next_ms\":100}}", id); say(sink, out); } while (0)',
        '-DREAD=DONE(name)')),
    Case("step-thing-of-another-owner", "does not have our tags", source="bad/step.c", options=(
        "-DDEMAND=EFFECT(" + quoted('{"endpoint":"ec2","call":"DescribeSecurityGroups","form":{"GroupId.1":"FOREIGN"}}') + ")",
        '-DFAULT=DONE("FOREIGN")')),
    answered("endless-effects", "too many effects", "DEMAND"),
    answered("no-json", "no JSON", 'say(sink, "hello")'),
    answered("empty", "no JSON", 'say(sink, "")'),
    answered("bad-utf-8", "no JSON", r'say(sink, "{\"fail\":{\"code\":\"internal\",\"message\":\"\377\"}}")'),
    answered("too-deep", "no JSON", "deep(sink)"),
    answered("two-kinds", "has 2 of effect, retry, done and fail", r'say(sink, "{\"done\":{\"status\":\"ready\"},\"fail\":{\"code\":\"internal\"}}")'),
    answered("no-kind", "has 0 of effect, retry, done and fail", 'say(sink, "{}")'),
    answered("unknown-status", "is not ready, pending, failed or absent", r'say(sink, "{\"done\":{\"status\":\"great\"}}")'),
    answered("unknown-code", "closed set", r'say(sink, "{\"fail\":{\"code\":\"oops\"}}")'),
]

# What ends the worker: after five in a row the plugin is in quarantine, and the operation is held.
DEADLY = [
    answered("nothing", "the driver wrote no answer", "(void)0"),
    answered("two-answers", "more than one answer", "DONE(id); DONE(id)"),
    answered("too-long", "longer than 1 MiB", "sink->write(sink->host, (cld_text){huge, sizeof huge})"),
    answered("1-gb", "longer than 1 MiB", "sink->write(sink->host, (cld_text){huge, (size_t)1 << 30})"),
    answered("1-gb-frame", "1073741824 bytes", r'put("\0\0\0\100s\0\0\0", 8)'),
    answered("own-frame-first", "nobody asked for", r'put("\2\0\0\0s\0\0\0{}\2\0\0\0s\0\0\0{}", 20)'),
    answered("crash", "SIGSEGV", "*(volatile int *)8 = 1"),
    answered("exit", "status 0", "exit(0)"),
    answered("hang", " time", "for (volatile long i = 0;; i++) {}"),
    answered("socket", "socket(AF_INET)", "socket(AF_INET, SOCK_STREAM, 0)"),
    answered("credentials", 'openat("/home/operator/.aws/credentials")', 'open("/home/operator/.aws/credentials", O_RDONLY)'),
    answered("shell", 'execve("/bin/sh")', 'execl("/bin/sh", "sh", (char *)0)'),
    answered("system", "the system call clone", 'system("id")'),
    answered("ptrace", "ptrace(16, ", "ptrace(PTRACE_ATTACH, getppid(), 0, 0)"),
    answered("fork", "the system call clone", "fork()"),
]
CASES += DEADLY


def install(case, folder, foreign):
    """The plugin of a step case: its type is made by one call of EC2."""
    options = [option.replace(FOREIGN, foreign) for option in case.options]
    plugin = Plugin(case.name, folder / case.name, compile(case.name, case.source, options))
    plugin.manifest["provides"][0] |= {"group": "aws.resource", "ops": ["create", "read", "delete", "expand-resource"]}
    plugin.manifest["endpoints"]["ec2"]["calls"] |= {
        "DescribeSecurityGroups": {"mutates": False, "repeat": "safe", "iam": ["ec2:DescribeSecurityGroups"]},
        "CreateSecurityGroup": {"mutates": True, "repeat": "check", "iam": ["ec2:CreateSecurityGroup"]},
        "DeleteSecurityGroup": {"mutates": True, "repeat": "safe", "iam": ["ec2:DeleteSecurityGroup"]}}
    plugin.manifest["endpoints"]["rest"] = {
        "url": "https://rest.{region}.{partitionSuffix}", "auth": {"scheme": "aws-sigv4", "service": "ec2"}, "format": {"kind": "rest"},
        "overrides": ["AWS_ENDPOINT_URL"],
        "calls": {"Read": {"mutates": False, "method": "GET", "path": "/things/{name}"}}}
    plugin.schema["properties"]["Tags"] = {"type": "array"}
    plugin.schema["tagProperty"] = "Tags"
    plugin.write()
    return plugin
