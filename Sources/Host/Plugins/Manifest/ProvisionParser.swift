internal import Contract
internal import JSON

/// Reads an entry of `provides`.
enum ProvisionParser {
  static func provision(_ object: StrictObject) throws(Misfit) -> Provision {
    try object.allow(["group", "kind", "type", "alias", "ops", "schema"])
    let group = try object.string("group", Spelling.groupForm, Spelling.isGroup)
    guard let kind = try object.word("kind", Provision.Kind.self) else {
      throw Misfit(pointer: object.pointer, problem: .missingKey("kind"))
    }
    let type = try object.string("type", Spelling.typeForm, Spelling.isTypeName)
    let alias =
      object.members["alias"] == nil ? nil : try object.string("alias", Spelling.nameForm, Spelling.isName)
    let schema = object.members["schema"] == nil ? nil : try ManifestParser.path(object, "schema")
    guard schema != nil || kind == .coe else { throw Misfit(pointer: object.pointer, problem: .schemaMissing) }
    return Provision(
      group: group, kind: kind, type: type, alias: alias, ops: try ops(object, kind: kind, alias: alias),
      schemaPath: schema)
  }

  private static func ops(_ object: StrictObject, kind: Provision.Kind, alias: String?) throws(Misfit) -> Set<String> {
    _ = try object.array("ops")
    var ops: Set<String> = []
    for (index, op) in try object.strings("ops").enumerated() {
      let place = object.at("ops").appending(String(index))
      guard isOp(op, of: kind) else {
        throw Misfit(pointer: place, problem: .opNotOfKind(op: op, kind: kind.rawValue))
      }
      guard ops.insert(op).inserted else { throw Misfit(pointer: place, problem: .duplicate(what: "operation", value: op)) }
      if op == "expand-resource" && alias == nil { throw Misfit(pointer: place, problem: .expandWithoutAlias) }
    }
    for needed in requiredOps(of: kind) where !ops.contains(needed) {
      throw object.misfit("ops", .missingOp(op: needed, kind: kind.rawValue))
    }
    return ops
  }

  private static func requiredOps(of kind: Provision.Kind) -> [String] {
    switch kind {
    case .resource: ["create", "read", "delete"]
    case .lookup: ["read"]
    case .coe: ["expand-environment", "expand-application"]
    }
  }

  private static func isOp(_ op: String, of kind: Provision.Kind) -> Bool {
    switch kind {
    case .resource:
      ["create", "read", "update", "delete", "list", "plan", "migrate", "logs", "exec", "expand-resource"].contains(op)
        || (op.hasPrefix("action:") && Spelling.isName(String(op.dropFirst(7))))
    case .lookup: op == "read"
    case .coe: ["expand-environment", "expand-application", "logs"].contains(op)
    }
  }
}
