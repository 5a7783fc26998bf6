internal import JSON

/// Reads a policy file as strictly as a manifest: what is not understood could be a prohibition.
enum PolicyParser {
  private static let sizeLimit = 256 * 1024

  static func policy(_ bytes: [UInt8], path: String, level: PolicyFile.Level) throws(ManifestError) -> PolicyFile {
    try StrictDocument(bytes, file: path, sizeLimit: sizeLimit).read { root throws(Misfit) in
      try root.allow(["policy_version", "default", "enable", "disable", "pins", "require", "forbid", "allow", "publishers"])
      _ = try root.int("policy_version", in: 1...1)
      var file = PolicyFile(path: path, level: level)
      file.standard = try root.word("default", PolicyFile.Default.self) ?? .enabled
      file.enable = try selectors(root, "enable")
      file.disable = try selectors(root, "disable")
      file.pins = try pins(root)
      file.require = try words(root, "require", PolicyFile.Requirement.self)
      file.forbid = try words(root, "forbid", PolicyFile.Place.self)
      file.allow = try words(root, "allow", PolicyFile.Allowance.self)
      file.publishers = try publishers(root)
      return file
    }
  }

  private static func selectors(_ root: StrictObject, _ key: String) throws(Misfit) -> [PluginSelector] {
    guard root.members[key] != nil else { return [] }
    var selectors: [PluginSelector] = []
    for object in try root.objects(key) {
      try object.allow(["name", "type", "publisher"])
      let selector = PluginSelector(
        name: try glob(object, "name"), type: try glob(object, "type"), publisher: try glob(object, "publisher"))
      // An empty rule would mean every plugin: who wants that writes {"name": "*"}.
      guard selector != PluginSelector() else { throw Misfit(pointer: object.pointer, problem: .missingKey("name")) }
      selectors.append(selector)
    }
    return selectors
  }

  private static func glob(_ object: StrictObject, _ key: String) throws(Misfit) -> String? {
    guard object.members[key] != nil else { return nil }
    return try object.string(key, "a glob of 1 to 128 bytes") { (1...128).contains($0.utf8.count) && !$0.utf8.contains(0) }
  }

  private static func pins(_ root: StrictObject) throws(Misfit) -> [String: String] {
    guard let object = try root.optionalObject("pins") else { return [:] }
    var pins: [String: String] = [:]
    for type in object.members.keys.sorted() where !type.hasPrefix("x-") {
      guard Spelling.isTypeName(type) else {
        throw Misfit(
          pointer: object.at(type), atKey: true, problem: .malformed(key: "pins", value: type, expected: Spelling.typeForm))
      }
      pins[type] = try object.string(type, Spelling.nameForm, Spelling.isName)
    }
    return pins
  }

  private static func words<Word: RawRepresentable & CaseIterable & Hashable>(
    _ root: StrictObject, _ key: String, _ type: Word.Type
  ) throws(Misfit) -> Set<Word> where Word.RawValue == String {
    var words: Set<Word> = []
    for (index, text) in try root.strings(key).enumerated() {
      guard let word = Word(rawValue: text) else {
        throw Misfit(
          pointer: root.at(key).appending(String(index)),
          problem: .notOneOf(key: key, value: text, allowed: Word.allCases.map(\.rawValue)))
      }
      words.insert(word)
    }
    return words
  }

  private static func publishers(_ root: StrictObject) throws(Misfit) -> [String: [UInt8]] {
    guard let object = try root.optionalObject("publishers") else { return [:] }
    var publishers: [String: [UInt8]] = [:]
    for name in object.members.keys.sorted() where !name.hasPrefix("x-") {
      let text = try object.string(name)
      guard let key = Signature.publicKey(text) else {
        throw object.misfit(name, .malformed(key: name, value: text, expected: "an ed25519 public key: 32 bytes in base64"))
      }
      publishers[name] = key
    }
    return publishers
  }
}
