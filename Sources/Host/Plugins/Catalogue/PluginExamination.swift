public import Contract

/// One plugin's folder, taken through the pipeline by itself: what the conformance kit judges by, the same code as the host's.
public struct PluginExamination: Sendable {
  /// What was found, with the stages that it passed and the refusal of the one that it did not.
  public let record: PluginRecord
  /// The library, when it may be loaded.
  public let library: LibrarySnapshot?

  /// Reads the manifest and the schemas, checks the files and inspects the library; with a `setting` it loads it as well.
  public static func run(folder: String, setting: WorkerSetting?) async -> PluginExamination {
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    var record = Pipeline.declare(Candidate(name: name, folder: folder, origin: .user), rules: CatalogueRules())
    guard record.state == .declared, let library = Pipeline.inspect(&record) else {
      return PluginExamination(record: record, library: nil)
    }
    if let setting, await Pipeline.probe(&record, library, setting, Policy()) == nil {
      return PluginExamination(record: record, library: nil)
    }
    return PluginExamination(record: record, library: library)
  }
}
