public import Contract
internal import JSON

/// Reads a type's schema file strictly (docs/plugin-contract.md, "Type schema").
public enum SchemaParser {
  /// Registry schemas of large types have up to a few hundred KiB.
  public static let sizeLimit = 1 << 20

  /// The schema of the type that the manifest provides.
  public static func schema(_ bytes: [UInt8], file: String, type: String) throws(ManifestError) -> TypeSchema {
    try StrictDocument(bytes, file: file, sizeLimit: sizeLimit).read { root throws(Misfit) in
      try schema(root, type: type)
    }
  }

  private static let keys = [
    "typeName", "description", "definitions", "properties", "required", "additionalProperties", "primaryIdentifier",
    "additionalIdentifiers", "createOnlyProperties", "conditionalCreateOnlyProperties", "readOnlyProperties",
    "writeOnlyProperties", "replacementStrategy", "sourceUrl", "documentationUrl", "tagging", "handlers", "oneOf",
    "anyOf", "allOf", "dependencies", "$schema", "$id", "$comment", "title", "type", "schemaVersion", "sensitive",
    "identity", "owner", "naming", "tagProperty", "actions", "states", "secretOnce", "finalSnapshot",
  ]

  private static func schema(_ root: StrictObject, type: String) throws(Misfit) -> TypeSchema {
    try root.allow(keys)
    let typeName = try root.string("typeName")
    guard typeName == type else { throw root.misfit("typeName", .otherTypeName(expected: type, found: typeName)) }
    let properties = try root.object("properties")
    _ = try root.strings("required")
    let timing = try identity(root)
    let tagProperty = try root.optionalString("tagProperty")
    if let tagProperty, properties.members[tagProperty] == nil {
      throw root.misfit("tagProperty", .unknownProperty(pointer: tagProperty))
    }
    return TypeSchema(
      typeName: typeName, schemaVersion: try root.optionalInt("schemaVersion", in: 1...1_000_000) ?? 1,
      document: .object(root.members),
      primaryIdentifier: try pointers(root, "primaryIdentifier", properties),
      createOnlyProperties: try pointers(root, "createOnlyProperties", properties),
      readOnlyProperties: try pointers(root, "readOnlyProperties", properties),
      writeOnlyProperties: try pointers(root, "writeOnlyProperties", properties),
      sensitive: try pointers(root, "sensitive", properties),
      identity: timing.identity, owner: try owner(root), naming: try naming(root, properties),
      tagProperty: tagProperty, settleMilliseconds: timing.settle, landingMaxMilliseconds: timing.landing,
      actions: try actions(root))
  }

  /// Pointers that start with /properties/, which is removed.
  private static func pointers(
    _ root: StrictObject, _ key: String, _ properties: StrictObject
  ) throws(Misfit) -> [JSONPointer] {
    var pointers: [JSONPointer] = []
    for (index, text) in try root.strings(key).enumerated() {
      let place = root.at(key).appending(String(index))
      guard let pointer = JSONPointer(text), pointer.tokens.count >= 2, pointer.tokens[0] == "properties" else {
        throw Misfit(
          pointer: place, problem: .malformed(key: key, value: text, expected: "a pointer that starts with /properties/"))
      }
      guard properties.members[pointer.tokens[1]] != nil else {
        throw Misfit(pointer: place, problem: .unknownProperty(pointer: text))
      }
      pointers.append(JSONPointer(Array(pointer.tokens.dropFirst())))
    }
    return pointers
  }

  private static func identity(
    _ root: StrictObject
  ) throws(Misfit) -> (identity: TypeSchema.Identity, settle: Int, landing: Int) {
    guard let object = try root.optionalObject("identity") else { return (.none, 0, 0) }
    try object.allow(["class", "window_s", "settle_ms", "landing_max_ms"])
    let word = try ManifestParser.choice(object, "class", ["named", "keyed", "token", "tagged", "none"])
    let window = try object.optionalInt("window_s", in: 1...31_536_000)
    if window != nil && word != "token" {
      throw object.misfit("window_s", .keyOnlyFor(key: "window_s", needs: "the class \"token\""))
    }
    let identity: TypeSchema.Identity =
      switch word {
      case "named": .named
      case "keyed": .keyed
      case "tagged": .tagged
      case "none": .none
      default: .token(window: try object.int("window_s", in: 1...31_536_000))
      }
    return (
      identity, try object.optionalInt("settle_ms", in: 0...3_600_000) ?? 0,
      try object.optionalInt("landing_max_ms", in: 0...86_400_000) ?? 0
    )
  }

  private static func owner(_ root: StrictObject) throws(Misfit) -> TypeSchema.Owner {
    guard root.members["owner"] != nil else { return .own }
    return try ManifestParser.choice(root, "owner", ["self", "parent"]) == "parent" ? .parent : .own
  }

  private static func naming(_ root: StrictObject, _ properties: StrictObject) throws(Misfit) -> TypeSchema.Naming? {
    guard let object = try root.optionalObject("naming") else { return nil }
    try object.allow(["property", "longest", "lowercase", "punctuation"])
    let property = try object.optionalString("property")
    if let property, properties.members[property] == nil {
      throw object.misfit("property", .unknownProperty(pointer: property))
    }
    return TypeSchema.Naming(
      property: property, longest: try object.int("longest", in: 1...1024),
      lowercase: try object.optionalBool("lowercase") ?? false,
      punctuation: try object.optionalString("punctuation") ?? "")
  }

  private static func actions(_ root: StrictObject) throws(Misfit) -> [String: TypeSchema.Action] {
    guard root.members["actions"] != nil else { return [:] }
    var actions: [String: TypeSchema.Action] = [:]
    for (name, object) in try root.namedObjects("actions") {
      try object.allow(["from", "to"])
      actions[name] = TypeSchema.Action(from: try object.strings("from"), to: try object.string("to"))
    }
    return actions
  }
}
