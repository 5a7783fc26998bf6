internal import Contract
internal import JSON

/// Compares what a library says of itself with its manifest: a difference means that they do not belong together.
enum DescribeCheck {
  static func refusal(report: WorkerReport, describe text: [UInt8], manifest: Manifest) -> Refusal? {
    guard let json = try? JSON.parse(text), json.object != nil else {
      return Refusal(.describeInvalid, "describe answers no JSON object")
    }
    for name in [json["name"]?.string ?? "", report.name] where name != manifest.name {
      return Refusal(.describeName, "the library calls itself \"\(name)\", the manifest says \"\(manifest.name)\"")
    }
    for version in [json["version"]?.string ?? "", report.version] where version != manifest.version {
      return Refusal(
        .describeVersion, "the library is of version \"\(version)\", the manifest says \"\(manifest.version)\"")
    }
    guard let types = json["types"]?.array else { return Refusal(.describeInvalid, "describe has no array \"types\"") }
    var described: [String: (kind: String, ops: Set<String>)] = [:]
    for type in types {
      guard let name = type["type"]?.string, let kind = type["kind"]?.string, let ops = type["ops"]?.array else {
        return Refusal(.describeInvalid, "describe has a type without \"type\", \"kind\" or \"ops\"")
      }
      described[name] = (kind, Set(ops.compactMap(\.string)))
    }
    for provision in manifest.provides {
      guard let found = described.removeValue(forKey: provision.type) else {
        return Refusal(.describeTypes, "the manifest provides \(provision.type), the library does not")
      }
      guard found.kind == provision.kind.rawValue else {
        return Refusal(
          .describeTypes, "\(provision.type) is a \(provision.kind.rawValue) in the manifest, a \(found.kind) in the library")
      }
      let differing = found.ops.symmetricDifference(provision.ops)
      guard differing.isEmpty else {
        return Refusal(
          .describeTypes,
          "manifest and library differ in the operations of \(provision.type): \(differing.sorted().joined(separator: ", "))")
      }
    }
    if let extra = described.keys.min() {
      return Refusal(.describeTypes, "the library provides \(extra), the manifest does not")
    }
    return nil
  }
}
