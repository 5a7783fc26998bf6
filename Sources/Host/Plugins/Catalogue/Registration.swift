internal import Contract

/// register: the checks of the catalogue as a whole. A pure function of the records and the rules.
///
/// Who provides a type: root's pin; else what root's policy approves before what a user's folder brings; else the user's pin; else the
/// plugin that provided it until now; else the only one that offers it. Two that come at once get nothing before a pin says who.
struct Registration {
  private(set) var records: [PluginRecord]
  /// Who has each claim.
  private(set) var owners: [Claim: String] = [:]
  private let rules: CatalogueRules
  private var claimants: [Claim: [Int]] = [:]

  init(_ records: [PluginRecord], _ rules: CatalogueRules) {
    self.records = records
    self.rules = rules
    // Each round takes at least one plugin out, so this ends.
    repeat { settleOwners() } while refuse(CircleCheck.refusals(self.records)) || refuse(conflicts()) || refuse(requirements())
    for index in records.indices where isServing(index) { shadow(index) }
  }

  /// What to remember: who has what, and who had what and is still installed.
  var incumbents: [String: String] {
    let installed = Set(records.map(\.name))
    var incumbents = rules.incumbents.filter { installed.contains($0.value) }
    for (claim, owner) in owners { incumbents[claim.text] = owner }
    return incumbents
  }

  /// Everything that is offered, by what may serve or keeps what was made with it; sorted by type, owners first.
  var extensions: [Extension] {
    records.filter { $0.state == .active || $0.state == .declared || $0.refusal?.code == .conflictType }.flatMap { record in
      let lost = Set(record.contests.map(\.type))
      return (record.manifest?.provides ?? []).map {
        Extension(plugin: record.name, provision: $0, isActive: record.state == .active, isOwner: !lost.contains($0.type))
      }
    }.sorted { ($0.provision.type, $0.isOwner ? 0 : 1) < ($1.provision.type, $1.isOwner ? 0 : 1) }
  }

  private func isServing(_ index: Int) -> Bool { records[index].state == .active || records[index].state == .declared }
  private var serving: [Int] { records.indices.filter(isServing) }

  // MARK: - Types

  private mutating func settleOwners() {
    claimants = [:]
    for index in serving {
      for provision in records[index].manifest?.provides ?? [] {
        for claim in Claim.all(of: provision) { claimants[claim, default: []].append(index) }
      }
    }
    owners = [:]
    for (claim, indices) in claimants { owners[claim] = owner(of: claim, among: indices).map { records[$0].name } }
  }

  private func owner(of claim: Claim, among indices: [Int]) -> Int? {
    if let pinned = indices.first(where: { pin(of: claim, for: $0)?.isSystem == true }) { return pinned }
    let approved = indices.filter(isApproved)
    let field = approved.isEmpty ? indices : approved
    if let pinned = field.first(where: { pin(of: claim, for: $0) != nil }) { return pinned }
    if approved.isEmpty {
      // What is pinned to, or belongs to, a plugin that does not serve now waits for it: another would be what nobody chose.
      if case .type(let type) = claim, rules.policy.pin(of: type) != nil { return nil }
      if let name = rules.incumbents[claim.text], records.contains(where: { $0.name == name }) { return field.first { records[$0].name == name } }
    }
    return field.first { records[$0].name == rules.incumbents[claim.text] } ?? (field.count == 1 ? field.first : nil)
  }

  private func isApproved(_ index: Int) -> Bool {
    records[index].origin.place == nil && records[index].manifest.map(rules.policy.isApprovedBySystem) == true
  }

  /// The pin by which a plugin has a claim: that of the type, also for the type's short name.
  private func pin(of claim: Claim, for index: Int) -> (rule: String, isSystem: Bool)? {
    for provision in records[index].manifest?.provides ?? [] where Claim.all(of: provision).contains(claim) {
      if let pin = rules.policy.pin(of: provision.type), pin.plugin == records[index].name {
        return (pin.rule, rules.policy.files.contains { $0.level == .system && $0.pins[provision.type] != nil })
      }
    }
    return nil
  }

