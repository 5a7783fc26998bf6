import Contract
import Engine
import JSON
import Synchronization

/// A cloud of named things, a driver for it, and an account: enough to run operations without a network or a worker.
final class SimulatedCloud: Drivers, EffectGateway, Accounts {
  struct State {
    var things: [String: [String: String]] = [:]
    /// What `Value` of each thing is, by the thing's name.
    var values: [String: String] = [:]
    var calls: [String] = []
    /// What happens to the next call of that name on that thing, once.
    var faults: [String: Fault] = [:]
    var steps = 0
    var driverFaults = 0
    var live = 0
    /// The logical ids of things that are never ready.
    var slow: Set<String> = []
    /// The logical ids of things that the cloud gives up on.
    var broken: Set<String> = []
    var mostAtOnce = 0
    /// Calls that are refused each time, as "Update A 1": the call, the logical id, the value.
    var refusals: Set<String> = []
    var refusalMessage = "something depends on it"
    /// After so many steps drivers answer no more: the host is about to be left behind, as one that was killed.
    var stopsAfter: Int?
    var stopped = 0
    /// What the clients' credentials are; nil when no client has come.
    var credentials: String? = "first"
    /// The credentials that the cloud does not take any more.
    var expired: Set<String> = []
    /// The calls that are held back, such as "Delete ThingA", before the cloud does anything.
    var gates: [String: Gate] = [:]
  }

  enum Fault {
    /// The cloud does it and the reply is lost.
    case lostAfter
    /// The request never arrives, and nobody knows.
    case lostBefore
    case refuse(String)
    case expired
    /// A foreign thing of that name is there first.
    case foreign
  }

  let state = Mutex(State())
  let repeating: Call.Repeat

  init(repeating: Call.Repeat = .safe) { self.repeating = repeating }

  func arm(_ call: String, _ fault: Fault) { state.withLock { $0.faults[call] = fault } }
  var things: [String] { state.withLock { $0.things.keys.sorted() } }
  var calls: [String] { state.withLock { $0.calls } }

  // MARK: - Drivers

  private var manifest: Manifest {
    Manifest(
      name: "simulated", version: "1.0.0", publisher: "test", licence: "none", description: "", abi: 1...1, libraries: [],
      provides: [], endpoints: [
        "sim": Endpoint(
          url: "https://sim", authentication: .none, wireFormat: .rest, overrides: [],
          calls: [
            "Create": Call(mutates: true, repeating: repeating), "Delete": Call(mutates: true, repeating: .safe),
            "Update": Call(mutates: true, repeating: .safe), "Poke": Call(mutates: true, repeating: .safe), "Get": Call(mutates: false, repeating: .safe),
          ])
      ])
  }

  private var provision: Provision {
    Provision(
      group: "sim.resource", kind: .resource, type: "Sim::Thing", alias: "thing", ops: ["create", "read", "update", "delete", "action:poke", "expand-resource"],
      schema: TypeSchema(
        typeName: "Sim::Thing", schemaVersion: 1,
        document: ["properties": ["Value": ["type": "string"], "Kind": ["type": "string"], "password": [:], "Name": ["type": "string"]]],
        createOnlyProperties: [JSONPointer(["properties", "Kind"])], readOnlyProperties: [JSONPointer(["properties", "Name"])], identity: .named))
  }

  func provider(ofType type: String) async -> Provider? {
    type == "Sim::Thing" ? Provider(manifest: manifest, provision: provision) : nil
  }

  func provider(ofType type: String, boundTo plugin: String) async -> Provider? { await provider(ofType: type) }
  func absence(of plugin: String) async -> String { "the plugin \(plugin) is not installed" }

  func provider(cloud: String, alias: String, kind: Provision.Kind) async -> Provider? {
    cloud == "sim" && alias == "thing" && kind == .resource ? Provider(manifest: manifest, provision: provision) : nil
  }

  func aliases(kind: Provision.Kind) async -> [String] { kind == .resource ? ["sim/thing"] : [] }
  func providers() async -> [Provider] { [Provider(manifest: manifest, provision: provision)] }
  func discardWorkers(of plugin: String) async {}

