internal import JSON

/// A JSON file that is read strictly: limits first, then syntax, then meaning, every error with its place.
struct StrictDocument {
  let root: JSON
  private let map: JSONSourceMap
  private let file: String

  init(_ bytes: [UInt8], file: String, sizeLimit: Int) throws(ManifestError) {
    self.file = file
    map = JSONSourceMap(bytes)
    let start = JSONPlace(line: 1, column: 1)
    guard bytes.count <= sizeLimit else {
      throw ManifestError(file: file, place: start, problem: .tooLarge(limit: sizeLimit))
    }
    guard map.depth <= ManifestParser.depthLimit else {
      throw ManifestError(file: file, place: start, problem: .tooDeep(limit: ManifestParser.depthLimit))
    }
    do throws(JSONSyntaxError) { root = try JSON.parse(bytes) } catch {
      throw ManifestError(
        file: file, place: JSONPlace(line: error.line, column: error.column), problem: .syntax(error.message))
    }
  }

  func read<Value>(_ body: (StrictObject) throws(Misfit) -> Value) throws(ManifestError) -> Value {
    do throws(Misfit) { return try body(StrictObject(root, at: JSONPointer())) } catch {
      throw ManifestError(file: file, place: map.place(of: error.pointer, key: error.atKey), problem: error.problem)
    }
  }
}
