internal import Engine
internal import Effects
internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import Logging
internal import NIOCore
internal import Service

/// Listens on TCP for the signals of things that the host has made, and for their helper scripts. It begins when a template first needs it, and after that
/// with each start of the host, at the same address: things remember it. Nothing but signed addresses is served there.
actor SignalServer: SignalAddress {
  /// Where to listen and how things reach it, as `CLD_HOME/signals.json` keeps it.
  struct Place: Equatable {
    var host: String
    var port: Int
    var url: String

    init(listen: String, url: String?) throws(RequestError) {
      guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]), (1...65_535).contains(port),
        colon != listen.startIndex
      else { throw .usage("the address to listen on must be HOST:PORT, such as 0.0.0.0:8177, and is '\(listen)'") }
      host = String(listen[..<colon])
      self.port = port
      self.url = url ?? "http://\(listen)"
      guard self.url.hasPrefix("http://") || self.url.hasPrefix("https://") else {
        throw .usage("the URL of signals must begin with http:// or https://, and is '\(self.url)'")
      }
      while self.url.hasSuffix("/") { self.url.removeLast() }
    }

    var json: JSON { ["listen": .string("\(host):\(port)"), "url": .string(url)] }
  }

  private let path: String
  private let log: Logger
  private var answer: (@Sendable (ServiceRequest) async -> ServiceResponse)?
  private var running: (place: Place, task: Task<Void, Never>)?

  init(home: String, log: Logger) {
    path = home + "/signals.json"
    self.log = log
  }

  /// Says who answers; listens at once when it did so before.
  func serve(_ answer: @escaping @Sendable (ServiceRequest) async -> ServiceResponse) async {
    self.answer = answer
    do {
      if let place = try kept() { try await listen(at: place) }
    } catch {
      log.error("signals cannot be received: \(error)")
    }
  }

  func url() async throws -> String {
    if let running { return running.place.url }
    let place = try kept() ?? Place(listen: "127.0.0.1:\(try Self.freePort())", url: nil)
    try await listen(at: place)
    try keep(place)
    return place.url
  }

  func move(toListen listen: String, url: String?) async throws -> String {
    let place = try Place(listen: listen, url: url)
    if running?.place != place {
      running?.task.cancel()
      await running?.task.value
      running = nil
      try await self.listen(at: place)
    }
    try keep(place)
    return place.url
  }

  // MARK: - The file

  private func kept() throws -> Place? {
    guard let text = try SmallFile.read(path) else { return nil }
    let json = try JSON.parse(text)
    guard let listen = json["listen"]?.string else { throw RequestError.usage("\(path) has no 'listen': write it with `cld setup signals`") }
    return try Place(listen: listen, url: json["url"]?.string)
  }

  private func keep(_ place: Place) throws {
    let new = path + ".new"
    guard let file = fopen(new, "w") else { throw RequestError.unavailable("\(new) cannot be written: \(String(cString: strerror(errno)))") }
    fputs(place.json.prettyText + "\n", file)
    guard fflush(file) == 0, fsync(fileno(file)) == 0, fclose(file) == 0, rename(new, path) == 0 else {
      throw RequestError.unavailable("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  // MARK: - The server

  private func listen(at place: Place) async throws {
    guard let answer else { throw RequestError.unavailable("the host has not started yet") }
    let log = log
    let (started, outcome) = AsyncStream<(any Error)?>.makeStream()
    let application = Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in try await Self.respond(to: request, answer) },
      configuration: ApplicationConfiguration(address: .hostname(place.host, port: place.port), serverName: "cld-host"),
      onServerRunning: { _ in outcome.yield(nil) }, logger: log)
    let task = Task {
      do {
        try await application.run()
      } catch {
        outcome.yield(error)
      }
      outcome.finish()
    }
    var beginnings = started.makeAsyncIterator()
    if let failure = await beginnings.next() ?? CancellationError() {
      throw RequestError.unavailable("nothing can listen on \(place.host):\(place.port): \(failure); choose another address with `cld setup signals`")
    }
    running = (place, task)
    log.info("signals are taken at \(place.url)")
  }

  /// What a signal, or the question of a helper script, may have at most, in bytes.
  private static let largestBody = 64 * 1024

  private static func respond(
    to request: Request, _ answer: @Sendable (ServiceRequest) async -> ServiceResponse
  ) async throws -> Response {
    var request = request
    let body: ByteBuffer
    do {
      body = try await request.collectBody(upTo: largestBody)
    } catch {
      return Response(status: .contentTooLarge)
    }
    var query: [String: String] = [:]
    for (key, value) in request.uri.queryParameters { query[String(key)] = String(value) }
    let response = await answer(
      ServiceRequest(
        method: request.method.rawValue, path: request.uri.path.split(separator: "/").map(String.init), query: query, headers: [:],
        body: Array(buffer: body)))
    return Response(
      status: HTTPResponse.Status(code: response.status), headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body.bytes)))
  }

  /// A port that nobody uses at this moment; it is kept from then on.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw RequestError.unavailable("no socket can be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
      }
    }
    guard isBound else { throw RequestError.unavailable("no port is free: \(String(cString: strerror(errno)))") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
