public import Engine
public import JSON
internal import Store

/// The REST API (interfaces.md), free of any HTTP library: a request in, an answer out.
public struct Service: Sendable {
  let engine: Engine
  /// The plugins as `cld plugin list` shows them.
  let plugins: @Sendable () async -> JSON
  /// Takes over what operators have changed; whether there was anything.
  let followPlugins: @Sendable () async -> Bool
  /// Ends the host once the answer is out.
  let shutDown: @Sendable () async -> Void
  let version: String

  /// A service over an engine.
  public init(
    engine: Engine, version: String, plugins: @escaping @Sendable () async -> JSON,
    followPlugins: @escaping @Sendable () async -> Bool, shutDown: @escaping @Sendable () async -> Void
  ) {
    self.engine = engine
    self.version = version
    self.plugins = plugins
    self.followPlugins = followPlugins
    self.shutDown = shutDown
  }

  /// Answers a request; errors become problem documents.
  public func answer(_ request: ServiceRequest) async -> ServiceResponse {
    do {
      // A page in a browser can reach a local server by a name of its own; no client of ours sends these.
      guard request.headers["origin"] == nil, ["localhost", "cld", nil].contains(request.headers["host"]) else {
        throw RequestError.permission("requests from a browser or for another host are refused")
      }
      let call = try Call(request)
      // A change is made with the plugins that are installed at that moment; following an operation need not look for new ones.
      if call.method != "GET" || call.path == ["v1", "plugins"] { await follow() }
      guard call.isLooking else {
        await takeUp(call)
        return try await route(call)
      }
      // What is held is shown as held, and tried again behind that.
      let response = try await route(call)
      await takeUp(call)
      return response
    } catch {
      return Problem(error).response
    }
  }

  /// Held operations whose plugin is there again go on.
  private func follow() async {
    guard await followPlugins() else { return }
    do { try await engine.resume() } catch {
      // The request that follows reads the same store and reports the same error, with its place.
    }
  }

  /// A client that brings credentials lets go on what a crash, or the end of other credentials, has left.
  private func takeUp(_ call: Call) async {
    guard !call.client.values.isEmpty else { return }
    do {
      var scopes = try await engine.stalledScopes()
      // Following an operation asks again and again: unless the host has just started, what is held is left to commands and to time.
      if call.isFollowing {
        for scope in scopes where await engine.hasCredentials(for: scope) { scopes.remove(scope) }
      }
      if let asked = call.operationAskedFor { engine.loseNoTime(with: asked) }
      guard !scopes.isEmpty else { return }
      for scope in scopes {
        var client = call.client
        client.values["AWS_REGION"] = scope.region
        // Credentials that do not work, or are for another account, leave the operation held; the request itself says so if it needs them.
        _ = try? await engine.scope(cloud: scope.cloud, client: client)
      }
      try await engine.resume(patiently: true)
    } catch {
      // The request that follows reads the same store and reports the same error, with its place.
    }
  }

  private func route(_ call: Call) async throws -> ServiceResponse {
    guard call.path.first == "v1" else { throw RequestError.notFound("the API is below /v1") }
    switch (call.method, call.path.dropFirst().first, call.path.count) {
    case ("GET", "status", 2): return try await status()
    case ("GET", "plugins", 2): return ServiceResponse(body: await plugins())
    case ("POST", "plugins", 3) where call.path[2] == "reload": return ServiceResponse(body: await plugins())
    case ("POST", "shutdown", 2):
      await shutDown()
      return ServiceResponse(body: ["status": "stopping"])
    case (_, "environments", _): return try await stacks(call, .environment)
    case (_, "apps", _): return try await stacks(call, .application)
    case (_, "stacks", _): return try await templateStacks(call)
    case (_, "resources", _): return try await resources(call)
    case (_, "operations", _): return try await operations(call)
    case ("GET", "events", 2): return try await events(call, operationID: nil)
    case ("POST", "setup", 3): return try await setUp(call)
    default: throw RequestError.notFound("there is no \(call.method) /\(call.path.joined(separator: "/"))")
    }
  }

  private func status() async throws -> ServiceResponse {
    let (stacks, open) = try await engine.read { transaction in
      (try transaction.liveStacks(), try transaction.openOperations())
    }
    return ServiceResponse(body: [
      "version": .string(version), "environments": .int(Int64(stacks.count { $0.kind == .environment })),
      "apps": .int(Int64(stacks.count { $0.kind == .application })),
      "stacks": .int(Int64(stacks.count { $0.kind == .template })), "open_operations": .int(Int64(open.count)),
      "store_problem": engine.storeProblem.map { .string($0) } ?? .null,
    ])
  }

  private func setUp(_ call: Call) async throws -> ServiceResponse {
    if call.path[2] == "signals" {
      let url = try await engine.setSignalAddress(listen: try call.text("listen"), url: call.body["url"]?.string)
      return ServiceResponse(body: ["url": .string(url)])
    }
    let scope = try await engine.scope(cloud: call.path[2], client: call.client)
    var body = scope.json
    body["credentials"] = scope.credentialSource.map { .string($0) }
    return ServiceResponse(body: body)
  }
}
