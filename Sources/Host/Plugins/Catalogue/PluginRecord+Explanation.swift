internal import Contract
public import JSON

/// What `cld plugin why` says of a plugin.
extension PluginRecord {
  /// One stage and what came of it: passed, refused, or never reached.
  private var stages: [(stage: Stage, result: String)] {
    Stage.allCases.map { stage in
      if passed.contains(stage) { return (stage, "passed") }
      if let refusal, refusal.code.stage == stage { return (stage, state.rawValue) }
      return (stage, "not reached")
    }
  }

  /// What to do, with this plugin's name and type in the commands.
  private var remedy: String? {
    refusal.map { refusal in
      refusal.code.remedy.replacing("pin TYPE NAME", with: "pin \(contests.first?.type ?? "TYPE") \(name)").replacing(" NAME", with: " \(name)")
    }
  }

  /// The object of `plugin why -o json`.
  public var explanation: JSON {
    var json = self.json
    json["origin"] = .string(origin.rawValue)
    json["stages"] = .array(stages.map { ["stage": .string($0.stage.rawValue), "result": .string($0.result)] })
    json["remedy"] = remedy.map { .string($0) } ?? .null
    return json
  }

  /// The same for people.
  public var explanationText: String {
    var lines = ["\(name) \(manifest?.version ?? "")  \(state.rawValue)", "  found in \(origin.words): \(folder)"]
    for (stage, result) in stages where result != "not reached" {
      var line = "  \(stage.rawValue): \(result)"
      if result != "passed", let refusal { line += ", \(refusal.code.rawValue)" }
      if stage == .policy, let rule { line += " (\(rule))" }
      lines.append(line)
      if result != "passed", let refusal { lines.append("    \(refusal.evidence)") }
    }
    if let note { lines.append("  note: \(note)") }
    if let remedy { lines.append("  remedy: \(remedy)") }
    return lines.joined(separator: "\n")
  }

  /// Whether no other of its name stands before it.
  public var isFirst: Bool { state != .shadowed || refusal != nil }
}
