import JSON
import Testing

@testable import Templates

/// What a template asks of the outside: look-ups, exports, zones, secrets, rules, policies.
@Suite struct OutsideTests {
  private func document(_ yaml: String) throws -> SourceDocument {
    let document = try SourceDocument(text: yaml, file: "t.yaml", dialect: .template)
    #expect(TemplateCheck(document).problems.filter { $0.severity == .error } == [])
    return document
  }

  private func resolved(
    _ document: SourceDocument, _ parameters: ParameterValues? = nil, exports: [String: JSON]? = nil, zones: [String: [String]]? = nil
  ) throws -> ResolvedTemplate {
    var resolver = TemplateResolver(
      document, parameters: try parameters ?? ParameterValues(document, given: [:]),
      context: ResolutionContext(pseudo: ["AWS::Region": "eu-west-1"], exports: exports, availabilityZones: zones))
    return try resolver.resolved()
  }

  @Test func importsAndZonesAreAskedForAndPutIn() throws {
    let document = try document(
      """
      Parameters: {Stage: {Type: String, Default: test}}
      Conditions: {Live: !Equals [!Ref Stage, live]}
      Resources:
        Thing:
          Type: Test::Thing
          Properties:
            Vpc: !ImportValue {"Fn::Sub": "${Stage}-vpc"}
            Unused: !If [Live, !ImportValue nobody, x]
            Zone: !Select [1, !GetAZs us-east-1]
            Own: !GetAZs ""
      Outputs: {Id: {Value: !ImportValue other}}
      """)
    let open = try resolved(document)
    #expect(open.requiredImports == ["test-vpc", "other"] && open.requiredZones == ["us-east-1", "eu-west-1"])
    let closed = try resolved(document, exports: ["test-vpc": "vpc-1", "other": "o"], zones: ["us-east-1": ["a", "b"], "eu-west-1": ["c"]])
    #expect(closed.resources["Thing"]?["Properties"] == ["Vpc": "vpc-1", "Unused": "x", "Zone": "b", "Own": ["c"]])
    #expect(closed.outputs["Id"]?["Value"] == "o" && closed.requiredImports == [] && closed.requiredZones == [])
    let missing = try #require(throws: SourceError.self) { try resolved(document, exports: ["test-vpcs": "v", "other": "o"], zones: [:]) }
    #expect(missing.problem.contains("no stack exports 'test-vpc'; did you mean 'test-vpcs'?") || missing.problem.contains("no region"))
  }

  @Test func aHiddenParameterIsAnExpressionInPropertiesAndATextInConditions() throws {
    let document = try document(
      """
      Transform: AWS::LanguageExtensions
      Parameters:
        Password: {Type: String, NoEcho: true}
        Keys: {Type: CommaDelimitedList, NoEcho: true, Default: "k1, k2"}
      Conditions: {Known: !Equals [!Ref Password, hunter2]}
      Resources:
        Thing:
          Type: Test::Thing
          Properties:
            Plain: !Ref Password
            Url: !Sub "mysql://${Password}@h"
            Part: !Select [0, !Split ["-", !Ref Password]]
            Coded: !Base64 {Ref: Password}
            Keys: !Ref Keys
            Json: {"Fn::ToJsonString": {p: !Ref Password}}
            Decided: !If [Known, yes, no]
      """)
    var parameters = try ParameterValues(document, given: ["Password": "hunter2"])
    #expect(parameters.hidden == ["Password", "Keys"])
    parameters.conceal { name, index, text in ["$secret": .string("\(name).\(index).\(text.count)")] }
    let out = try resolved(document, parameters).resources["Thing"]?["Properties"]
    let secret: JSON = ["$secret": "Password.0.7"]
    #expect(out?["Plain"] == secret && out?["Url"] == ["$concat": ["mysql://", secret, "@h"]])
    #expect(out?["Part"] == ["$split": ["-", secret, 0]] && out?["Coded"] == ["$base64": secret])
    #expect(out?["Keys"] == [["$secret": "Keys.0.2"], ["$secret": "Keys.1.2"]] && out?["Json"] == ["$json": ["p": secret]])
    #expect(out?["Decided"] == "yes" && out?.text.contains("hunter2") == false)
  }

