import Contract
import Glibc
import JSON
import Plugins

/// What is fuzzed: everything that reads bytes of a plugin in the host's own process. CLD_FUZZ_TARGET names it.
enum FuzzTarget: String {
  /// manifest.json.
  case manifest
  /// A type's schema.
  case schema
  /// The shared object.
  case elf
  /// The frames of a worker.
  case frame
  /// The JSON of an answer.
  case answer

  func run(_ input: UnsafeRawBufferPointer) {
    switch self {
    case .manifest: _ = try? ManifestParser.manifest(Array(input), file: "manifest.json")
    case .schema: _ = try? SchemaParser.schema(Array(input), file: "type.json", type: "Test::Fixture::Thing")
    case .elf: _ = ELFInspector.inspect(input)
    case .frame: decode(Array(input))
    case .answer: if let json = try? JSON.parse(Array(input)) { _ = try? StepAnswer(json: json) }
    }
  }

  /// The first byte says how large the pieces are in which the rest arrives; whatever they are, the result must be the same.
  private func decode(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let bytes = input.dropFirst()
    var whole = FrameDecoder(expected: UInt8(ascii: "s"))
    let expected = Result { () throws(WorkerFailure.Breach) in try whole.take(bytes) }
    var pieces = FrameDecoder(expected: UInt8(ascii: "s"))
    var rest = bytes
    while !rest.isEmpty {
      let piece = rest.prefix(max(1, Int(first)))
      rest = rest.dropFirst(piece.count)
      guard let answer = try? pieces.take(piece) else { continue }
      // Bytes beyond a frame are a breach when they come with it, and are read with the next request when they come later.
      if rest.isEmpty { precondition((try? expected.get()) == answer, "pieces of \(first) bytes make another frame") }
      return
    }
  }
}

/// libFuzzer's entry (llvm.org/docs/LibFuzzer.html): every input must return.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let name = getenv("CLD_FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
    fatalError("CLD_FUZZ_TARGET must be one of manifest, schema, elf, frame, answer")
  }
  target.run(UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}
