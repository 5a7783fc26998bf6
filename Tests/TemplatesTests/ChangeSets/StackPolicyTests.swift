import JSON
import Testing

@testable import Templates

@Suite struct StackPolicyTests {
  /// A changes in place, B is replaced, C goes, D comes, E may be replaced.
  private func changes() throws -> ChangeSet {
    let before = try ChangeSetTests.version(
      """
      Resources:
        A: {Type: Test::Thing, Properties: {P: old}}
        B: {Type: Test::Named, Properties: {Name: old}}
        C: {Type: Test::Thing}
        E: {Type: Test::Named, Properties: {Name: !GetAtt A.P}}
      """)
    let after = try ChangeSetTests.version(
      """
      Resources:
        A: {Type: Test::Thing, Properties: {P: new}}
        B: {Type: Test::Named, Properties: {Name: new}}
        D: {Type: Test::Thing}
        E: {Type: Test::Named, Properties: {Name: !GetAtt A.P}}
      """)
    var standing = ["A": ChangeSetTests.thing("A"), "C": ChangeSetTests.thing("C")]
    for id in ["B", "E"] { standing[id] = ChangeSetTests.thing(id, type: "Test::Named") }
    return try ChangeSet(
      from: before, standing: standing, to: after,
      schemas: ["Test::Named": .init(typeName: "Test::Named", schemaVersion: 1, document: [:], createOnlyProperties: [JSONPointer(["Name"])])],
      pseudo: [:])
  }

  private func policy(_ statements: String) throws -> StackPolicy { try StackPolicy(json: JSON.parse("{\"Statement\": \(statements)}")) }

  private static let allowAll = #"{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}"#

  private static func deny(_ more: String) -> String { #"[\#(allowAll), {"Effect": "Deny", "Principal": "*", \#(more)}]"# }

  private static let decisions: [(String, [String])] = [
    ("[\(allowAll)]", []),
    // What no statement allows is denied; making resources needs none.
    (#"[{"Effect": "Allow", "Action": "Update:Modify", "Principal": "*", "Resource": "LogicalResourceId/A"}]"#, ["B", "C", "E"]),
    (#"{"Effect": "Allow", "Action": ["Update:Modify", "Update:Delete"], "Principal": "*", "Resource": "*"}"#, ["B", "E"]),
    // What may be replaced must be allowed to be changed and to be replaced.
    (#"[{"Effect": "Allow", "Action": "Update:Replace", "Principal": "*", "Resource": "*"}]"#, ["A", "C", "E"]),
    // A statement that denies wins, wherever it stands.
    (deny(#""Action": "Update:*", "Resource": "LogicalResourceId/A""#), ["A"]),
    (deny(#""Action": "Update:Replace", "Resource": ["LogicalResourceId/A", "LogicalResourceId/B"]"#), ["B"]),
    (deny(#""Action": "Update:*", "NotResource": ["LogicalResourceId/A", "LogicalResourceId/B"]"#), ["C", "E"]),
    (deny(#""Action": "Update:*", "Resource": "*", "Condition": {"StringEquals": {"ResourceType": ["Test::Named"]}}"#), ["B", "E"]),
    (deny(#""Action": "Update:*", "Resource": "*", "Condition": {"StringLike": {"ResourceType": "Test::T*"}}"#), ["A", "C"]),
    (deny(#""Action": "Update:*", "Resource": "*", "Condition": {"StringLike": {"ResourceType": "*::?amed"}, "StringEquals": {"ResourceType": "x"}}"#), []),
    (deny(#""Action": "Update:Delete", "Resource": "LogicalResourceId/*""#), ["C"]),
  ]

  @Test(arguments: decisions)
  func thePolicyDecides(statements: String, denied: [String]) throws {
    #expect(try policy(statements).denied(in: changes()).sorted() == denied)
  }

  @Test func aDenialSaysWhichStatement() throws {
    let denials = try policy(Self.deny(#""Action": "Update:Delete", "Resource": "LogicalResourceId/C""#)).denials(in: changes())
    #expect(denials.map(\.description) == ["Update:Delete of 'C' is denied: statement 2 of the stack policy denies it"])
    let none = try policy(#"{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "NotResource": "LogicalResourceId/A"}"#).denials(in: changes())
    #expect(none.map(\.description) == ["Update:Modify of 'A' is denied: no statement of the stack policy allows it"])
  }

  private static let refused: [(String, String)] = [
    ("[]", "must be an object, and is an array"), ("{}", "has no Statement"), (#"{"Statement": []}"#, "has no statement"),
    (#"{"Statment": []}"#, "did you mean 'Statement'?"), (#"{"Statement": [1]}"#, "/Statement/0 of the stack policy must be an object"),
    (#"{"Statement": {"Effect": "Maybe"}}"#, "Allow or Deny"), (#"{"Statement": {"Effect": "Deny", "Action": "Update:*", "Resource": "*"}}"#, "Principal"),
    (#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "Update:Modfy", "Resource": "*"}}"#, "did you mean 'Update:Modify'?"),
    (#"{"Statement": {"Effect": "Deny", "Principal": "*", "Resource": "*"}}"#, "needs Action"),
    (#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "Update:*"}}"#, "either Resource or NotResource"),
    (#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "*", "NotResource": "*"}}"#, "either Resource or NotResource"),
    (#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "Database"}}"#, "write LogicalResourceId/"),
    (
      #"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "*", "Condition": {"StringEquals": {"Type": "x"}}}}"#,
      "has the key 'Type'"
    ),
    (
      #"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "*", "Condition": {"StringEquals": {"ResourceType": "AWS::*"}}}}"#,
      "use StringLike"
    ),
  ]

  @Test(arguments: refused)
  func whatIsNoPolicyIsRefused(text: String, words: String) throws {
    let error = try #require(throws: TemplateError.self) { try StackPolicy(json: JSON.parse(text)) }
    #expect("\(error)".contains(words), "\(error)")
  }
}
