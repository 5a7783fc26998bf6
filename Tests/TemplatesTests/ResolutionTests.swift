import JSON
import Testing

@testable import Templates

@Suite struct ResolutionTests {
  private func resolved(_ yaml: String, _ given: [String: String] = [:]) throws -> ResolvedTemplate {
    let document = try SourceDocument(text: yaml, file: "t.yaml", dialect: .template)
    #expect(TemplateCheck(document).problems.filter { $0.severity == .error } == [])
    var resolver = TemplateResolver(
      document, parameters: try ParameterValues(document, given: given),
      context: ResolutionContext(pseudo: ["AWS::Region": "eu-west-1", "AWS::StackName": "shop", "AWS::Partition": "aws"]))
    return try resolver.resolved()
  }

  private func property(_ expression: String, _ given: [String: String] = [:]) throws -> JSON? {
    let template = try resolved(
      """
      Parameters:
        Stage: {Type: String, Default: test}
        Names: {Type: CommaDelimitedList, Default: "a, b ,c"}
        Size: {Type: Number, Default: 3}
      Mappings: {Map: {test: {Type: t3.micro, Zones: [x, y]}, live: {Type: m5.large, Zones: [z]}}}
      Conditions:
        Live: !Equals [!Ref Stage, live]
        Big: !And [!Condition Live, !Equals [!Ref Size, "3"]]
      Resources:
        Other: {Type: "Test::Thing"}
        Thing: {Type: "Test::Thing", Properties: {P: \(expression)}}
      """, given)
    return template.resources["Thing"]?["Properties"]?["P"]
  }

  private static let results: [(String, JSON)] = [
    ("!Ref Stage", JSON.string("test")), ("!Ref Names", ["a", "b", "c"]), ("!Ref Size", "3"), ("!Ref AWS::Region", "eu-west-1"),
    ("!Ref Other", ["Ref": "Other"]), ("!GetAtt Other.A.B", ["Fn::GetAtt": ["Other", "A.B"]]),
    ("{Fn::GetAtt: [Other, !Ref Stage]}", ["Fn::GetAtt": ["Other", "test"]]), ("{Fn::GetAtt: [Other, A, B]}", ["Fn::GetAtt": ["Other", "A.B"]]),
    ("!FindInMap [Map, !Ref Stage, Type]", "t3.micro"), ("!Select [1, !FindInMap [Map, test, Zones]]", "y"),
    ("!If [Live, big, small]", "small"), ("!If [Big, 1, !If [Live, 2, 3]]", 3),
    ("!Sub \"${ Stage }-${ Other.Id }\"", ["Fn::Join": ["", ["test", "-", ["Fn::GetAtt": ["Other", "Id"]]]]]),
    ("!Sub \"${Stage}-${AWS::StackName}-${!Literal}\"", "test-shop-${Literal}"),
    ("!Sub [\"${A}/${Stage}\", {A: !Join [\"\", [x, y]]}]", "xy/test"),
    ("!Sub \"${Other.Id}!\"", ["Fn::Join": ["", [["Fn::GetAtt": ["Other", "Id"]], "!"]]]),
    ("!Join [\"-\", !Ref Names]", "a-b-c"), ("!Join [\"-\", [a, !Ref Other]]", ["Fn::Join": ["-", ["a", ["Ref": "Other"]]]]),
    ("!Select [0, !Split [\",\", \"p,q\"]]", "p"),
    ("!Cidr [10.1.0.0/16, 3, 8]", ["10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24"]),
    ("!Cidr [\"2001:db8::/56\", 2, 64]", ["2001:db8::/64", "2001:db8:0:1::/64"]),
    ("!Base64 text", "dGV4dA=="), ("!Base64 {Ref: Other}", ["Fn::Base64": ["Ref": "Other"]]),
    ("!GetAZs \"\"", ["Fn::GetAZs": "eu-west-1"]), ("!Select [0, !GetAZs {Ref: \"AWS::Region\"}]", ["Fn::Select": [0, ["Fn::GetAZs": "eu-west-1"]]]),
    ("!ImportValue {\"Fn::Sub\": \"${Stage}-vpc\"}", ["Fn::ImportValue": "test-vpc"]),
    ("!Select [1, !Split [\",\", !GetAtt Other.List]]", ["Fn::Select": [1, ["Fn::Split": [",", ["Fn::GetAtt": ["Other", "List"]]]]]]),
    ("!Sub \"{{resolve:ssm:/${Stage}/port:2}}\"", "{{resolve:ssm:/test/port:2}}"),
  ]

