public import Contract
internal import JSON

/// Reads manifest.json strictly (docs/plugin-contract.md, "Manifest"). A pure function of the bytes.
public enum ManifestParser {
  /// No manifest needs more.
  public static let sizeLimit = 256 * 1024
  /// No manifest needs more levels of arrays and objects.
  public static let depthLimit = 32

  /// The manifest without its schemas.
  /// - Parameter file: how messages name the file.
  public static func manifest(_ bytes: [UInt8], file: String) throws(ManifestError) -> Manifest {
    try StrictDocument(bytes, file: file, sizeLimit: sizeLimit).read(manifest)
  }

  private static func manifest(_ root: StrictObject) throws(Misfit) -> Manifest {
    try root.allow([
      "manifest_version", "name", "version", "publisher", "licence", "description", "abi", "libraries", "provides",
      "endpoints", "config", "limits", "requires", "conflicts",
    ])
    _ = try root.int("manifest_version", in: 1...1)
    return Manifest(
      name: try root.string("name", Spelling.nameForm, Spelling.isName),
      version: try root.string("version", Spelling.versionForm, Spelling.isVersion),
      publisher: try root.string("publisher", "a text of 1 to 128 bytes") { (1...128).contains($0.utf8.count) },
      licence: try root.optionalString("licence") ?? "",
      description: try root.optionalString("description") ?? "",
      abi: try abi(root.object("abi")),
      libraries: try libraries(root),
      provides: try provides(root),
      endpoints: root.members["endpoints"] == nil ? [:] : try endpoints(root),
      config: try root.optionalObject("config").map { .object($0.members) } ?? .null,
      limits: try limits(root.optionalObject("limits")),
      requires: try requirements(root, "requires"),
      conflicts: try requirements(root, "conflicts"))
  }

  private static func abi(_ object: StrictObject) throws(Misfit) -> ClosedRange<UInt32> {
    try object.allow(["min", "max"])
    let min = try object.int("min", in: 1...Int64(UInt32.max))
    let max = try object.int("max", in: 1...Int64(UInt32.max))
    guard min <= max else { throw object.misfit("max", .emptyRange(min: Int64(min), max: Int64(max))) }
    return UInt32(min)...UInt32(max)
  }

  private static func libraries(_ root: StrictObject) throws(Misfit) -> [Manifest.Library] {
    var libraries: [Manifest.Library] = []
    for object in try root.objects("libraries") {
      try object.allow(["os", "arch", "libc", "path", "sha256", "size"])
      let library = Manifest.Library(
        os: try choice(object, "os", ["linux"]),
        arch: try choice(object, "arch", ["x86_64", "aarch64"]),
        libc: try choice(object, "libc", ["glibc", "musl"]),
        path: try path(object, "path"),
        sha256: try object.string("sha256", "64 lower-case hexadecimal digits", Spelling.isSHA256),
        size: try object.int("size", in: 1...Int64(LibrarySnapshot.limit)))
      if libraries.contains(where: { $0.os == library.os && $0.arch == library.arch && $0.libc == library.libc }) {
        throw Misfit(
          pointer: object.pointer,
          problem: .duplicate(what: "platform", value: "\(library.os)/\(library.arch)/\(library.libc)"))
      }
      libraries.append(library)
    }
    return libraries
  }

  private static func provides(_ root: StrictObject) throws(Misfit) -> [Provision] {
    var provides: [Provision] = []
    for object in try root.objects("provides") {
      let provision = try ProvisionParser.provision(object)
      if provides.contains(where: { $0.type == provision.type }) {
        throw object.misfit("type", .duplicate(what: "type", value: provision.type))
      }
      if let alias = provision.alias,
        provides.contains(where: { $0.alias == alias && $0.kind == provision.kind && $0.cloud == provision.cloud })
      {
        throw object.misfit("alias", .duplicate(what: "alias", value: alias))
      }
      provides.append(provision)
    }
    return provides
  }

  private static func endpoints(_ root: StrictObject) throws(Misfit) -> [String: Endpoint] {
    var endpoints: [String: Endpoint] = [:]
    for (name, object) in try root.namedObjects("endpoints") {
      guard Spelling.isName(name) else {
        throw Misfit(
          pointer: object.pointer, atKey: true,
          problem: .malformed(key: "endpoints", value: name, expected: Spelling.nameForm))
      }
      endpoints[name] = try EndpointParser.endpoint(object)
    }
    return endpoints
  }

  private static func limits(_ object: StrictObject?) throws(Misfit) -> Manifest.Limits {
    guard let object else { return Manifest.Limits() }
    try object.allow(["memory_mb", "step_ms"])
    return Manifest.Limits(
      memoryMB: try object.optionalInt("memory_mb", in: 16...4096) ?? 256,
      stepMilliseconds: try object.optionalInt("step_ms", in: 10...1000) ?? 1000)
  }

  private static func requirements(_ root: StrictObject, _ key: String) throws(Misfit) -> [Manifest.Requirement] {
    guard root.members[key] != nil else { return [] }
    var requirements: [Manifest.Requirement] = []
    for object in try root.objects(key) {
      try object.allow(["plugin", "version", "type"])
      if object.members["type"] != nil {
        if object.members["plugin"] != nil { throw object.misfit("plugin", .keyOnlyFor(key: "plugin", needs: "no \"type\"")) }
        if object.members["version"] != nil { throw object.misfit("version", .keyOnlyFor(key: "version", needs: "\"plugin\"")) }
        requirements.append(.type(try object.string("type", Spelling.typeForm, Spelling.isTypeName)))
      } else {
        let name = try object.string("plugin", Spelling.nameForm, Spelling.isName)
        var range: String?
        if object.members["version"] != nil {
          range = try object.string("version", "a range such as >=1.2.0 <2.0.0") { VersionRange($0) != nil }
        }
        requirements.append(.plugin(name: name, range: range))
      }
    }
    return requirements
  }

  static func choice(_ object: StrictObject, _ key: String, _ allowed: [String]) throws(Misfit) -> String {
    let text = try object.string(key)
    guard allowed.contains(text) else { throw object.misfit(key, .notOneOf(key: key, value: text, allowed: allowed)) }
    return text
  }

  static func path(_ object: StrictObject, _ key: String) throws(Misfit) -> String {
    let text = try object.string(key)
    guard Spelling.isPath(text) else { throw object.misfit(key, .leavesFolder(path: text)) }
    return text
  }
}
