import Foundation
import JSON
import Testing

@Suite struct RecordedChangeSetTests {
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The recordings are not ours to keep: `CLD_CORPUS` says where they are, else they are looked for beside the checkout.
  private static let corpus: String = {
    let folder = ProcessInfo.processInfo.environment["CLD_CORPUS"] ?? checkout.deletingLastPathComponent().appending(path: "shared/corpus").path()
    return folder + "/aws-recorded"
  }()

  private static func cases(in folder: String) throws -> [RecordedCase] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
      .map { try RecordedCase(path: "\(folder)/\($0)") }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: corpus), "no recordings beside the checkout"))
  func recordingsOfTheServiceAreEqual() throws {
    let cases = try Self.cases(in: Self.corpus)
    var differences: [(String, String)] = []
    for recorded in cases {
      if let difference = recorded.difference() { differences.append((recorded.name, difference)) }
    }
    let equal = cases.count - differences.count
    print("recorded change sets: \(equal) of \(cases.count) equal")
    for (name, difference) in differences { print("  \(name): \(difference)") }
    // Four of the 49 run a macro, a program in the account of the recording.
    #expect(!cases.isEmpty && equal * 49 >= cases.count * 45)
  }

  @Test func ownCasesAreEqual() throws {
    let cases = try Self.cases(in: Self.checkout.appending(path: "Tests/ChangeSets").path())
    #expect(cases.count >= 12)
    for own in cases {
      let difference = own.difference()
      #expect(difference == nil, "\(own.name): \(difference ?? "")")
    }
  }

  /// The comparison is worth nothing unless it sees each member that is wrong.
  @Test func aWrongExpectationIsSeen() throws {
    let own = try RecordedCase(path: Self.checkout.appending(path: "Tests/ChangeSets/replacements-in-a-row.json").path())
    #expect(own.difference() == nil)
    let words = [
      "\"True\"", "\"ReplaceAndDelete\"", "\"Always\"", "\"Static\"", "\"DirectModification\"",
      "\"First\"", "\"one\"", "\"Properties\"", "/Properties/Name",
    ]
    for word in words {
      let wrong = own.json["expected"]?.text.replacing(word, with: word.hasPrefix("\"") ? "\"wrong\"" : "/wrong") ?? ""
      var json = own.json
      json["expected"] = try JSON.parse(wrong)
      #expect(json != own.json && RecordedCase(name: own.name, json: json).difference() != nil, "\(word)")
    }
  }
}
