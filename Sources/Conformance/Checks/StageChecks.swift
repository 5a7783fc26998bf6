internal import Contract
internal import Plugins

/// The stages of the host's own pipeline, each as a test with its refusal code.
enum StageChecks {
  static let tests = [
    ConformanceTest(.manifest, "strict", .stages([.discover, .manifest])), ConformanceTest(.manifest, "files", .stages([.files])),
    ConformanceTest(.elf, "hash", .stages([.snapshot])), ConformanceTest(.elf, "object", .stages([.elf])),
    ConformanceTest(.load, "probe", .stages([.probe])), ConformanceTest(.descriptor, "describe", .stages([.describe])),
  ]

  /// Takes the plugin as far as these stages.
  /// - Throws: the finding, when one of them refuses it or it does not come so far.
  static func judge(_ stages: [Stage], folder: String, setting: WorkerSetting) async throws(Finding) {
    let needsLoading = stages.contains(.probe) || stages.contains(.describe)
    let record = await PluginExamination.run(folder: folder, setting: needsLoading ? setting : nil).record
    if stages.allSatisfy(record.passed.contains) && !stages.contains(record.refusal?.code.stage ?? .register) { return }
    guard let refusal = record.refusal, stages.contains(refusal.code.stage) else {
      throw .skip("the plugin is refused before: \(record.refusal?.code.rawValue ?? record.state.rawValue)")
    }
    let outcome: Outcome =
      switch refusal.code {
      case .probeCrash, .probeExit, .probeDenied: .crash
      case .probeTimeout: .hang
      default: .fail
      }
    throw Finding(outcome: outcome, evidence: "\(refusal.code.rawValue): \(refusal.evidence)", remedy: refusal.code.remedy)
  }
}