  @Test(arguments: results)
  func aFunctionIsReplacedByWhatItGives(expression: String, result: JSON) throws { #expect(try property(expression) == result) }

  @Test func valuesThatAreGivenDecide() throws {
    #expect(try property("!If [Big, yes, no]", ["Stage": "live"]) == "yes")
    #expect(try property("!If [Big, yes, no]", ["Stage": "live", "Size": "4"]) == "no")
    #expect(try property("!Ref AWS::NoValue") == nil)
    #expect(try property("[a, !Ref AWS::NoValue, b]") == ["a", "b"])
  }

  @Test(arguments: [
    ("!Select [5, [a]]", "has no element 5"), ("!FindInMap [Map, !Ref Stage, Type]", "nothing in the mappings at Map, else, Type"),
    ("!Cidr [10.0.0.0/24, 4, 8]", "has no 4 networks"), ("!Join [\"-\", [a, [b, c]]]", "Fn::Join takes texts, and this is an array"),
    ("!Sub \"{{resolve:ssm:${Stage} :2}}\"", "cannot be the name of a parameter"),
  ])
  func whatHasNoResultSaysWhere(expression: String, words: String) throws {
    let error = try #require(throws: SourceError.self) { try property(expression, ["Stage": "else"]) }
    #expect(error.line == 11 && error.problem.contains(words), "\(error)")
  }

  @Test func aResourceUnderAFalseConditionIsNotMade() throws {
    let template =
      """
      Conditions: {Never: !Equals [a, b]}
      Resources:
        Gone: {Type: "Test::Thing", Condition: Never}
        Kept: {Type: "Test::Thing", DependsOn: [Gone]\("")%}
      Outputs:
        Gone: {Condition: Never, Value: !Ref Gone}
        Kept: {Value: !Ref Kept}
      """
    let out = try resolved(template.replacing("%", with: ""))
    #expect(out.resources.keys.sorted() == ["Kept"] && out.outputs.keys.sorted() == ["Kept"])
    #expect(out.resources["Kept"]?["DependsOn"] == [])
    #expect(throws: SourceError.self) { try resolved(template.replacing("%", with: ", Properties: {P: !Ref Gone}")) }
  }

  @Test func loopsAreUnrolled() throws {
    let out = try resolved(
      """
      Transform: AWS::LanguageExtensions
      Parameters: {Names: {Type: CommaDelimitedList, Default: "One,Tw.o"}}
      Resources:
        Fn::ForEach::Topics:
          - Name
          - !Ref Names
          - Topic&{Name}:
              Type: Test::Thing
              Properties: {Name: !Sub "${AWS::StackName}-${Name}", Plain: !Ref Name, Count: !Length [a, b], Text: {"Fn::ToJsonString": {a: [1]}}}
      Outputs:
        First: {Value: !Ref TopicOne}
      """)
    #expect(out.resources.keys.sorted() == ["TopicOne", "TopicTwo"])
    #expect(
      out.resources["TopicTwo"]?["Properties"]
        == ["Name": "shop-Tw.o", "Plain": "Tw.o", "Count": "2", "Text": "{\"a\":[1]}"])
  }

  @Test func loopsOfLoopsEnd() throws {
    let items = (0..<400).map { "i\($0)" }.joined(separator: ", ")
    let yaml = """
      Transform: AWS::LanguageExtensions
      Resources:
        Fn::ForEach::A: [X, [\(items)], {"Fn::ForEach::B": [Y, [\(items)], {"T${X}${Y}": {Type: "Test::Thing"}}]}]
      """
    let error = try #require(throws: SourceError.self) { try resolved(yaml) }
    #expect(error.problem.contains("more than 100000"))
  }

  private static let refused: [(String, [String: String], String)] = [
    ("{A: {Type: String}}", [:], "has no value"), ("{A: {Type: String}}", ["A": "x", "B": "y"], "there is no parameter 'B'"),
    ("{A: {Type: Number, MinValue: 3}}", ["A": "2"], "is below 3"), ("{A: {Type: Number}}", ["A": "x"], "is not a number"),
    ("{A: {Type: String, AllowedPattern: \"[a-z]+\", ConstraintDescription: small letters}}", ["A": "X"], "small letters"),
    ("{A: {Type: CommaDelimitedList, AllowedValues: [x]}}", ["A": "x,y"], "'y' is none of"),
  ]

  @Test(arguments: refused)
  func parametersAreChecked(section: String, given: [String: String], words: String) throws {
    let document = try SourceDocument(text: "Parameters: \(section)\nResources: {}\n", file: "t.yaml", dialect: .template)
    let error = try #require(throws: SourceError.self) { try ParameterValues(document, given: given) }
    #expect(error.problem.contains(words), "\(error)")
  }
}
