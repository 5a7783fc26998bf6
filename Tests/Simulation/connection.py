"""The HTTP of the simulated cloud."""
import asyncio
import json
import sys
from collections import namedtuple
from urllib.parse import urlsplit

REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 409: "Conflict", 429: "Too Many Requests", 500: "Internal Server Error"}
Request = namedtuple("Request", "method path query body")


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much of it as libcurl and http.client speak."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.buffer = b""
        self.is_busy = False

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        self.next()

    def next(self):
        """Does the next request that is whole; one after the other."""
        if self.is_busy:
            return
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].decode("latin-1").split("\r\n")
        length, expects = 0, False
        for line in head[1:]:
            name, _, value = line.partition(":")
            name = name.lower()
            if name == "content-length":
                length = int(value)
            elif name == "expect":
                expects = True
        if len(self.buffer) < end + 4 + length:
            if expects and len(self.buffer) == end + 4:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        body = self.buffer[end + 4 : end + 4 + length]
        self.buffer = self.buffer[end + 4 + length :]
        method, target, _ = head[0].split(" ", 2)
        url = urlsplit(target)
        self.is_busy = True
        try:
            parsed = json.loads(body) if body and url.path != "/" else {}
            request = Request(method, url.path, url.query, parsed)
            self.cloud.handle(request, self)
        except (ValueError, KeyError, TypeError) as error:
            print(f"cloud: {method} {target}: {error!r}", file=sys.stderr, flush=True)
            self.answer(400, json.dumps({"message": f"{error!r}"}).encode())

    def answer(self, status, body, kind=b"application/json"):
        self.is_busy = False
        if self.transport.is_closing():
            return
        self.transport.write(
            b"HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (status, REASONS.get(status, "Other").encode(), kind, len(body), body))
        if self.buffer:
            self.next()

    def cut(self):
        self.transport.abort()
