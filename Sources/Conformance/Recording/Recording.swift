internal import Contract
internal import JSON
internal import Plugins

/// Fills the cassettes of a plugin from a live service: every test that asks the cloud something is run against it.
struct Recording {
  let folder: String
  let cassettes: String
  let endpoint: String
  let setting: WorkerSetting
  let settings: CheckSettings

  func run() async throws {
    let all: [Cassette]
    do throws(CassetteError) { all = try Cassette.all(in: cassettes) } catch { throw CheckStop("\(error)", 64) }
    guard !all.isEmpty else {
      throw CheckStop("\(cassettes) has no cassette: write one for each type, with all but its states", 66)
    }
    for cassette in all { try await record(cassette) }
  }

  private func record(_ cassette: Cassette) async throws {
    guard cassette.name.hasSuffix(Recorder.counter) else {
      throw CheckStop("\(cassette.file): /identity/name must end with \(Recorder.counter): recording counts it up for each thing that it makes", 64)
    }
    let bed: TestBed
    do { bed = try await TestRun.bed(folder, cassettes, setting, settings) } catch let finding as Finding {
      throw CheckStop(finding.evidence, 69)
    }
    guard let provision = bed.manifest.provides.first(where: { $0.type == cassette.type }) else {
      throw CheckStop("\(cassette.file): the plugin does not provide \(cassette.type)", 64)
    }
    let recorder = Recorder(cassette: cassette, manifest: bed.manifest, endpoint: endpoint)
    let type = TypeBed(bed: bed, provision: provision, cassette: cassette, recorder: recorder)
    for test in ConformanceTest.all(bed.manifest) where test.isRecorded && test.type == cassette.type {
      do { try await test.run(type) } catch let finding as Finding where finding.outcome != .skip {
        Console.note("\(test.id): \(finding.evidence)")
      } catch is Finding {}
    }
    await bed.session.restart()
    var recorded = cassette
    recorded.states = await recorder.merged()
    guard File.replace(cassette.file, with: Array((recorded.json.prettyText + "\n").utf8)) else { throw CheckStop("\(cassette.file) cannot be written", 77) }
    Console.note("\(cassette.file): \(recorded.states.count) states, \(recorded.states.values.reduce(0) { $0 + $1.count }) exchanges")
  }
}
