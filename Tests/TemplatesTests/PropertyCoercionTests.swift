import Contract
import JSON
import Templates
import Testing

@Suite struct PropertyCoercionTests {
  private static let schema = TypeSchema(
    typeName: "Own::Thing", schemaVersion: 1,
    document: [
      "definitions": ["Part": ["type": "object", "properties": ["Size": ["type": "integer"], "Next": ["$ref": "#/definitions/Part"]]]],
      "properties": [
        "Count": ["type": "integer"], "Share": ["type": "number"], "On": ["type": "boolean"], "Name": ["type": "string"],
        "Parts": ["type": "array", "items": ["$ref": "#/definitions/Part"]],
      ],
    ])

  @Test func textsBecomeWhatTheTypeAsksFor() {
    let coerced = Self.schema.coerced([
      "Count": "7", "Share": "0.5", "On": "TRUE", "Name": 12, "Parts": [["Size": "3", "Next": ["Size": "4"]]], "Other": "9",
    ])
    #expect(coerced == ["Count": 7, "Share": 0.5, "On": true, "Name": "12", "Parts": [["Size": 3, "Next": ["Size": 4]]], "Other": "9"])
  }

  @Test func whatHasNoSuchFormStays() {
    let value: JSON = ["Count": "seven", "On": "maybe", "Share": ["$secret": "sec-1"], "Name": ["$concat": ["a", ["$secret": "sec-1"]]], "Parts": "none"]
    #expect(Self.schema.coerced(value) == value)
  }
}
