import Foundation
import Testing

@testable import Plugins

/// The page of refusal codes is complete: who meets a code finds it there.
@Suite struct RefusalCodeTests {
  private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/plugin-codes.md")

  @Test(arguments: RefusalCode.allCases) func everyCodeHasItsRowInTheDocumentation(_ code: RefusalCode) throws {
    let rows = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `\(code.rawValue)` |") }
    #expect(rows.count == 1)
  }

  @Test func theDocumentationHasNoCodeThatDoesNotExist() throws {
    let known = Set(RefusalCode.allCases.map(\.rawValue))
    for row in try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n") where row.hasPrefix("| `CLD-P-") {
      #expect(known.contains(String(row.dropFirst(3).prefix { $0 != "`" })))
    }
  }
}
