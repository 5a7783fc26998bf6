import Contract
import JSON
import Testing

@Suite struct TypedPropertiesTests {
  private let schema = TypeSchema(
    typeName: "T", schemaVersion: 1,
    document: [
      "definitions": ["Port": ["type": "object", "properties": ["Number": ["type": "integer"], "Next": ["$ref": "#/definitions/Port"]]]],
      "properties": [
        "Days": ["type": "integer"], "Share": ["type": "number"], "Is": ["type": "boolean"], "Text": ["type": "string"],
        "Either": ["type": ["string", "object"]], "Ports": ["type": "array", "items": ["$ref": "#/definitions/Port"]],
        "Tags": ["type": "object", "additionalProperties": ["type": "string"]],
      ],
    ])

  @Test(arguments: [
    (["Days": "14"], ["Days": 14]), (["Days": "-1"], ["Days": -1]), (["Share": "0.5"], ["Share": 0.5]), (["Share": "2"], ["Share": 2]),
    (["Is": "true"], ["Is": true]), (["Is": "false"], ["Is": false]), (["Text": 5], ["Text": "5"]), (["Text": true], ["Text": "true"]),
    (["Ports": [["Number": "80", "Next": ["Number": "81"]]]], ["Ports": [["Number": 80, "Next": ["Number": 81]]]]),
    (["Tags": ["cost": 7]], ["Tags": ["cost": "7"]]),
  ] as [(JSON, JSON)])
  func scalarsGetTheTypeOfTheSchema(given: JSON, typed: JSON) { #expect(schema.typed(given) == typed) }

  @Test(arguments: [
    ["Days": "many"], ["Days": "1.5"], ["Is": "yes"], ["Days": ["$secret": "h"]], ["Text": ["$concat": ["a", 5]]], ["Either": ["a": 5]], ["Either": "5"],
    ["Unknown": "5"], ["Ports": "80"], ["Ports": [["$split": [",", "80,81", 0]]]], .null,
  ] as [JSON])
  func whatIsNoSuchScalarStays(given: JSON) { #expect(schema.typed(given) == given) }
}
