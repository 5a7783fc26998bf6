internal import Contract
internal import Glibc
internal import JSON
internal import Plugins

/// Memory, time and secrets.
enum QualityChecks {
  static let tests = [
    ConformanceTest(.quality, "memory", .plugin(memory)), ConformanceTest(.quality, "time", .plugin(time)),
    ConformanceTest(.quality, "secrets", .plugin(secrets)),
  ]

  /// A worker may grow by so much over all steps: allocators keep some room.
  private static let growthLimit = 2 << 20

  @Sendable private static func memory(_ bed: TestBed) async throws -> String {
    let requests = try await conversation(bed)
    var sizes: [Int] = []
    // The first steps fill caches and the allocator's arenas.
    for count in [max(1000, bed.settings.steps / 10), bed.settings.steps] {
      for step in 0..<count { _ = try await bed.session.step(requests[step % requests.count], isRecorded: false) }
      sizes.append(try resident())
    }
    let grown = sizes[1] - sizes[0]
    guard grown < growthLimit else {
      throw Finding.fail(
        "the worker grew by \(grown / 1024) KiB over \(bed.settings.steps) steps, from \(sizes[0] / 1024) to \(sizes[1] / 1024) KiB",
        remedy: "free what a step allocates; keep nothing between steps")
    }
    return "\(max(0, grown) / 1024) KiB over \(bed.settings.steps) steps"
  }

  @Sendable private static func time(_ bed: TestBed) async throws -> String {
    let requests = try await conversation(bed)
    var times: [Duration] = []
    let clock = ContinuousClock()
    for step in 0..<min(1000, bed.settings.steps) {
      let request = requests[step % requests.count]
      let start = clock.now
      _ = try await bed.session.step(request, isRecorded: false)
      times.append(clock.now - start)
    }
    times.sort()
    let median = times[times.count / 2]
    guard median < .milliseconds(20) else {
      throw Finding.warn("half of all steps take longer than \(median)", remedy: "a step is read, answered and over; the host has many to do")
    }
    return "a step takes \(median.formatted) in the median, \(times[times.count * 99 / 100].formatted) at most in 99 of 100"
  }

  /// Every secret of the cassettes was a canary in all of these steps; an answer that has one ends the rehearsal.
  @Sendable private static func secrets(_ bed: TestBed) async throws -> String {
    let marks = bed.cassettes.reduce(0) { count, cassette in
      count + cassette.states.values.joined().flatMap(\.answers).filter { $0.body.text.contains("\"$secret\"") }.count
    }
    for provision in bed.manifest.provides {
      let type = try bed.bed(of: provision)
      for test in LifeChecks.tests(provision) + OtherOpChecks.tests(provision) {
        do { try await test.run(type) } catch let finding as Finding where finding.cause == .secret { throw finding } catch is Finding {}
      }
    }
    guard marks > 0 else { throw Finding.skip("no answer of the cassettes has a secret, written as {\"$secret\": name}") }
    return "\(marks) answers with secrets"
  }

  private static func conversation(_ bed: TestBed) async throws -> [[UInt8]] {
    for provision in bed.manifest.provides { _ = try await PurityChecks.conversation(try bed.bed(of: provision)) }
    let requests = Array(Set(await bed.session.exchanges.map(\.request)))
    guard !requests.isEmpty else { throw Finding.fail("the cassettes lead to no step", remedy: "see the group contract") }
    return requests
  }

  /// The resident memory of this process's only child, in bytes (proc(5), statm).
  private static func resident() throws -> Int {
    for name in File.names(in: "/proc") ?? [] where name.allSatisfy(\.isNumber) {
      guard let bytes = File.read("/proc/\(name)/stat", limit: 1 << 16) else { continue }
      // The name of the program stands in parentheses and may hold anything.
      let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
      guard fields.count > 1, Int32(fields[1]) == getpid(), let memory = File.read("/proc/\(name)/statm", limit: 4096) else { continue }
      let pages = String(decoding: memory, as: UTF8.self).split(separator: " ")
      if pages.count > 1, let count = Int(pages[1]) { return count * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }
    throw Finding.skip("the worker's memory cannot be read in /proc")
  }
}

extension Duration {
  /// In microseconds, for people.
  fileprivate var formatted: String { "\(components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000) µs" }
}