  /// Tells a plugin what it does not get; one that gets nothing is shadowed.
  private mutating func shadow(_ index: Int) {
    let record = records[index]
    let provides = record.manifest?.provides ?? []
    for provision in provides {
      guard let lost = Claim.all(of: provision).first(where: { owners[$0] != record.name }) else { continue }
      records[index].contests.append(
        PluginRecord.Contest(type: provision.type, owner: owners[lost], reason: reason(lost, provision.type, for: record.name)))
    }
    guard let first = records[index].contests.first else {
      if records[index].state == .active { records[index].passed.append(.register) }
      return
    }
    if records[index].contests.count == provides.count {
      records[index].refuse(Refusal(.conflictType, first.reason), as: .shadowed)
    } else {
      records[index].note = records[index].contests.map(\.reason).joined(separator: "; ")
      if records[index].state == .active { records[index].passed.append(.register) }
    }
  }

  private func reason(_ claim: Claim, _ type: String, for name: String) -> String {
    guard let owner = owners[claim] else {
      if let waiting = rules.incumbents[claim.text], waiting != name, let record = records.first(where: { $0.name == waiting }) {
        return "\(claim.text) belongs to \(waiting), which is \(record.state.rawValue)"
      }
      if let pin = rules.policy.pin(of: type), pin.plugin != name { return "\(claim.text) waits for \(pin.plugin) by the rule \(pin.rule)" }
      let others = (claimants[claim] ?? []).map { records[$0].name }.sorted().joined(separator: " and ")
      return "\(claim.text) is offered by \(others), and nothing says who provides it"
    }
    if let index = claimants[claim]?.first(where: { records[$0].name == owner }) {
      if let pin = pin(of: claim, for: index) { return "\(claim.text) is provided by \(owner) by the rule \(pin.rule)" }
      if isApproved(index) { return "\(claim.text) is provided by \(owner), which root's policy approves" }
    }
    return "\(claim.text) is provided by \(owner), which was there before"
  }

  // MARK: - What plugins say of each other

  /// Takes plugins out; false when there are none.
  private mutating func refuse(_ refusals: [Int: Refusal]) -> Bool {
    for (index, refusal) in refusals { records[index].refuse(refusal) }
    return !refusals.isEmpty
  }

  private func conflicts() -> [Int: Refusal] {
    var refusals: [Int: Refusal] = [:]
    let incumbents = Set(rules.incumbents.values)
    for index in serving {
      for requirement in records[index].manifest?.conflicts ?? [] {
        for other in serving where other != index && RequirementCheck.isMet(requirement, by: records[other]) {
          let evidence = "\(records[index].name) says that it does not go with \(RequirementCheck.words(requirement))"
          switch (incumbents.contains(records[index].name), incumbents.contains(records[other].name)) {
          case (true, false): refusals[other] = Refusal(.conflictPlugin, "\(evidence), and it was there before")
          case (_, true): refusals[index] = Refusal(.conflictPlugin, "\(evidence), which was there before: \(records[other].name)")
          case (false, false):
            for loser in [index, other] { refusals[loser] = Refusal(.conflictPlugin, "\(evidence), and neither was there before: \(records[other].name)") }
          }
        }
      }
    }
    return refusals
  }

  private func requirements() -> [Int: Refusal] {
    var refusals: [Int: Refusal] = [:]
    for index in serving {
      for requirement in records[index].manifest?.requires ?? [] where refusals[index] == nil {
        if serving.contains(where: { RequirementCheck.isMet(requirement, by: records[$0]) }) {
          if case .type(let type) = requirement, owners[.type(type)] == nil {
            refusals[index] = Refusal(.requiresMissing, "it requires \(type), which several plugins offer, and nothing says who provides it")
          }
          continue
        }
        refusals[index] = RequirementCheck.refusal(requirement, records)
      }
    }
    return refusals
  }
}
