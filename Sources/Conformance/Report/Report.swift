internal import JSON

/// All results of a run, in the three forms in which they are printed.
struct Report: Sendable {
  let plugin: String
  let seed: UInt64
  let results: [TestResult]

  /// Whether nothing failed.
  var isPassed: Bool { !results.contains(where: \.isFailure) }

  /// How many tests came to each outcome, the worst first; waived failures are their own.
  var counts: [(name: String, count: Int)] {
    Outcome.allCases.map { outcome in (outcome.rawValue, results.count { $0.outcome == outcome && $0.waiver == nil }) }
      + [("waived", results.count { $0.waiver != nil })]
  }

  /// For people: what failed first, with its evidence and remedy, then one line for each group.
  var text: String {
    var lines: [String] = []
    for outcome in Outcome.allCases where outcome != .pass && outcome != .skip {
      for result in results where result.outcome == outcome {
        lines.append("\(result.waiver == nil ? outcome.rawValue.uppercased() : "WAIVED") \(result.test.id)")
        lines += result.evidence.split(separator: "\n").map { "  \($0)" }
        if !result.remedy.isEmpty { lines.append("  remedy: \(result.remedy)") }
        if let waiver = result.waiver { lines.append("  waived: \(waiver)") }
        lines.append("")
      }
    }
    for group in ConformanceTest.Group.allCases {
      let ours = results.filter { $0.test.group == group }
      guard !ours.isEmpty else { continue }
      let words = Outcome.allCases.reversed().compactMap { outcome in
        let count = ours.count { $0.outcome == outcome }
        return count > 0 ? "\(count) \(outcome.rawValue)" : nil
      }
      lines.append(group.rawValue + String(repeating: " ", count: 12 - group.rawValue.count) + words.joined(separator: ", "))
      for result in ours where group == .quality && result.outcome == .pass { lines.append("  \(result.test.name): \(result.evidence)") }
    }
    let waived = results.count { $0.waiver != nil }
    lines.append("")
    lines.append(
      "\(plugin): \(isPassed ? "passed" : "FAILED"), \(results.count) tests" + (waived > 0 ? ", \(waived) waived" : "") + ", seed \(seed)")
    return lines.joined(separator: "\n")
  }

  /// For programs.
  var json: JSON {
    [
      "plugin": .string(plugin), "seed": .string(String(seed)), "passed": .bool(isPassed),
      "counts": .object(Dictionary(uniqueKeysWithValues: counts.map { ($0.name, .int(Int64($0.count))) })),
      "tests": .array(results.map(\.json)),
    ]
  }

  /// JUnit's XML, as CI servers read it: a suite for each group.
  var junit: String {
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"\(Self.escaped(plugin))\">\n"
    for group in ConformanceTest.Group.allCases {
      let ours = results.filter { $0.test.group == group }
      guard !ours.isEmpty else { continue }
      let errors = ours.count { $0.isFailure && $0.outcome != .fail }
      out += "  <testsuite name=\"\(group.rawValue)\" tests=\"\(ours.count)\" failures=\"\(ours.count { $0.isFailure } - errors)\""
      out += " errors=\"\(errors)\" skipped=\"\(ours.count { $0.outcome == .skip })\">\n"
      out += "    <properties><property name=\"seed\" value=\"\(seed)\"/></properties>\n"
      for result in ours {
        let name = ([result.test.type, result.test.name] as [String?]).compactMap { $0 }.joined(separator: "/")
        out += "    <testcase classname=\"\(Self.escaped(plugin)).\(group.rawValue)\" name=\"\(Self.escaped(name))\""
        out += " time=\"\(result.milliseconds / 1000).\(String(result.milliseconds % 1000 + 1000).dropFirst())\""
        out += Self.body(of: result)
      }
      out += "  </testsuite>\n"
    }
    return out + "</testsuites>"
  }

  private static func body(of result: TestResult) -> String {
    let text = escaped(result.evidence + (result.remedy.isEmpty ? "" : "\nremedy: \(result.remedy)"))
    let first = escaped(result.evidence.split(separator: "\n").first.map(String.init) ?? "")
    switch result.outcome {
    case .fail where result.isFailure: return ">\n      <failure message=\"\(first)\">\(text)</failure>\n    </testcase>\n"
    case .crash where result.isFailure, .hang where result.isFailure:
      return ">\n      <error type=\"\(result.outcome.rawValue)\" message=\"\(first)\">\(text)</error>\n    </testcase>\n"
    case .skip: return ">\n      <skipped message=\"\(first)\"/>\n    </testcase>\n"
    case .pass: return "/>\n"
    case .fail, .crash, .hang, .warn: return ">\n      <system-out>\(text)</system-out>\n    </testcase>\n"
    }
  }

  // XML 1.0, section 2.2: most control characters have no form at all.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "&": out += "&amp;"
      case "\"": out += "&quot;"
      case "\n": out += "&#10;"
      case "\t": out += "\t"
      case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: out += "?"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
