import Contract
import JSON
import Templates
import Testing

@Suite struct TypeCheckTests {
  private static let schema = TypeSchema(
    typeName: "Test::Shop::Queue", schemaVersion: 1,
    document: [
      "properties": [
        "Name": ["type": "string"], "Old": ["type": "string"], "Arn": ["type": "string"],
        "Endpoint": ["type": "object", "properties": ["Address": ["type": "string"], "Port": ["type": "integer"]]],
        "Rules": ["type": "array", "items": ["type": "object", "properties": ["Id": ["type": "string"], "From": ["type": "string"]]]],
      ], "additionalProperties": false, "deprecatedProperties": ["/properties/Old"],
    ], readOnlyProperties: [JSONPointer(["Arn"]), JSONPointer(["Endpoint", "Address"]), JSONPointer(["Rules", "*", "Id"])])

  private func problems(_ properties: String, _ outputs: String = "{}") throws -> [String] {
    let text = "Resources:\n  Queue:\n    Type: Test::Shop::Queue\n    Properties:\n\(properties)\nOutputs: \(outputs)\n"
    let document = try SourceDocument(text: text, file: "t.yaml", dialect: .template)
    return TypeCheck(document, schemas: ["Test::Shop::Queue": Self.schema]).problems.map(\.description)
  }

  @Test func whatTheCloudDecidesCannotBeGiven() throws {
    #expect(try problems("      Name: jobs\n      Endpoint: {Port: 1}\n      Rules: [{From: a}]") == [])
    #expect(try problems("      Arn: x") == ["t.yaml:5:7: 'Arn' is read-only: the cloud decides it"])
    #expect(try problems("      Endpoint:\n        Address: x") == ["t.yaml:6:9: 'Endpoint.Address' is read-only: the cloud decides it"])
    #expect(try problems("      Rules:\n        - From: a\n        - Id: x") == ["t.yaml:7:11: 'Rules.1.Id' is read-only: the cloud decides it"])
  }

  @Test func whatIsDeprecatedIsAWarning() throws {
    #expect(try problems("      Old: x") == ["t.yaml:5:7: warning: 'Old' is deprecated by its type"])
  }

  @Test(arguments: [("Queue.Arn", nil), ("Queue.Endpoint.Address", nil), ("Queue.Name", nil), ("Queue.Arm", "'Queue' has no attribute 'Arm'; did you mean 'Arn'?")])
  func attributesAreThoseOfTheType(attribute: String, problem: String?) throws {
    let found = try problems("      Name: x", "{A: {Value: !GetAtt \(attribute)}, B: {Value: !Sub \"${\(attribute)}\"}}")
    #expect(found.count == (problem == nil ? 0 : 2) && found.allSatisfy { $0.contains(problem ?? "") }, "\(found)")
  }
}
