import Foundation

/// An HTTP server of this test run that misbehaves by path. It ends with the test process's end of its standard input.
final class FaultServer {
  private let process = Process()
  private let input = Pipe()
  let port: Int
  var base: String { "http://127.0.0.1:\(port)" }

  init() throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script]
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    var line = Data()
    while !line.contains(10) {
      let chunk = output.fileHandleForReading.availableData
      guard !chunk.isEmpty else { break }
      line.append(chunk)
    }
    port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
  }

  // /echo tells what came in; /hits how often each path was asked; /drop reads the request and closes; /truncated ends
  // early; /silent never answers; /die-later answers, and closes without an answer when the connection is used again.
  private static let script = """
    import http.server, json, sys, threading, os, collections
    hits = collections.Counter()
    class H(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        doomed = False
        def log_message(self, *a): pass
        def answer(self, status, body, headers={}):
            self.send_response(status)
            for k, v in headers.items(): self.send_header(k, v)
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            if self.command != 'HEAD': self.wfile.write(body)
        def handle_any(self):
            body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            path = self.path.split('?')[0]
            hits[path] += 1
            if self.doomed:
                self.close_connection = True
                return
            if path == '/hits': self.answer(200, json.dumps(hits).encode())
            elif path == '/drop': self.close_connection = True
            elif path == '/silent':
                self.connection.settimeout(30)
                self.rfile.read(1)
                self.close_connection = True
            elif path == '/truncated':
                self.send_response(200); self.send_header('Content-Length', '100'); self.end_headers()
                self.wfile.write(b'short'); self.close_connection = True
            elif path == '/die-later':
                self.doomed = True
                self.answer(200, b'{}')
            elif path == '/redirect': self.answer(302, b'', {'Location': '/echo'})
            elif path.startswith('/big/'): self.answer(200, b'x' * int(path[5:]))
            elif path.startswith('/file/'): self.answer(200, files.get(path[6:], b'?'), {'Content-Type': 'text/plain'})
            else:
                self.answer(200, json.dumps({'method': self.command, 'path': self.path, 'body': body.decode('latin1'),
                  'headers': {k.lower(): v for k, v in self.headers.items()}}).encode(), {'Content-Type': 'application/json'})
        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any
    class S(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256
    s = S(('127.0.0.1', 0), H)
    print(s.server_port, flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    s.serve_forever()
    """
}
