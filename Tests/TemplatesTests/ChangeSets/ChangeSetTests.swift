import Contract
import JSON
import Testing

@testable import Templates

@Suite struct ChangeSetTests {
  static let pseudo = ["AWS::Region": "eu-west-1", "AWS::StackName": "shop"]

  static func version(_ yaml: String, _ given: [String: String] = [:]) throws -> TemplateVersion {
    let document = try SourceDocument(text: yaml, file: "t.yaml", dialect: .template)
    let parameters = try ParameterValues(document, given: given)
    var resolver = TemplateResolver(document, parameters: parameters, context: ResolutionContext(pseudo: pseudo.mapValues { .string($0) }))
    return TemplateVersion(document: document, parameters: parameters, resolved: try resolver.resolved())
  }

  static func thing(_ id: String, _ properties: JSON = [:], type: String = "Test::Thing") -> StandingResource {
    StandingResource(type: type, physicalID: "id-\(id)", properties: properties, attributes: ["Arn": .string("arn:\(id)")])
  }

  private static func schema(
    createOnly: [[String]] = [], conditional: [String] = [], sensitive: [[String]] = [], type: String = "Test::Thing"
  ) -> [String: TypeSchema] {
    [
      type: TypeSchema(
        typeName: type, schemaVersion: 1, document: ["conditionalCreateOnlyProperties": .array(conditional.map { .string("/properties/\($0)") })],
        createOnlyProperties: createOnly.map { JSONPointer($0) }, sensitive: sensitive.map { JSONPointer($0) })
    ]
  }

  /// What changes from one value of the property P of the resource A to another.
  private func change(_ before: String, _ after: String, schemas: [String: TypeSchema] = [:]) throws -> (plain: JSON, valued: JSON) {
    func template(_ value: String) -> String { "Resources: {A: {Type: Test::Thing, Properties: {P: \(value)}}}" }
    let set = try ChangeSet(
      from: Self.version(template(before)), standing: ["A": Self.thing("A")], to: Self.version(template(after)), schemas: schemas, pseudo: Self.pseudo)
    func first(_ changes: JSON) -> JSON { changes[0]?["ResourceChange"] ?? .null }
    return (first(set.json(includesValues: false)), first(set.json(includesValues: true, contexts: .value)))
  }

  private func target(_ change: JSON) -> JSON { change["Details"]?[0]?["Target"] ?? .null }

