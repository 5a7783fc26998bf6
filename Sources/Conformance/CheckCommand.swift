internal import ArgumentParser
internal import Effects
internal import Glibc
internal import JSON
internal import Plugins

/// `cld-check`, which `cld plugin check` runs.
@main
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cld plugin check", abstract: "Check a plugin against the whole contract, without a cloud.",
    discussion: """
      Each test runs in a process of its own. The clouds of the tests are the plugin's cassettes.
      Example: cld plugin check acme --only contract --only 'faults/*/http-500'
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

  @Argument(help: "The plugin's folder.") var folder: String
  @Option(name: [.customShort("o"), .customLong("output")], help: "How to print: text, json or junit.") var format = Format.text
  @Option(help: "Only the tests whose id (GROUP/NAME or GROUP/TYPE/NAME) matches; a glob or a group. May be repeated.") var only: [String] = []
  @Option(help: "The seed of what is random; without it a new one is chosen and printed.") var seed: UInt64?
  @Option(help: "The folder of the cassettes; by default DIR/cassettes.") var cassettes: String?
  @Option(help: "How many steps are replayed to see whether they are pure.") var replays = 1000
  @Option(help: "Over how many steps memory must not grow.") var steps = 10_000
  @Option(help: "How many mutated requests each type must survive.") var mutations = 300
  @Option(help: "Seconds after which a test hangs.") var deadline = 120
  @Option(help: "How many tests run side by side; by default one for each processor.") var jobs: Int?
  @Flag(help: "Print the tests and run none.") var list = false
  @Option(help: "The URL of an emulator: cassettes are recorded from it.") var endpoint: String?
  @Flag(help: "Record the cassettes from --endpoint: each file's type, identity, desired, config and inputs stay.") var record = false
  @Option(help: .hidden) var child: String?

  static func main() async {
    do {
      var command = try parseAsRoot()
      if let check = command as? CheckCommand { try await check.check() } else { try command.run() }
    } catch let stop as CheckStop {
      Console.note("cld: \(stop.message)")
      Glibc.exit(stop.status)
    } catch {
      CheckCommand.exit(withError: error)
    }
  }

  private func check() async throws {
    guard replays > 0, steps > 0, mutations > 0, deadline > 0, jobs ?? 1 > 0 else {
      throw CheckStop("--replays, --steps, --mutations, --deadline and --jobs must be above 0", 64)
    }
    guard record == (endpoint != nil) else { throw CheckStop("--endpoint and --record belong together: give both or none", 64) }
    guard let resolved = realpath(folder, nil) else { throw CheckStop("there is no folder \(folder)", 66) }
    defer { free(resolved) }
    let folder = String(cString: resolved)
    guard access(folder + "/manifest.json", F_OK) == 0 else {
      throw CheckStop("\(folder) has no manifest.json: name the folder of a plugin, or make one with cld plugin new", 66)
    }
    guard let setting = WorkerSetting.installed(), let executable = Host.executableFolder else {
      throw CheckStop("cld-worker is not installed beside this cld; set CLD_WORKER to its path", 69)
    }
    let cassettes = cassettes ?? folder + "/cassettes"
    let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    let settings = CheckSettings(seed: seed, replays: replays, steps: steps, mutations: mutations)
    let tests = ConformanceTest.all(await PluginExamination.run(folder: folder, setting: nil).record.manifest)
    if let child {
      guard let test = tests.first(where: { $0.id == child }) else { throw CheckStop("there is no test \(child)", 64) }
      let finding = await TestRun.runHere(test, folder: folder, cassettes: cassettes, setting: setting, settings: settings)
      let json: JSON = ["outcome": .string(finding.outcome.rawValue), "evidence": .string(finding.evidence), "remedy": .string(finding.remedy)]
      return Console.print(json.text)
    }
    let chosen = tests.filter { test in only.isEmpty || only.contains { Glob.matches($0, test.id) } }
    guard !chosen.isEmpty else { throw CheckStop("--only \(only.joined(separator: " ")) matches no test; --list prints them", 64) }
    if list { return Console.print(chosen.map(\.id).joined(separator: "\n")) }
    if let endpoint {
      return try await Recording(folder: folder, cassettes: cassettes, endpoint: endpoint, setting: setting, settings: settings).run()
    }
    let waivers: [Waiver]
    do throws(CassetteError) { waivers = try Waiver.all(in: folder) } catch { throw CheckStop("\(error)", 64) }
    let run = TestRun(
      executable: executable + "/cld-check", folder: folder,
      options: [
        "--cassettes", cassettes, "--seed", String(seed), "--replays", String(replays), "--steps", String(steps), "--mutations", String(mutations),
      ], seconds: deadline, jobs: jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let today = String(EffectClock.system.now().rfc3339.prefix(10))
    let results = await run.run(chosen).map { Waiver.apply(waivers, to: $0, today: today) }
    let report = Report(plugin: folder.split(separator: "/").last.map(String.init) ?? folder, seed: seed, results: results)
    switch format {
    case .text: Console.print(report.text)
    case .json: Console.print(report.json.prettyText)
    case .junit: Console.print(report.junit)
    }
    if !report.isPassed { Glibc.exit(1) }
  }
}

/// Ends the command with one sentence.
struct CheckStop: Error {
  let message: String
  let status: Int32

  init(_ message: String, _ status: Int32) {
    self.message = message
    self.status = status
  }
}
