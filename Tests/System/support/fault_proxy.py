"""A proxy in front of an emulator: it records every call in order, and makes the faults that emulators do not have.

The `Host` header is passed on as it came, so that signatures hold.
"""
import http.client
import json
import re
import socket
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

READS = ("Describe", "List", "Get", "Filter")


@dataclass
class Call:
    """One request to the cloud."""

    index: int
    service: str
    action: str
    parameters: dict
    raw: bytes
    access_key: str
    start: float
    end: float = 0.0
    status: int = 0
    answer: bytes = b""
    fault: str = ""

    @property
    def mutates(self):
        return not self.action.startswith(READS) and self.service != "sts"

    def __getitem__(self, name):
        return self.parameters.get(name)

    def names(self, text):
        """Whether the request has that text anywhere."""
        return text.encode() in self.raw or urllib.parse.quote(text, safe="").encode() in self.raw

    def __str__(self):
        return f"{self.index} {self.service}:{self.action} {self.status} {self.fault}".rstrip()


class Drop(Exception):
    """Closes the connection without an answer."""


@dataclass
class Rule:
    """What happens to the calls that match, as often as `times` says (None: always)."""

    matches: object
    times: int | None = 1
    before: object = None    # called with the call before it is forwarded
    error: tuple | None = None   # (status, code, message) instead of forwarding
    delay: float = 0.0       # seconds before it is forwarded
    drop_before: bool = False
    after: object = None     # called with the call after it was executed
    drop_after: bool = False
    rewrite: object = None   # bytes -> bytes of the answer
    used: int = 0
    done: int = 0            # how often it has run to its end


class Server(ThreadingHTTPServer):
    """A thread per connection; a client that dies is no error of the proxy."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


@dataclass
class FaultProxy:
    """The proxy; `calls` are all calls in the order of their arrival."""

    upstream: str
    calls: list = field(default_factory=list)

    def __post_init__(self):
        self._rules = []
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                proxy._serve(self)

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST

            def log_message(self, *_):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self._target = urllib.parse.urlsplit(self.upstream)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    # What tests say and ask

    def on(self, what, times=1, **does):
        """Adds a rule: `what` is an action's name or a function of the call."""
        matches = what if callable(what) else (lambda call: call.action == what)
        rule = Rule(matches, times, **does)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self):
        """Forgets the rules and the record."""
        with self._lock:
            self._rules.clear()
            self.calls.clear()

    def mutating(self):
        """The calls that may have changed something, in order."""
        return [call for call in list(self.calls) if call.mutates]

    def actions(self, *names):
        return [call for call in list(self.calls) if call.action in names]

    # One request

    def _serve(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self._lock:
            call = self._parse(handler, body)
            self.calls.append(call)
            rule = next((r for r in self._rules if (r.times is None or r.used < r.times) and r.matches(call)), None)
            if rule:
                rule.used += 1
        try:
            try:
                status, headers, answer = self._answer(handler, body, call, rule)
            finally:
                if rule:
                    rule.done += 1
            call.status, call.answer, call.end = status, answer, time.monotonic()
            handler.send_response(status)
            for name, value in headers:
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(answer)))
            handler.end_headers()
            handler.wfile.write(answer)
        except Drop:
            call.end = time.monotonic()
            handler.close_connection = True
            try:
                handler.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True

    def _answer(self, handler, body, call, rule):
        if rule:
            if rule.before:
                rule.before(call)
            if rule.delay:
                time.sleep(rule.delay)
            if rule.drop_before:
                call.fault = "dropped before"
                raise Drop
            if rule.error:
                call.fault = rule.error[1]
                return self._error(call, *rule.error)
        status, headers, answer = self._forward(handler, body)
        if rule:
            if rule.rewrite:
                answer = rule.rewrite(answer)
                call.fault = "rewritten"
            call.status, call.answer = status, answer
            if rule.after:
                rule.after(call)
            if rule.drop_after:
                call.fault = "dropped after"
                raise Drop
        return status, headers, answer

    def _forward(self, handler, body):
        connection = http.client.HTTPConnection(self._target.hostname, self._target.port, timeout=60)
        try:
            connection.putrequest(handler.command, handler.path, skip_host=True, skip_accept_encoding=True)
            for name, value in handler.headers.items():
                if name.lower() not in ("connection", "content-length"):
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
            kept = [
                (name, value) for name, value in answer.getheaders()
                if name.lower() not in ("connection", "content-length", "transfer-encoding", "date", "server")]
            return answer.status, kept, content
        finally:
            connection.close()

    def _parse(self, handler, body):
        authorization = handler.headers.get("Authorization") or ""
        scope = re.search(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/", authorization)
        target = handler.headers.get("X-Amz-Target")
        if target:
            action, parameters = target.split(".")[-1], json.loads(body or b"{}")
        else:
            parameters = {key: values[0] for key, values in urllib.parse.parse_qs(body.decode()).items()}
            action = parameters.get("Action", f"{handler.command} {handler.path}")
        return Call(
            len(self.calls), scope.group(2) if scope else "?", action, parameters, body, scope.group(1) if scope else "",
            time.monotonic())

    def _error(self, call, status, code, message):
        """An error as the service's own protocol has it."""
        if call.service == "ec2":
            text = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>r</RequestID></Response>"
        elif call.service in ("rds", "iam", "sts", "elasticloadbalancing"):
            text = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
                "<RequestId>r</RequestId></ErrorResponse>")
        else:
            return status, [("Content-Type", "application/x-amz-json-1.1")], json.dumps({"__type": code, "message": message}).encode()
        return status, [("Content-Type", "text/xml")], text.encode()
