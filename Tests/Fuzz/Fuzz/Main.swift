import CFuzzer
import Glibc

/// Feeds one parser with what libFuzzer makes up: `CLD_FUZZ_TARGET=manifest Fuzz [options of libFuzzer] [corpus]`.
/// A crash, a hang and too much memory are libFuzzer's to find; what a parser says of an input is not looked at.
@main
struct Main {
  static func main() {
    let name = getenv("CLD_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      print("CLD_FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
      exit(64)
    }
    chosen = target
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
      chosen?.run(UnsafeRawBufferPointer(start: bytes, count: count))
      return 0
    })
  }
}

// Set once before libFuzzer starts; its callback is a C function and can capture nothing.
nonisolated(unsafe) private var chosen: FuzzTarget?
