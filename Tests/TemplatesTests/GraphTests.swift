import JSON
import Templates
import Testing

@Suite struct GraphTests {
  private func template(_ resources: [String: JSON]) throws -> Template {
    try Template(json: ["Resources": .object(resources.mapValues { ["Type": "T", "Properties": $0] })])
  }

  @Test func referencesOfEveryFormAreDependencies() throws {
    let graph = try Graph(
      template([
        "A": [:], "B": ["x": ["Ref": "A"]], "C": ["x": ["Fn::GetAtt": ["B", "Endpoint.Address"]]],
        "D": ["x": ["Fn::Sub": "${C.Arn}/${A}/${AWS::Region}/${!literal}"]], "E": ["x": [["Fn::Join": [",", [["Ref": "D"]]]]]],
      ]))
    #expect(graph.dependencies == ["A": [], "B": ["A"], "C": ["B"], "D": ["C", "A"], "E": ["D"]])
    #expect(graph.order == ["A", "B", "C", "D", "E"])
    #expect(graph.dependents["A"] == ["B", "D"])
  }

  @Test func aCycleIsPrintedAsTheLoop() throws {
    let template = try template(["A": ["x": ["Ref": "B"]], "B": ["x": ["Ref": "C"]], "C": ["x": ["Ref": "A"]]])
    #expect { try Graph(template) } throws: { "\($0)" == "circular dependency: A → B → C → A" }
  }

  @Test func aReferenceToNothingNamesTheNearest() throws {
    let template = try template(["Database": [:], "App": ["x": ["Ref": "Databse"]]])
    #expect { try Graph(template) } throws: {
      "\($0)" == "App refers to 'Databse', which the template does not have; did you mean 'Database'?"
    }
  }

  @Test func aChainOfTenThousandNeedsNoStack() throws {
    var resources: [String: JSON] = ["N0": [:]]
    for index in 1..<10_000 { resources["N\(index)"] = ["x": ["Ref": .string("N\(index - 1)")]] }
    #expect(try Graph(template(resources)).order.count == 10_000)
  }

  @Test func aFragmentGetsItsOwnNamespace() throws {
    let fragment = try Template(json: [
      "Resources": [
        "Group": ["Type": "T", "Properties": ["x": ["Ref": "PeerGroup"]]],
        "Thing": ["Type": "T", "Properties": ["y": ["Fn::Sub": "${Group.Id}-${PeerGroup}"]], "DependsOn": "Group"],
      ], "Exports": ["Id": ["Fn::GetAtt": ["Thing", "Id"]]],
    ])
    let renamed = fragment.namespaced("Rds")
    #expect(Set(renamed.resources.keys) == ["RdsGroup", "RdsThing"])
    #expect(renamed.resources["RdsThing"]?.dependsOn == ["RdsGroup"])
    #expect(renamed.resources["RdsThing"]?.properties.references == ["RdsGroup", "PeerGroup"])
    #expect(renamed.exports["Id"] == ["Fn::GetAtt": ["RdsThing", "Id"]])
  }
}

@Suite struct EvaluationTests {
  private let values = Values(
    resources: [
      "Db": Values.Resource(
        physicalID: "db-1", attributes: ["Endpoint": ["Address": "h", "Port": "3306"], "Zones": "a,b,c", "Count": 2, "Block": "10.0.0.0/16"],
        properties: ["User": "u", "Password": ["$secret": "sec-1"]])
    ], pseudo: ["AWS::Region": "eu-west-1"])

  @Test(arguments: [
    (#"{"Ref": "Db"}"#, #""db-1""#),
    (#"{"Fn::GetAtt": ["Db", "Endpoint.Address"]}"#, #""h""#),
    (#"{"Fn::GetAtt": "Db.User"}"#, #""u""#),
    (#"{"Fn::Sub": "${Db.Endpoint.Address}:${Db.Endpoint.Port} in ${AWS::Region} ${!x}"}"#, #""h:3306 in eu-west-1 ${x}""#),
    (#"{"Fn::Sub": ["${v}!", {"v": {"Ref": "Db"}}]}"#, #""db-1!""#),
    (#"{"Fn::Sub": "mysql://u:${Db.Password}@h"}"#, #"{"$concat":["mysql://u:",{"$secret":"sec-1"},"@h"]}"#),
    (#"{"Fn::Join": ["-", ["a", {"Ref": "Db"}]]}"#, #""a-db-1""#),
    (#"{"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}"#, #""b""#),
    (#"{"a": {"Ref": "AWS::NoValue"}, "b": 1}"#, #"{"b":1}"#),
    (#"{"Fn::Base64": "x"}"#, #""eA==""#), (#"{"Fn::Base64": {"Fn::GetAtt": ["Db", "Password"]}}"#, #"{"$base64":{"$secret":"sec-1"}}"#),
    (#"{"Fn::Select": [1, {"Fn::Split": [":", {"Fn::GetAtt": ["Db", "Password"]}]}]}"#, #"{"$split":[":",{"$secret":"sec-1"},1]}"#),
    (#"{"Fn::ToJsonString": {"p": {"Fn::GetAtt": ["Db", "Password"]}}}"#, #"{"$json":{"p":{"$secret":"sec-1"}}}"#),
    (#"{"Fn::ToJsonString": {"host": {"Fn::GetAtt": ["Db", "Endpoint.Address"]}}}"#, #""{\"host\":\"h\"}""#),
    (#"{"Fn::Length": {"Fn::Split": [",", {"Fn::GetAtt": ["Db", "Zones"]}]}}"#, #""3""#),
    (#"{"Fn::Select": [{"Fn::GetAtt": ["Db", "Count"]}, {"Fn::Split": [",", {"Fn::GetAtt": ["Db", "Zones"]}]}]}"#, #""c""#),
    (#"{"Fn::Join": ["/", {"Fn::Split": [",", {"Fn::GetAtt": ["Db", "Zones"]}]}]}"#, #""a/b/c""#),
    (#"{"Fn::Cidr": [{"Fn::GetAtt": ["Db", "Block"]}, {"Fn::GetAtt": ["Db", "Count"]}, 8]}"#, #"["10.0.0.0/24","10.0.1.0/24"]"#),
    (#"{"l": ["a", {"Ref": "AWS::NoValue"}]}"#, #"{"l":["a"]}"#),
  ])
  func aFunctionGives(expression: String, value: String) throws {
    #expect(try JSON.parse(expression).evaluated(with: values).text == value)
  }

  @Test(arguments: [
    (#"{"Fn::GetAtt": ["Db", "Nothing"]}"#, "'Db' has no attribute 'Nothing'"),
    (#"{"Ref": "Other"}"#, "'Other' has no value yet"),
    (#"{"Fn::Split": [",", {"Fn::GetAtt": ["Db", "Password"]}]}"#, "Fn::Split would have to look into a secret, which only the cloud may see"),
    (#"{"Fn::Cidr": [{"Fn::GetAtt": ["Db", "Password"]}, 2]}"#, "Fn::Cidr would have to look into a secret, which only the cloud may see"),
    (#"{"Fn::Length": {"Fn::GetAtt": ["Db", "Zones"]}}"#, "Fn::Length takes a list, and this is a string"),
    (#"{"Fn::ImportValue": "x"}"#, "Fn::ImportValue has no value"),
    (#"{"Fn::Select": [5, ["a"]]}"#, "Fn::Select has no element 5 in a list of 1"),
  ])
  func aValueThatIsNotThereIsNamed(expression: String, message: String) throws {
    let json = try JSON.parse(expression)
    #expect { try json.evaluated(with: values) } throws: { "\($0)" == message }
  }
}
