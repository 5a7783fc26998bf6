internal import Contract

/// What operators have decided, as a stage of the pipeline.
extension Pipeline {
  /// policy: rules, quarantine, and what the rules require: an entry in the lock file, a signature.
  static func decide(_ record: inout PluginRecord, _ manifest: Manifest, _ rules: CatalogueRules, isListing: Bool) {
    let decision = rules.policy.decision(for: manifest, at: record.origin)
    obey(decision, &record)
    guard case .allowed = decision else { return }
    if let entry = rules.quarantine.entries[manifest.name], entry.sha256 == library(manifest)?.sha256 {
      let evidence = "\(entry.deaths) workers died in a row; the last one in \(entry.evidence)"
      return record.refuse(Refusal(.quarantineDeaths, evidence), as: .quarantined)
    }
    let locks = rules.policy.levels(requiring: .lock)
    let signatures = rules.policy.levels(requiring: .signature)
    if !isListing && !(locks.isEmpty && signatures.isEmpty) {
      do throws(Refusal) {
        let digests = try PluginDigests.read(manifest, in: record.folder, libraryAsDeclared: true)
        for file in locks { try check(manifest, digests, lock: rules.locks[file.level], requiredBy: file) }
        for file in signatures {
          let keys = rules.policy.keys(of: manifest.publisher, for: file.level)
          if let refusal = Signature.refusal(manifest, in: record.folder, digests: digests, keys: keys) { throw refusal }
        }
      } catch {
        return record.refuse(error)
      }
    }
    record.passed.append(.policy)
  }

  static func obey(_ decision: Policy.Decision, _ record: inout PluginRecord) {
    switch decision {
    case .allowed(let rule): record.rule = rule
    case .denied(let refusal, let rule):
      record.rule = rule
      // A policy that nobody can read has disabled nothing: it is a fault, and is listed as one.
      record.refuse(refusal, as: refusal.code == .policyUnreadable ? .refused : .disabled)
    }
  }

  private static func check(
    _ manifest: Manifest, _ digests: PluginDigests, lock: Result<PluginLock, Refusal>?, requiredBy file: PolicyFile
  ) throws(Refusal) {
    guard let lock else { throw Refusal(.policyLock, "\(file.path) requires a lock file, and there is none") }
    let entries = try lock.get()
    if let difference = entries.differences(of: manifest.name, version: manifest.version, digests: digests).first {
      throw Refusal(.policyLock, "\(difference); \(file.path) requires that it is as locked")
    }
  }

  /// Which of several plugins of one name counts: the first of the search path, but root's when root's policy approves it.
  static func settleNames(_ records: inout [PluginRecord], _ policy: Policy) {
    for (_, indices) in Dictionary(grouping: records.indices, by: { records[$0].name }) where indices.count > 1 {
      let possible = indices.filter { records[$0].refusal?.code != .policyPlace }
      let approved = possible.first { index in
        records[index].origin.place == nil && records[index].manifest.map(policy.isApprovedBySystem) == true
      }
      guard let winner = approved ?? possible.first else { continue }
      for index in indices where index != winner && records[index].state == .declared {
        records[index].state = .shadowed
        records[index].note =
          approved == nil
          ? "\(records[winner].folder) stands before it in the search path"
          : "root's policy approves \(records[winner].folder), which no folder of a user shadows"
      }
    }
  }
}