  @Test func aValueThatIsHiddenIsNotShownByItsProblem() throws {
    let document = try document("Parameters: {Pin: {Type: Number, NoEcho: true}}\nResources: {A: {Type: \"Test::Thing\"}}")
    let error = try #require(throws: SourceError.self) { try ParameterValues(document, given: ["Pin": "s3cret"]) }
    #expect(error.problem == "the value of 'Pin' is not a number")
  }

  @Test func parametersOfTheCloudsTypesAreLookedUp() throws {
    let document = try document(
      """
      Parameters:
        Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /images/base}
        Names: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /names}
        Key: {Type: "AWS::SSM::Parameter::Name", Default: /key}
        Subnets: {Type: "List<AWS::EC2::Subnet::Id>", Default: "subnet-1, subnet-2"}
        Plain: {Type: String, Default: x}
      Resources: {Thing: {Type: "Test::Thing", Properties: {I: !Ref Image, N: !Ref Names, S: !Ref Subnets}}}
      """)
    var parameters = try ParameterValues(document, given: ["Image": "/images/other"])
    #expect(parameters.lookups.map(\.parameter) == ["Image", "Key", "Names", "Subnets"])
    #expect(parameters.lookups.map(\.target) == [.storedValue, .storedName, .storedValue, .thing(kind: "AWS::EC2::Subnet::Id")])
    #expect(parameters.lookups.map(\.texts) == [["/images/other"], ["/key"], ["/names"], ["subnet-1", "subnet-2"]])
    for lookup in parameters.lookups {
      let found = ["Image": "ami-1", "Key": "/key", "Names": "a,b", "Subnets": "subnet-1,subnet-2"][lookup.parameter]
      try parameters.accept(try #require(found), for: lookup, in: document)
    }
    #expect(parameters.lookups == [])
    #expect(
      try resolved(document, parameters).resources["Thing"]?["Properties"] == ["I": "ami-1", "N": ["a", "b"], "S": ["subnet-1", "subnet-2"]])
  }

  private static let rules: [(String, String?)] = [
    ("{Assert: !Contains [[a, b], !Ref Size]}", nil),
    ("{Assert: !Contains [[x, y], !Ref Size], AssertDescription: only x and y}", "rule 'R': only x and y"),
    ("{Assert: !EachMemberEquals [!Ref List, a]}", "rule 'R': its assertion 1"), ("{Assert: !EachMemberEquals [[a, a], !Ref Size]}", nil),
    ("{Assert: !EachMemberIn [!Ref List, [a, b, c]]}", nil), ("{Assert: !EachMemberIn [!Ref List, [a]]}", "rule 'R': its assertion 1"),
    ("{Assert: !EachMemberIn [!RefAll String, [a, b]]}", nil), ("{Assert: !Contains [!RefAll String, z]}", "rule 'R'"),
    ("{Assert: !Not [!Equals [!Ref Size, a]]}", "rule 'R'"),
    ("{Assert: !EachMemberIn [[!ValueOf [Vpc, Tags.Name]], [a]]}", "Fn::ValueOf asks for Vpc.Tags.Name"),
    ("{Assert: !EachMemberIn [!ValueOfAll [\"AWS::EC2::VPC::Id\", Tags.Name], [a]]}", "Fn::ValueOfAll asks for AWS::EC2::VPC::Id.Tags.Name"),
  ]

  @Test(arguments: rules) func rulesAreHeld(assertion: String, problem: String?) throws {
    let document = try document(
      """
      Parameters:
        Size: {Type: String, Default: a}
        Other: {Type: String, Default: b}
        List: {Type: CommaDelimitedList, Default: "a,b"}
        Vpc: {Type: "AWS::EC2::VPC::Id", Default: vpc-1}
      Rules:
        Never: {RuleCondition: !Equals [!Ref Size, z], Assertions: [{Assert: !Equals [a, b]}]}
        R: {Assertions: [\(assertion)]}
      Resources: {A: {Type: "Test::Thing"}}
      """)
    if let problem {
      let error = try #require(throws: SourceError.self) { try resolved(document) }
      #expect(error.problem.contains(problem) && error.line == 8, "\(error)")
    } else {
      #expect(try resolved(document).resources.count == 1)
    }
  }

