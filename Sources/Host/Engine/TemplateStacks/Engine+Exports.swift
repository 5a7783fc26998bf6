internal import JSON
internal import Store

extension Engine {
  /// The exports of other stacks of the account and region, by name.
  static func exports(_ transaction: Transaction, besides stack: StackRecord) throws -> [String: (value: JSON, stack: StackRecord)] {
    var out: [String: (value: JSON, stack: StackRecord)] = [:]
    for other in try transaction.liveStacks(kind: .template) where other.id != stack.id && other.sharesExports(with: stack) {
      for export in other.exports.object?.values.map({ $0 }) ?? [] {
        if let name = export["Name"]?.scalarText { out[name] = (export["Value"] ?? .null, other) }
      }
    }
    return out
  }

  /// Refuses exports of names that another stack exports already.
  static func requireNewExports(_ transaction: Transaction, _ stack: StackRecord) throws {
    guard stack.kind == .template, stack.exports.object?.isEmpty == false else { return }
    let others = try exports(transaction, besides: stack)
    for export in stack.exports.object?.values.map({ $0 }) ?? [] {
      if let name = export["Name"]?.scalarText, let other = others[name] {
        throw RequestError.conflict("Export with name \(name) is already exported by stack \(other.stack.name)")
      }
    }
  }

  /// Refuses to take away exports that other stacks import.
  /// - Parameter kept: the exports that stay as they are, by name.
  static func requireNotImported(_ transaction: Transaction, _ stack: StackRecord, kept: [String: JSON] = [:]) throws {
    guard stack.kind == .template else { return }
    for export in stack.exports.object?.values.map({ $0 }) ?? [] {
      guard let name = export["Name"]?.scalarText, kept[name] != export["Value"] else { continue }
      let importers = try transaction.liveStacks(kind: .template).filter { other in
        other.id != stack.id && other.sharesExports(with: stack) && other.source["imports"]?.array?.contains(.string(name)) == true
      }
      guard let importer = importers.first else { continue }
      throw RequestError.conflict("Export \(name) cannot be deleted or changed as it is in use by \(importer.name): change that stack first")
    }
  }
}

extension StackRecord {
  /// Exports are known in one account and region (CloudFormation user guide, "Exporting stack output values").
  fileprivate func sharesExports(with other: StackRecord) -> Bool {
    ["cloud", "account", "region"].allSatisfy { scope[$0] == other.scope[$0] }
  }
}
