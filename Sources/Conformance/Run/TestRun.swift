internal import Contract
internal import Effects
internal import Glibc
internal import JSON
internal import Plugins

/// Runs tests, each in a process of its own with a deadline, and collects what they come to.
struct TestRun: Sendable {
  let executable: String
  let folder: String
  /// The options that a child needs beside the test's id.
  let options: [String]
  let seconds: Int
  let jobs: Int

  /// Runs the tests of the stages first: where one fails, what follows is skipped.
  func run(_ tests: [ConformanceTest]) async -> [TestResult] {
    let stages = tests.filter { if case .stages = $0.work { true } else { false } }
    var results = await runAll(stages)
    let rest = tests.filter { if case .stages = $0.work { false } else { true } }
    if let failed = results.first(where: { $0.outcome.isFailure }) {
      return results + rest.map { TestResult(test: $0, outcome: .skip, evidence: "\(failed.test.id) failed", remedy: "", milliseconds: 0) }
    }
    results += await runAll(rest)
    return results
  }

  private func runAll(_ tests: [ConformanceTest]) async -> [TestResult] {
    await withTaskGroup(of: (Int, TestResult).self) { group in
      var results: [TestResult?] = Array(repeating: nil, count: tests.count)
      var next = 0
      while next < min(jobs, tests.count) {
        let index = next
        group.addTask { (index, await runOne(tests[index])) }
        next += 1
      }
      while let (index, result) = await group.next() {
        results[index] = result
        guard next < tests.count else { continue }
        let following = next
        group.addTask { (following, await runOne(tests[following])) }
        next += 1
      }
      return results.compactMap { $0 }
    }
  }

  private func runOne(_ test: ConformanceTest) async -> TestResult {
    let clock = ContinuousClock()
    let start = clock.now
    let ended = await ChildProcess.run([executable, folder, "--child", test.id] + options, environment: Self.environment(), timeout: seconds)
    let time = clock.now - start
    let finding = Self.finding(ended)
    return TestResult(
      test: test, outcome: finding.outcome, evidence: finding.evidence, remedy: finding.remedy,
      milliseconds: Int(time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000))
  }

  private static func finding(_ ended: ChildProcess.Result) -> Finding {
    switch ended {
    case .timedOut(let seconds):
      return Finding(outcome: .hang, evidence: "the test did not end within \(seconds) s", remedy: "see which step never ends; --deadline gives more time")
    case .exited(0, let output):
      guard let json = try? JSON.parse(output), let outcome = Outcome(rawValue: json["outcome"]?.string ?? "") else { fallthrough }
      return Finding(outcome: outcome, evidence: json["evidence"]?.string ?? "", remedy: json["remedy"]?.string ?? "")
    case .exited, .killed, .notStarted:
      return Finding(outcome: .crash, evidence: "the test's own process \(ended.problem)", remedy: "this is a fault of the kit: please report it")
    }
  }

  /// The child finds the same worker and the same runtime as this process.
  private static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    for name in ["PATH", "HOME", "CLD_WORKER", "LD_LIBRARY_PATH", "SWIFT_BACKTRACE"] {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return variables
  }
}

extension TestRun {
  /// The child's side: runs one test and prints its finding.
  static func runHere(_ test: ConformanceTest, folder: String, cassettes: String, setting: WorkerSetting, settings: CheckSettings) async -> Finding {
    do {
      switch test.work {
      case .stages(let stages):
        try await StageChecks.judge(stages, folder: folder, setting: setting)
        return Finding(outcome: .pass, evidence: "", remedy: "")
      case .plugin(let body):
        return Finding(outcome: .pass, evidence: try await body(try await bed(folder, cassettes, setting, settings)), remedy: "")
      case .type(let provision, let body):
        let bed = try await bed(folder, cassettes, setting, settings)
        return Finding(outcome: .pass, evidence: try await body(try bed.bed(of: provision)), remedy: "")
      }
    } catch let finding as Finding {
      return finding
    } catch {
      return .fail("\(error)", remedy: "correct the file at that place")
    }
  }

  /// What tests work with.
  static func bed(_ folder: String, _ cassettes: String, _ setting: WorkerSetting, _ settings: CheckSettings) async throws -> TestBed {
    let examination = await PluginExamination.run(folder: folder, setting: nil)
    guard let manifest = examination.record.manifest, let library = examination.library else {
      throw Finding.fail(examination.record.refusal?.evidence ?? "the plugin cannot be loaded", remedy: examination.record.refusal?.code.remedy ?? "")
    }
    return TestBed(
      folder: folder, manifest: manifest, library: library, setting: setting, settings: settings, cassettes: try Cassette.all(in: cassettes),
      session: DriverSession(library: library, manifest: manifest, setting: setting))
  }
}