  func step(plugin: String, request: JSON) async throws(DriverFault) -> JSON {
    let isStopped = state.withLock { state in
      guard let last = state.stopsAfter, state.steps >= last else { return false }
      state.stopped += 1
      return true
    }
    if isStopped { try? await Task.sleep(for: .seconds(3600)) }
    let isFaulty = state.withLock { state in
      state.steps += 1
      if state.driverFaults > 0 {
        state.driverFaults -= 1
        return true
      }
      return false
    }
    if isFaulty { throw DriverFault(evidence: "killed by signal 9") }
    let name = request["identity"]?["name"] ?? ""
    let history = request["history"]?.array ?? []
    func effect(_ call: String) -> JSON {
      ["effect": ["endpoint": "sim", "call": .string(call), "json": ["name": name, "tags": request["identity"]?["tags"] ?? [:], "value": request["desired"]?["Value"] ?? .null], "digest": .string(call)]]
    }
    switch request["op"]?.string {
    case "expand-resource": return Self.expand(request["input"] ?? .null)
    case "create":
      switch history.count {
      case 0: return effect("Create")
      default:
        let last = history[history.count - 1]
        if last["lost"] == true { return effect(history.count == 1 ? "Get" : "Create") }
        switch last["result"]?["status"]?.int {
        case 404: return effect("Create")
        case 409:
          return ["fail": ["code": "exists", "message": .string("\(name.string ?? "") exists and is not ours")]]
        case 400: return ["fail": ["code": "bad_request", "message": last["result"]?["body"]?["message"] ?? "no"]]
        default: return ["done": ["status": "pending", "id": name]]
        }
      }
    case "action:poke":
      guard history.last?["result"] != nil else { return effect("Poke") }
      return ["done": ["status": "pending", "id": name]]
    case "update":
      guard let result = history.last?["result"] else { return effect("Update") }
      return result["status"]?.int == 400
        ? ["fail": ["code": "bad_request", "message": result["body"]?["message"] ?? "no"]] : ["done": ["status": "pending", "id": name]]
    case "read":
      guard let result = history.first?["result"] else { return effect("Get") }
      let id = request["identity"]?["tags"]?["cld:logical-id"]?.string ?? ""
      if state.withLock({ $0.slow.contains(id) }) { return ["done": ["status": "pending", "id": name, "next_ms": 100]] }
      // It gives up once those that are slow are being waited for.
      if state.withLock({ $0.broken.contains(id) }) {
        let givesUp = state.withLock { state in state.slow.allSatisfy { state.calls.contains("Get \($0)") } }
        return ["done": givesUp ? ["status": "failed", "id": name, "reason": "it broke"] : ["status": "pending", "id": name, "next_ms": 100]]
      }
      return result["status"]?.int == 404
        ? ["done": ["status": "absent"]] : ["done": ["status": "ready", "id": name, "attributes": ["Name": name]]]
    case "delete":
      guard let status = history.first?["result"]?["status"]?.int else { return effect("Delete") }
      return status == 400 ? ["fail": ["code": "conflict", "message": .string(state.withLock { $0.refusalMessage })]] : ["done": ["status": "absent"]]
    default: return ["fail": ["code": "unsupported", "message": "no"]]
    }
  }

  /// `things: {A: [], B: [A]}` in the configuration makes one thing each, with what it waits for.
  private static func expand(_ input: JSON) -> JSON {
    var resources: [String: JSON] = [:]
    for (id, wanted) in input["configuration"]?["things"]?.object ?? [:] {
      resources[id] = ["Type": "Sim::Thing", "Properties": ["password": ["$generate": ["length": 20]]], "DependsOn": wanted]
    }
    return ["done": ["status": "ready", "fragment": ["Resources": .object(resources)]]]
  }

  // MARK: - Effects

  func perform(_ effect: OutgoingEffect) async -> GatewayOutcome {
    guard case .json(let body) = effect.request.body, let name = body["name"]?.string else { return .refused("no body") }
    let tags = (body["tags"]?.object ?? [:]).compactMapValues(\.string)
    let call = effect.request.call
    state.withLock {
      $0.live += 1
      $0.mostAtOnce = max($0.mostAtOnce, $0.live)
    }
    await Task.yield()
    if let gate = state.withLock({ $0.gates["\(call) \(tags["cld:logical-id"] ?? "")"] }) { await gate.pass() }
    defer { state.withLock { $0.live -= 1 } }
    return state.withLock { state in
      let key = "\(call) \(tags["cld:logical-id"] ?? "")"
      let fault = state.faults.removeValue(forKey: key)
      guard let credentials = state.credentials else { return .unauthenticated("no client has come") }
      if state.expired.contains(credentials) { return .unauthenticated("the token has expired") }
      state.calls.append(key)
      switch fault {
      case .lostBefore: return .lost("connection reset")
      case .refuse(let message): return Self.answer(400, ["message": .string(message)])
      case .expired: return .unauthenticated("the token has expired")
      case .foreign: state.things[name] = [:]
      case .lostAfter, nil: break
      }
      if state.refusals.contains("\(key) \(body["value"]?.string ?? "")") { return Self.answer(400, ["message": "refused"]) }
      let outcome: GatewayOutcome
      switch call {
      case "Create":
        if let there = state.things[name], there != tags { outcome = Self.answer(409, [:]) } else {
          state.things[name] = tags
          state.values[name] = body["value"]?.string
          outcome = Self.answer(200, ["name": .string(name)])
        }
      case "Delete":
        if state.things[name] == tags {
          state.things[name] = nil
          state.values[name] = nil
        }
        outcome = Self.answer(200, [:])
      case "Update":
        if state.things[name] == tags { state.values[name] = body["value"]?.string }
        outcome = Self.answer(state.things[name] == tags ? 200 : 404, ["name": .string(name)])
      default: outcome = Self.answer(state.things[name] == tags ? 200 : 404, ["name": .string(name)])
      }
      if case .lostAfter = fault { return .lost("connection reset") }
      return outcome
    }
  }

  private static func answer(_ status: Int, _ body: JSON) -> GatewayOutcome {
    .answer(status: status, headers: [:], body: body, full: body, secrets: [:], followsLoss: false)
  }

  // MARK: - Accounts

  func scope(cloud: String, client: ClientVariables) async throws(RequestError) -> CloudScope {
    guard let account = client.values["ACCOUNT"] else { throw .permission("no credentials") }
    return CloudScope(cloud: cloud, account: account, region: "r", partition: "p", endpointOverrides: [:], profile: nil)
  }

  func credentials(for scope: CloudScope) async -> CredentialsMark? { state.withLock { $0.credentials }.map { CredentialsMark($0) } }
}

/// Holds back the calls that come to it until it is opened.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var isReached = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Whether a call has come.
  var isReached: Bool { state.withLock { $0.isReached } }

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.isReached = true
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      let taken = state.waiting
      state.waiting = []
      return taken
    }
    for continuation in waiting { continuation.resume() }
  }
}
