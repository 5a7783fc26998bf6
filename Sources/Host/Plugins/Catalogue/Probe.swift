/// The stages from files to describe for every plugin that was declared, side by side.
struct Probe: Sendable {
  var record: PluginRecord
  /// Nil unless the library could be taken.
  var library: LibrarySnapshot?
  /// Nil unless it passed.
  var report: WorkerReport?

  /// In the order of the records.
  static func run(_ records: [PluginRecord], _ setting: WorkerSetting, _ policy: Policy) async -> [Probe] {
    await withTaskGroup(of: (Int, Probe).self) { group in
      for (index, record) in records.enumerated() where record.state == .declared {
        group.addTask { (index, await run(record, setting, policy)) }
      }
      var probes = records.map { Probe(record: $0) }
      for await (index, probe) in group { probes[index] = probe }
      return probes
    }
  }

  private static func run(_ record: PluginRecord, _ setting: WorkerSetting, _ policy: Policy) async -> Probe {
    var (record, library) = await WorkerThread.run {
      var record = record
      let library = Pipeline.inspect(&record)
      return (record, library)
    }
    guard let library else { return Probe(record: record) }
    let report = await Pipeline.probe(&record, library, setting, policy)
    if report != nil { record.state = .active }
    return Probe(record: record, library: library, report: report)
  }
}
