internal import Contract
public import JSON
public import Store

extension Engine {
  /// The lines of an application's logs: {ts, source, text}, oldest first. They change nothing and are not stored.
  /// - Parameter since: seconds since 1970; 0 for all.
  public func logs(application name: String, since: Int64, client: ClientVariables) async throws -> [JSON] {
    guard let stack = try await context.store.read({ try $0.liveStack(kind: .application, name: name) }) else {
      throw RequestError.notFound("there is no application '\(name)': `cld app list` shows them")
    }
    guard let environmentID = stack.environmentID,
      let environment = try await context.store.read({ try $0.stack(id: environmentID) }),
      let type = environment.exports["coe"]?["Type"]?.string
    else { throw RequestError.conflict("application \(name) has no environment with a container cluster") }
    guard let provider = await context.drivers.provider(ofType: type) else {
      throw RequestError.unavailable("no active plugin provides \(type): `cld plugin why \(type)` says why")
    }
    let scope = try await verify(stack, client)
    let resources = try await context.store.read { try $0.resources(of: stack.id) }.filter(\.status.mayExist)
    let now = context.clock.seconds
    let subject = ResourceRecord(
      id: "logs", stackID: stack.id, logicalID: name, type: type, plugin: provider.manifest.name, name: name, createdAt: now, updatedAt: now)
    var lines: [JSON] = []
    var cursor: JSON = .null
    // A driver that always says there is more must not hold a client for ever.
    for _ in 0..<100 {
      let input: JSON = [
        "resources": .array(
          resources.map {
            [
              "logical_id": .string($0.logicalID), "type": .string($0.type), "id": $0.physicalID.map { .string($0) } ?? .null,
              "name": .string($0.name), "attributes": $0.attributes, "properties": $0.desired,
            ]
          }), "cursor": cursor, "since": .int(since), "environment": environment.exports["coe"] ?? .null,
      ]
      let completion: Completion
      do {
        (completion, _) = try await StepRunner.look(
          "logs", for: "logs", input: input, context: context, stack: stack, scope: scope, provider: provider
        ).run(subject)
      } catch let interruption as Interruption {
        throw RequestError.unavailable("the logs of \(name) cannot be read: \(interruption)")
      }
      lines += completion.lines ?? []
      guard completion.more, let next = completion.cursor else { break }
      cursor = .string(next)
    }
    return lines.sorted { ($0["ts"]?.double ?? 0) < ($1["ts"]?.double ?? 0) }
  }

  /// The attributes and properties of a resource with the secrets opened: for `--reveal` alone.
  public func revealed(_ json: JSON) async throws -> JSON {
    let secrets = try await context.store.secrets(json.secretHandles)
    return json.revealing(secrets)
  }

  /// Runs a query on a consistent snapshot of the state.
  public func read<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
    try await context.store.read(body)
  }

  /// Why the state cannot be written at this moment; nil when it can.
  public var storeProblem: String? { context.store.problem }

  /// Whether a client of that scope has come since the host started.
  public func hasCredentials(for scope: CloudScope) async -> Bool { await context.accounts.hasCredentials(for: scope) }

  /// Checks a client's credentials and region: the scope in which it would create.
  public func scope(cloud: String, client: ClientVariables) async throws -> CloudScope {
    try await context.accounts.scope(cloud: cloud, client: client)
  }
}

extension JSON {
  fileprivate func revealing(_ secrets: [String: String]) -> JSON {
    switch self {
    case .array(let elements): return .array(elements.map { $0.revealing(secrets) })
    case .object(let members):
      if members.count == 1, let handle = members["$secret"]?.string, let secret = secrets[handle] { return .string(secret) }
      let opened = members.mapValues { $0.revealing(secrets) }
      if members.count == 1, let parts = opened["$concat"]?.array { return JSON.string(parts.compactMap(\.scalarText).joined()) }
      return .object(opened)
    default: return self
    }
  }
}
