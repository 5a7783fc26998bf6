"""What a worker does, as strace sees it: no socket, and no file once the plugin is loaded."""
import re

from support import files
from support.judge import inventory
from support.tracing import trace_workers, traces

SPARED = ("/dev/urandom", "/dev/random", "/proc/stat", "/proc/meminfo", "/proc/cpuinfo", "/proc/self/maps", "/proc/self/auxv",
          "/sys/devices/system/cpu/", "/etc/localtime", "/etc/locale.alias")


def test_a_worker_opens_no_socket_and_after_loading_no_file(cld, moto_proxy, moto):
    """Through a whole create and delete; what a runtime tries to open late, and does without, fails."""
    folder = trace_workers(cld)
    cld.file("environment.yaml", files.RDS_FARGATE)
    cld.run("env", "create", "shop", "environment.yaml")
    cld.run("env", "delete", "shop")
    assert inventory(moto) == {}
    cld.run("serve", "--stop")
    workers = [lines for lines in traces(folder) if any(line.startswith("exec") for line in lines)]
    stepped = 0
    for lines in workers:
        calls = [line for line in lines if re.match(r"\w+\(", line)]
        assert not [c for c in calls if re.match(r"(socket|connect|bind|accept4?|sendto|sendmsg|socketpair)\(", c)]
        ready = [n for n, line in enumerate(calls) if line.startswith("write(4") and "ready" in line]
        if not ready:
            continue
        after = calls[ready[0] + 1:]
        stepped += sum(c.startswith("write(4") for c in after) > 1
        for call in after:
            if re.match(r"(open|openat|openat2|creat)\(", call):
                assert any(s in call for s in SPARED) and re.search(r"= -1 |= \?|= \d+$", call), call
        assert not [c for c in after if re.match(r"(execve|fork|vfork|clone3?|unlink|rename|mkdir|mount|ptrace)\(", c)
                    and "CLONE_THREAD" not in c], after
    assert stepped >= 2, "plugins of both kinds were stepped"
