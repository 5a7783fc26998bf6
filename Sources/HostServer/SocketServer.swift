internal import Hummingbird
internal import HTTPTypes
internal import JSON
internal import Logging
internal import NIOCore
internal import Service

/// Serves the API over a unix socket: Hummingbird's requests to the service's, and its answers back.
///
/// Only this user, and root, can reach it: the folder has mode 0700, the socket 0600, and `PeerCheck` asks the kernel.
struct SocketServer {
  let service: Service
  let path: String
  let log: Logger

  /// The largest body that is read, in bytes: an environment file and its frame.
  private static let largestBody = 8 << 20

  /// Serves until the process ends.
  func run() async throws {
    let service = service
    let responder = CallbackResponder<BasicRequestContext> { request, _ in
      try await Self.respond(to: request, service)
    }
    let application = Application(
      responder: responder, server: .http1(configuration: .init(additionalChannelHandlers: [PeerCheck()])),
      configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path), serverName: "cld-host"),
      logger: log)
    try await application.runService(gracefulShutdownSignals: [])
  }

  private static func respond(to request: Request, _ service: Service) async throws -> Response {
    var request = request
    let body = try await request.collectBody(upTo: largestBody)
    var headers: [String: String] = [:]
    for field in request.headers { headers[field.name.canonicalName] = field.value }
    headers["host"] = request.head.authority
    var query: [String: String] = [:]
    for (key, value) in request.uri.queryParameters { query[String(key)] = String(value) }
    let answer = await service.answer(
      ServiceRequest(
        method: request.method.rawValue,
        path: request.uri.path.split(separator: "/").map { String($0).removingPercentEscapes },
        query: query, headers: headers, body: Array(buffer: body)))
    var fields = HTTPFields()
    fields[.contentType] = "application/json"
    for (name, value) in answer.headers {
      if let field = HTTPField.Name(name) { fields[field] = value }
    }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body.bytes)))
  }
}

extension String {
  /// The text with `%XX` replaced by the bytes that they stand for (RFC 3986, section 2.1).
  fileprivate var removingPercentEscapes: String {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
