"""A second cloud for tests: notes over REST, in memory, and the plugin for it."""
import hashlib
import json
import platform
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .cld import prefix
from .plugins import SOURCES


class Notes:
    """The cloud: `things` are its notes by name, `refusal` is what the next change is refused with."""

    def __init__(self):
        self.things = {}
        self.refusal = None
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if cloud.refusal:
                    message, cloud.refusal = cloud.refusal, None
                    return self.answer(400, {"message": message})
                cloud.things[self.name] = {"name": self.name, "address": f"notes://{self.name}", **body}
                return self.answer(200, cloud.things[self.name])

            def do_GET(self):
                found = cloud.things.get(self.name)
                return self.answer(200 if found else 404, found or {"message": "there is no such note"})

            def do_DELETE(self):
                return self.answer(200 if cloud.things.pop(self.name, None) else 404, {})

            @property
            def name(self):
                return self.path.split("/")[-1]

            def answer(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def install(folder):
    """A folder for CLD_PLUGIN_PATH with the plugin of the notes in it."""
    folder.mkdir(mode=0o755, exist_ok=True)
    target = folder / "notes"
    (target / "types").mkdir(parents=True)
    library = target / "libnotes.so"
    subprocess.run(
        ["cc", "-std=c11", "-shared", "-fPIC", "-O1", "-fvisibility=hidden", "-I", prefix() / "include", "-o", library, SOURCES / "notes.c"], check=True)
    content = library.read_bytes()
    call = lambda method, mutates: {"mutates": mutates, "repeat": "safe", "method": method, "path": "/notes/{name}"}
    manifest = {
        "manifest_version": 1, "name": "notes", "version": "1.0.0", "publisher": "tests", "licence": "Apache-2.0",
        "description": "Notes of another cloud", "abi": {"min": 1, "max": 1},
        "libraries": [{
            "os": "linux", "arch": platform.machine(), "libc": "glibc", "path": "libnotes.so",
            "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}],
        "provides": [{
            "group": "other.resource", "kind": "resource", "type": "Other::Notes::Note", "ops": ["create", "read", "update", "delete"],
            "schema": "types/note.json"}],
        "endpoints": {
            "notes": {
                "url": "https://notes.example.invalid", "auth": {"scheme": "none"}, "format": {"kind": "rest"},
                "overrides": ["CLD_ENDPOINT_URL_NOTES"],
                "calls": {"Put": call("PUT", True), "Get": call("GET", False), "Delete": call("DELETE", True)}}},
    }
    schema = {
        "typeName": "Other::Notes::Note", "properties": {"Text": {"type": "string"}, "Address": {"type": "string"}},
        "additionalProperties": False, "readOnlyProperties": ["/properties/Address"], "identity": {"class": "named"}, "owner": "self",
        "naming": {"longest": 100, "lowercase": False, "punctuation": "-"}}
    for path, document in ((target / "manifest.json", manifest), (target / "types/note.json", schema)):
        path.write_text(json.dumps(document))
        path.chmod(0o644)
    library.chmod(0o644)
    return folder
