public import Contract
internal import Glibc
internal import JSON

/// A plugin's folder on disk: its manifest and the schemas of its types.
public enum ManifestFolder {
  /// Reads and checks manifest.json alone.
  /// - Returns: the manifest without schemas.
  public static func read(_ folder: String) throws(ManifestError) -> Manifest {
    let file = folder + "/manifest.json"
    let all = try bytes(file, limit: ManifestParser.sizeLimit)
    let manifest = try ManifestParser.manifest(all, file: file)
    let name = folder.split(separator: "/").last.map(String.init) ?? ""
    guard manifest.name == name else {
      let place = JSONSourceMap(all).place(of: JSONPointer(["name"]))
      throw ManifestError(file: file, place: place, problem: .pluginFolder(name: manifest.name, folder: name))
    }
    return manifest
  }

  /// Reads and checks the schemas of a manifest's types.
  public static func readSchemas(of manifest: Manifest, in folder: String) throws(ManifestError) -> Manifest {
    var manifest = manifest
    for index in manifest.provides.indices {
      guard let path = manifest.provides[index].schemaPath else { continue }
      let schemaFile = "\(folder)/\(path)"
      let schema = try bytes(schemaFile, limit: SchemaParser.sizeLimit)
      manifest.provides[index].schema = try SchemaParser.schema(
        schema, file: schemaFile, type: manifest.provides[index].type)
    }
    return manifest
  }

  private static func bytes(_ file: String, limit: Int) throws(ManifestError) -> [UInt8] {
    let start = JSONPlace(line: 1, column: 1)
    errno = 0
    if let bytes = File.read(file, limit: limit) { return bytes }
    let problem: ManifestProblem = errno == 0 ? .tooLarge(limit: limit) : .unreadable(errno: errno)
    throw ManifestError(file: file, place: start, problem: problem)
  }
}
