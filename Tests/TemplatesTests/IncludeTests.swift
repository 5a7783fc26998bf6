import JSON
import Testing

@testable import Templates

@Suite struct IncludeTests {
  private func expanded(_ yaml: String, _ files: [String: String]) throws -> IncludeExpansion {
    IncludeExpansion(try SourceDocument(text: yaml, file: "t.yaml", dialect: .template)) { location in
      try IncludeError.requireLocal(location)
      guard let text = files[location] else { throw IncludeError("is not there") }
      return text
    }
  }

  private static func include(_ location: String) -> String { "{Name: AWS::Include, Parameters: {Location: \(location)}}" }

  @Test func membersOfAFileStandBesideTheMacro() throws {
    let out = try expanded(
      """
      Resources:
        Fn::Transform: \(Self.include("more.yaml"))
        Own: {Type: "Test::Thing", Properties: {A: 1, "Fn::Transform": [\(Self.include("a.json")), \(Self.include("b.yaml"))]}}
        List: {Type: "Test::Thing", Properties: {L: !Transform \(Self.include("list.yaml"))}}
      """,
      [
        "more.yaml": "More: {Type: \"Test::Thing\", Properties: {R: !Ref Own}}", "a.json": "{\"B\": 2}", "b.yaml": "C: 3",
        "list.yaml": "- x\n- !Ref Own\n",
      ])
    #expect(out.failures == [])
    let resources = out.document.value["Resources"]
    #expect(resources?["More"]?["Properties"] == ["R": ["Ref": "Own"]] && resources?["Own"]?["Properties"] == ["A": 1, "B": 2, "C": 3])
    #expect(resources?["List"]?["Properties"]?["L"] == ["x", ["Ref": "Own"]] && resources?["Fn::Transform"] == nil)
    #expect(TemplateCheck(out.document).problems == [])
  }

  @Test func theSectionTransformAddsSections() throws {
    let out = try expanded(
      """
      Transform: [AWS::LanguageExtensions, \(Self.include("top.yaml"))]
      Resources: {Own: {Type: "Test::Thing"}}
      """, ["top.yaml": "Outputs: {Id: {Value: !Ref Own}}\nResources: {More: {Type: \"Test::Thing\"}}"])
    #expect(out.failures == [] && out.document.value["Transform"] == "AWS::LanguageExtensions")
    #expect(out.document.value["Resources"]?.object?.keys.sorted() == ["More", "Own"] && out.document.value["Outputs"]?["Id"] != nil)
  }

  @Test func aMemberOfAFileTakesThePlaceOfItsName() throws {
    let files = ["other.yaml": "A: {Type: \"Test::Other\"}", "top.yaml": "Resources: {A: {Type: \"Test::Other\"}}"]
    let out = try expanded("Resources:\n  A: {Type: \"Test::Thing\"}\n  Fn::Transform: \(Self.include("other.yaml"))\n", files)
    #expect(out.failures == [] && out.document.value["Resources"] == ["A": ["Type": "Test::Other"]])
    // Beside whole sections nobody can mean that.
    let twice = try expanded("Transform: \(Self.include("top.yaml"))\nResources: {A: {Type: \"Test::Thing\"}}", files)
    #expect(twice.failures.first?.error.problem.contains("gives 'Resources.A', which is there already") == true)
  }

  @Test func aProblemInAFileNamesTheFile() throws {
    let files = ["part.yaml": "B:\n  Type: Test::Thing\n  Properties: {X: !Ref Nobody}\n"]
    let out = try expanded("Resources:\n  A: {Type: \"Test::Thing\"}\n  Fn::Transform: \(Self.include("part.yaml"))\n", files)
    let problem = try #require(TemplateCheck(out.document).problems.first)
    #expect(problem.description.hasPrefix("part.yaml:3:") && problem.description.contains("there is no parameter or resource 'Nobody'"), "\(problem)")
    let broken = try expanded("Resources:\n  Fn::Transform: \(Self.include("part.yaml"))\n", ["part.yaml": "A: [1\n"])
    #expect(broken.failures.first?.error.file == "part.yaml")
  }

  @Test func includedFilesMayInclude() throws {
    let files = ["one.yaml": "Fn::Transform: \(Self.include("two.yaml"))\nA: {Type: \"Test::Thing\"}", "two.yaml": "B: {Type: \"Test::Thing\"}"]
    let out = try expanded("Resources: {\"Fn::Transform\": \(Self.include("one.yaml"))}", files)
    #expect(out.failures == [] && out.document.value["Resources"]?.object?.keys.sorted() == ["A", "B"])
  }

  private static let refused: [(String, String)] = [
    ("Fn::Transform: \(include("s3://bucket/key.yaml"))", "the included 's3://bucket/key.yaml' is not fetched: give the path of a local copy"),
    ("Fn::Transform: \(include("https://host/key.yaml"))", "is not fetched"), ("Fn::Transform: \(include("nowhere.yaml"))", "is not there"),
    ("Fn::Transform: {Name: AWS::Include}", "needs `Parameters: {Location: path}`"),
    ("Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Ref Where}}", "must be a plain text"),
    ("Fn::Transform: \(include("self.yaml"))", "includes itself: self.yaml → self.yaml"),
    ("Fn::Transform: \(include("list.yaml"))", "a mapping is needed"),
    ("Fn::Transform: \(include("long.yaml"))", "longer than 1048576 bytes"),
  ]

  @Test(arguments: refused) func whatCannotBeIncludedSaysWhy(line: String, words: String) throws {
    let files = [
      "self.yaml": "Fn::Transform: \(Self.include("self.yaml"))", "list.yaml": "- 1",
      "long.yaml": "# " + String(repeating: "x", count: 1_100_000),
    ]
    let out = try expanded("Resources:\n  A: {Type: \"Test::Thing\"}\n  \(line)\n", files)
    let failure = try #require(out.failures.first)
    #expect(failure.error.problem.contains(words), "\(failure.error)")
    #expect(failure.error.line == (words.contains("itself") ? 1 : 3) && out.document.value["Resources"]?["A"] == ["Type": "Test::Thing"])
    #expect(words.contains("itself") || out.document.value["Resources"]?["Fn::Transform"] != nil, "it stays, so that resolution refuses it too")
  }

  @Test func aBombOfIncludesEnds() throws {
    let many = (0..<50).map { "K\($0): !Transform \(Self.include("b\($0).yaml"))" }.joined(separator: "\n")
    let files = Dictionary(uniqueKeysWithValues: (0..<50).map { ("b\($0).yaml", many) })
    let out = try expanded("Resources: {A: {Type: \"Test::Thing\", Properties: {B: !Transform \(Self.include("b0.yaml"))}}}", files)
    #expect(out.failures.contains { $0.error.problem.contains("a template may have 200") })
  }
}