  @Test func aTypeThatChangesIsRefusedWithItsPlace() throws {
    let from = try Self.version("Resources: {A: {Type: Test::Thing}}"), to = try Self.version("Resources:\n  A:\n    Type: Test::Other\n")
    let error = try #require(throws: SourceError.self) {
      try ChangeSet(from: from, standing: ["A": Self.thing("A")], to: to, schemas: [:], pseudo: [:])
    }
    #expect(error.line == 3 && error.problem.contains("from Test::Thing to Test::Other") && error.problem.contains("another logical id"))
  }

  @Test func whatIsNotThereIsMadeAgain() throws {
    let version = try Self.version("Resources: {A: {Type: Test::Thing}, B: {Type: Test::Thing, Properties: {P: !Ref A}}}")
    let set = try ChangeSet(from: version, standing: ["B": Self.thing("B")], to: version, schemas: [:], pseudo: [:])
    #expect(set.changes.map(\.logicalID) == ["A", "B"] && !set.isEmpty)
    #expect(set.json(includesValues: false)[1]?["ResourceChange"]?["Details"]?[0]?["CausingEntity"] == "A")
  }

  @Test func aResourceThatNoTemplateKnowsIsComparedWithWhatItWasAskedFor() throws {
    let to = try Self.version("Resources: {A: {Type: Test::Thing, Properties: {P: new}}}")
    let set = try ChangeSet(from: nil, standing: ["A": Self.thing("A", ["P": "old"])], to: to, schemas: [:], pseudo: [:])
    let change = try #require(set.json(includesValues: true)[0]?["ResourceChange"])
    #expect(target(change)["BeforeValue"] == "old" && target(change)["AfterValue"] == "new")
  }

  /// The API sends contexts, and values that are no texts, as JSON text.
  @Test func contextsAreTextsAsTheAPISendsThem() throws {
    let to = try Self.version("Resources: {A: {Type: Test::Thing, Properties: {P: {x: 1}}}}")
    let from = try Self.version("Resources: {A: {Type: Test::Thing}}")
    let set = try ChangeSet(from: from, standing: ["A": Self.thing("A")], to: to, schemas: [:], pseudo: [:])
    let change = try #require(set.json(includesValues: true)[0]?["ResourceChange"])
    #expect(change["AfterContext"] == #"{"Properties":{"P":{"x":"1"}}}"#)
    #expect(change["BeforeContext"] == #"{"Properties":{}}"#)
    #expect(target(change)["AfterValue"] == #"{"x":"1"}"# && target(change)["Path"] == "/Properties/P")
  }

  @Test(arguments: [
    (["P"], "a", "b", "Always", "True"), (["Q"], "a", "b", "Never", "False"), (["P", "X"], "{X: a, Y: b}", "{X: c, Y: b}", "Always", "True"),
    (["P", "X"], "{X: a, Y: b}", "{X: a, Y: c}", "Never", "False"), (["P", "*", "X"], "[{X: a}]", "[{X: b}]", "Always", "True"),
    (["P", "*", "X"], "[{X: a, Y: b}]", "[{X: a, Y: c}]", "Never", "False"), (["P", "X"], "{X: a}", "{}", "Always", "True"),
  ])
  func createOnlyPropertiesReplace(pointer: [String], before: String, after: String, recreation: String, replacement: String) throws {
    let (plain, valued) = try change(before, after, schemas: Self.schema(createOnly: [pointer]))
    for change in [plain, valued] {
      #expect(target(change)["RequiresRecreation"]?.string == recreation && change["Replacement"]?.string == replacement, "\(change)")
      #expect(change["PolicyAction"]?.string == (replacement == "False" ? nil : "ReplaceAndDelete"))
    }
  }

  @Test func aPropertyThatMayReplaceIsConditional() throws {
    let (plain, valued) = try change("a", "b", schemas: Self.schema(conditional: ["P"]))
    for change in [plain, valued] {
      #expect(target(change)["RequiresRecreation"] == "Conditionally" && change["Replacement"] == "Conditional")
    }
  }

  @Test func sensitivePropertiesAreMasked() throws {
    let (_, text) = try change("first-secret", "second-secret", schemas: Self.schema(sensitive: [["P"]]))
    #expect(target(text)["BeforeValue"] == "****" && text["AfterContext"]?["Properties"]?["P"] == "****")
    let (_, inner) = try change("{X: first-secret, Y: 1}", "{X: second-secret, Y: 1}", schemas: Self.schema(sensitive: [["P", "X"]]))
    #expect(inner["AfterContext"]?["Properties"]?["P"] == ["X": "****", "Y": "1"])
    let (_, list) = try change("[{X: first-secret}]", "[{X: first-secret}, {X: second-secret}]", schemas: Self.schema(sensitive: [["P", "*", "X"]]))
    #expect(target(list)["AfterValue"] == ["X": "****"])
    for change in [text, inner, list] { #expect(!change.text.contains("-secret")) }
  }

  @Test func aHiddenParameterIsNeverShownEvenWhenNoExpressionStandsForIt() throws {
    let yaml = """
      Parameters: {Key: {Type: String, NoEcho: true}}
      Resources: {A: {Type: Test::Thing, Properties: {P: {Text: !Base64 {Ref: Key}, Other: x}, Q: !Sub "${Key}!", R: y}, Metadata: {Note: !Ref Key}}}
      """
    let set = try ChangeSet(
      from: Self.version(yaml, ["Key": "first-secret"]), standing: ["A": Self.thing("A")], to: Self.version(yaml, ["Key": "second-secret"]),
      schemas: [:], pseudo: [:])
    let change = try #require(set.json(includesValues: true, contexts: .value)[0]?["ResourceChange"])
    #expect(change["AfterContext"]?["Properties"] == ["P": "****", "Q": "****", "R": "y"])
    #expect(change["AfterContext"]?["Metadata"] == ["Note": "****"])
    #expect((change["Details"]?.array ?? []).count == 6)
    #expect(!change.text.contains("-secret") && !change.text.contains(Base64.encode(Array("second-secret".utf8))))
  }

  @Test func secretsInExpressionsAreMaskedAndCompared() throws {
    let same = try ChangeSet(
      from: nil, standing: ["A": Self.thing("A", ["P": ["$secret": "one"]])],
      to: Self.version("Resources: {A: {Type: Test::Thing, Properties: {P: {$secret: one}}}}"), schemas: [:], pseudo: [:])
    #expect(same.isEmpty)
    let other = try change("{$concat: [a, {$secret: one}]}", "{$concat: [a, {$secret: two}]}")
    #expect(target(other.valued)["BeforeValue"] == "****" && target(other.valued)["AfterValue"] == "****")
  }

  @Test func anAttributeThatTheThingDoesNotHaveIsKnownLater() throws {
    let from = try Self.version("Resources: {A: {Type: Test::Thing, Properties: {P: x}}, B: {Type: Test::Thing}}")
    let to = try Self.version("Resources: {A: {Type: Test::Thing, Properties: {P: !GetAtt B.Gone, Q: !GetAtt B.Arn}}, B: {Type: Test::Thing}}")
    let set = try ChangeSet(from: from, standing: ["A": Self.thing("A"), "B": Self.thing("B")], to: to, schemas: [:], pseudo: [:])
    let change = try #require(set.json(includesValues: true, contexts: .value)[0]?["ResourceChange"])
    #expect(change["AfterContext"]?["Properties"] == ["P": "{{changeSet:KNOWN_AFTER_APPLY}}", "Q": "arn:B"])
    #expect(change["Details"]?.array?.map { $0["Evaluation"] } == ["Static", "Static"])
  }

  /// Each resource is looked at once, however many refer to each other.
  @Test func aLargeTemplateIsComparedInOnePass() throws {
    func yaml(_ first: String) -> String {
      var lines = ["Resources:", "  R0: {Type: Test::Thing, Properties: {P: \(first), Name: a}}"]
      for index in 1..<5000 {
        lines.append("  R\(index): {Type: Test::Thing, Properties: {P: !GetAtt R\(index - 1).Arn, Name: n\(index), Hub: !Ref R0}}")
      }
      return lines.joined(separator: "\n")
    }
    let from = try Self.version(yaml("a")), to = try Self.version(yaml("b"))
    let standing = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("R\($0)", Self.thing("R\($0)")) })
    let set = try ChangeSet(from: from, standing: standing, to: to, schemas: Self.schema(createOnly: [["Name"]]), pseudo: [:])
    #expect(set.changes.count == 5000 && set.valueChanges.map(\.logicalID) == ["R0"])
    let replaced = try ChangeSet(from: from, standing: standing, to: to, schemas: Self.schema(createOnly: [["P"]]), pseudo: [:])
    #expect(replaced.valueChanges.count == 5000)
  }
}
