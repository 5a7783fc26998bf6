import Glibc
import JSON
import Plugins

/// Times steps through workers: `WorkerBench WORKER COUNT (NAME LIBRARY REQUEST)...`, each REQUEST a file with the JSON of one
/// step. Prints one object: for each NAME the bytes of the request and, in microseconds, the median and the 99th percentile of
/// a step, of a step with the host's writing and parsing of the JSON around it, and of the same function called in this process;
/// and the median time until a worker is ready: snapshot and hash, spawn, cage, dlopen, describe.
///
/// Only declared in Package.swift when CLD_BENCH is set: scripts/bench builds it.
@main
struct WorkerBench {
  // Off the main actor, as the host's engine is: a hop through the main thread is no part of a step.
  nonisolated static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 5, (arguments.count - 2) % 3 == 0, let count = Int(arguments[1]), count > 0 else {
      print("usage: WorkerBench WORKER COUNT (NAME LIBRARY REQUEST)...")
      exit(64)
    }
    let setting = WorkerSetting(executable: arguments[0])
    var results: [String: JSON] = [:]
    for start in stride(from: 2, to: arguments.count, by: 3) {
      let request = try JSON.parse(read(arguments[start + 2]))
      let workers = PluginWorkers(
        name: arguments[start], library: try LibrarySnapshot(path: arguments[start + 1]), limits: Worker.Limits(), setting: setting)
      let bytes = request.bytes
      for _ in 0..<200 { _ = try await workers.step(bytes) }
      var step: [Double] = []
      var whole: [Double] = []
      for _ in 0..<count {
        var start = ContinuousClock.now
        _ = try await workers.step(bytes)
        step.append(microseconds(since: start))
        start = ContinuousClock.now
        _ = try JSON.parse(try await workers.step(request.bytes))
        whole.append(microseconds(since: start))
      }
      await workers.close()
      let inProcess = try InProcessPlugin(path: arguments[start + 1])
      for _ in 0..<200 { inProcess.step(bytes) }
      let direct = (0..<count).map { _ in
        let start = ContinuousClock.now
        inProcess.step(bytes)
        return microseconds(since: start)
      }
      let ready = try await startTimes(of: arguments[start + 1], setting)
      results[arguments[start]] = [
        "request_bytes": .int(Int64(bytes.count)), "steps": .int(Int64(count)), "p50_us": percentile(step, 0.5),
        "p99_us": percentile(step, 0.99), "with_json_p50_us": percentile(whole, 0.5),
        "in_process_p50_us": percentile(direct, 0.5), "ready_p50_us": percentile(ready, 0.5),
      ]
    }
    print(JSON.object(results).text)
  }

  /// From the file to a driver that has described itself, in microseconds, 60 times.
  private static func startTimes(of path: String, _ setting: WorkerSetting) async throws -> [Double] {
    var times: [Double] = []
    for _ in 0..<60 {
      let start = ContinuousClock.now
      let worker = Worker(try LibrarySnapshot(path: path), limits: Worker.Limits(), setting: setting)
      _ = try await worker.start()
      _ = try await worker.describe()
      times.append(microseconds(since: start))
      worker.close()
    }
    return times
  }

  private static func microseconds(since start: ContinuousClock.Instant) -> Double {
    let duration = (ContinuousClock.now - start).components
    return Double(duration.seconds) * 1e6 + Double(duration.attoseconds) / 1e12
  }

  private static func percentile(_ values: [Double], _ part: Double) -> JSON {
    let sorted = values.sorted()
    return .double((sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] * 100).rounded() / 100)
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Missing(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
  }

  struct Missing: Error { let path: String }
}