  @Test func policiesHaveTypes() throws {
    let document = try document(
      """
      Transform: AWS::LanguageExtensions
      Parameters: {Policy: {Type: String, Default: RetainExceptOnCreate}, Count: {Type: Number, Default: 2}}
      Resources:
        A: {Type: "Test::Thing", DeletionPolicy: !Ref Policy, UpdateReplacePolicy: Snapshot, Metadata: {Of: !Ref Policy}}
        B:
          Type: Test::Thing
          CreationPolicy: {ResourceSignal: {Count: !Ref Count, Timeout: PT1H2M3S}}
          UpdatePolicy: {AutoScalingReplacingUpdate: {WillReplace: true}}
        C: {Type: "Test::Thing", CreationPolicy: {ResourceSignal: {}}}
      """)
    let out = try resolved(document)
    #expect(out.deletionPolicy(of: "A") == .retainExceptOnCreate && out.updateReplacePolicy(of: "A") == .snapshot)
    #expect(out.resources["A"]?["Metadata"] == ["Of": "RetainExceptOnCreate"] && out.deletionPolicy(of: "B") == nil)
    #expect(out.creationPolicy(of: "B")?.count == 2 && out.creationPolicy(of: "B")?.timeout == 3723)
    #expect(out.creationPolicy(of: "C")?.count == 1 && out.creationPolicy(of: "C")?.timeout == 300 && out.creationPolicy(of: "A") == nil)
    #expect(out.resources["B"]?["UpdatePolicy"] == ["AutoScalingReplacingUpdate": ["WillReplace": true]])
    let wrong = try #require(throws: SourceError.self) { try resolved(document, try ParameterValues(document, given: ["Policy": "Keep"])) }
    #expect(wrong.line == 4 && wrong.problem.contains("'Keep' is not a DeletionPolicy"))
  }

  @Test(arguments: ["PT13H", "15M", "PT", "P1", "PT1.5M", "PT5X", ""]) func aTimeoutIsADurationOfTwelveHours(text: String) throws {
    #expect(throws: TemplateError.self) { try CreationPolicy(json: ["ResourceSignal": ["Timeout": .string(text)]]) }
  }

  @Test(arguments: [
    ("Transform: [AWS::LanguageExtensions, Own]\nResources: {A: {Type: \"Test::Thing\"}}", 1, "cld does not run the macro 'Own'"),
    ("Resources:\n  A:\n    Type: Test::Thing\n    Properties: {\"Fn::Transform\": {Name: Own}, B: c}", 4, "cld does not run the macro 'Own'"),
    ("Resources:\n  A:\n    Type: Test::Thing\n    Properties: {\"Fn::Transform\": [{Name: Own}], B: c}", 4, "cld does not run the macro 'Own'"),
    ("Resources:\n  A:\n    Type: Test::Thing\n    Properties: {\"Fn::Transform\": Own, B: c}", 4, "cld does not run the macro 'Own'"),
    ("Resources:\n  A:\n    Type: Test::Thing\n    Properties: {B: !Transform {Name: Own}}", 4, "cld does not run the macro 'Own'"),
  ])
  func macrosAreRefusedByName(yaml: String, line: Int, words: String) throws {
    let document = try document(yaml)
    let error = try #require(throws: SourceError.self) { try resolved(document) }
    #expect(error.line == line && error.problem.contains(words), "\(error)")
  }

  @Test func loopsMakeConditionsToo() throws {
    let document = try document(
      """
      Transform: AWS::LanguageExtensions
      Parameters: {Stage: {Type: String, Default: B}}
      Conditions:
        Fn::ForEach::Is: [S, [A, B], {"Is${S}": !Equals [!Ref Stage, !Ref S]}]
      Resources:
        Fn::ForEach::Things:
          - S
          - [A, B]
          - Thing${S}: {Type: "Test::Thing", Condition: !Sub "Is${S}", Properties: {Other: !If ["Is${S}", !Ref Stage, x]}}
      Outputs:
        Fn::ForEach::Ids:
          - S
          - [B]
          - Id${S}: {Value: !GetAtt "Thing${S}.Id"}
      """.replacing("!Sub \"Is${S}\"", with: "\"Is${S}\""))
    let out = try resolved(document)
    #expect(out.conditions == ["IsA": false, "IsB": true] && out.resources.keys.sorted() == ["ThingB"])
    #expect(out.resources["ThingB"]?["Properties"] == ["Other": "B"] && out.outputs["IdB"]?["Value"] == ["Fn::GetAtt": ["ThingB", "Id"]])
  }
}
