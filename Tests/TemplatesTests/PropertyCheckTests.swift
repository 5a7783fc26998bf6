import JSON
import Templates
import Testing

@Suite struct PropertyCheckTests {
  private static let schema: JSON = [
    "type": "object", "additionalProperties": false, "required": ["Name"],
    "definitions": [
      "Tag": ["type": "object", "required": ["Key"], "additionalProperties": false, "properties": ["Key": ["type": "string"], "Value": ["type": "string"]]],
      "Again": ["$ref": "#/definitions/Tag"], "Circle": ["$ref": "#/definitions/Circle"], "Self": ["allOf": [["$ref": "#/definitions/Self"]]],
      "Tree": ["type": "object", "properties": ["Next": ["$ref": "#/definitions/Tree"], "Leaf": ["type": "integer"]]],
    ],
    "properties": [
      "Name": ["type": "string", "minLength": 2, "maxLength": 8, "pattern": "^[a-z]+$"], "Size": ["type": "integer", "minimum": 1, "maximum": 9],
      "Kind": ["type": "string", "enum": ["a", "b"]], "Port": ["type": "integer", "enum": [80, 443]], "Ratio": ["type": "number", "exclusiveMaximum": 1, "multipleOf": 0.25],
      "Tags": ["type": "array", "items": ["$ref": "#/definitions/Again"], "minItems": 1, "maxItems": 2, "uniqueItems": true],
      "Map": ["type": "object", "patternProperties": ["^x-": ["type": "integer"]], "additionalProperties": false],
      "Free": ["type": "object", "additionalProperties": ["type": "string", "maxLength": 2]], "Fixed": ["const": "only"],
      "Source": ["type": "object", "oneOf": [["required": ["File"]], ["required": ["Url"]]]],
      "Target": ["type": "object", "anyOf": [["required": ["Id"]], ["required": ["Name", "Group"]]]],
      "Either": ["oneOf": [["type": "integer"], ["type": "array"]]], "Both": ["allOf": [["type": "string"], ["maxLength": 3]]],
      "NotBoth": ["type": "object", "not": ["required": ["A", "B"]]], "Pair": ["type": "object", "dependencies": ["A": ["B"]]],
      "Circle": ["$ref": "#/definitions/Circle"], "Self": ["$ref": "#/definitions/Self"], "Tree": ["$ref": "#/definitions/Tree"], "On": ["type": "boolean"],
    ],
  ]

  private static let good: [JSON] = [
    [:], ["Size": "5"], ["Port": "443"], ["Ratio": 0.75], ["Tags": [["Key": "a"], ["Key": "b", "Value": "c"]]], ["Map": ["x-a": 1]], ["Free": ["any": "ab"]],
    ["Fixed": "only"], ["Source": ["File": "f"]], ["Source": ["Fn::Transform": ["Name": "X"], "Url": "u"]], ["Target": ["Name": "n", "Group": "g"]], ["Either": [1]], ["Both": "abc"],
    ["NotBoth": ["A": 1]], ["Pair": ["A": 1, "B": 2]], ["Circle": 1], ["Self": 1], ["Tree": ["Next": ["Next": ["Leaf": 1]]]], ["On": "True"],
    ["Size": ["Ref": "P"]], ["Tags": ["Fn::If": ["C", ["Ref": "AWS::NoValue"], [["Key": "a"]]]]], ["Size": "{{resolve:ssm:size}}"], ["Kind": ["$secret": "h"]],
    ["Source": ["File": ["Ref": "P"], "Url": ["Ref": "AWS::NoValue"]]],
  ]

  @Test(arguments: good) func whatFitsPasses(properties: JSON) {
    #expect(PropertyCheck(schema: Self.schema).problems(in: .object(["Name": "abc"].merging(properties.object ?? [:]) { $1 })) == [])
  }

  private static let bad: [(JSON, String, String)] = [
    (["Name": "a"], "/Name", "is shorter than 2 characters"), (["Name": "abcdefghi"], "/Name", "is longer than 8 characters"),
    (["Name": "ab1"], "/Name", "does not match ^[a-z]+$"), (["Size": 10], "/Size", "is above 9"), (["Size": "0"], "/Size", "is below 1"),
    (["Size": "x"], "/Size", "must be integer"), (["Size": 1.5], "/Size", "must be integer"), (["Kind": "c"], "/Kind", "must be one of \"a\", \"b\""),
    (["Ratio": 1], "/Ratio", "must be below 1"), (["Ratio": 0.3], "/Ratio", "must be a multiple of 0.25"),
    (["Tags": []], "/Tags", "needs at least 1"), (["Tags": [["Key": "a"], ["Key": "b"], ["Key": "c"]]], "/Tags", "may have 2"),
    (["Tags": [["Key": "a"], ["Key": "a"]]], "/Tags/1", "is in the list already"), (["Tags": [["Value": "a"]]], "/Tags/0", "lacks the required property 'Key'"),
    (["Tags": [["Key": "a", "Valu": "b"]]], "/Tags/0/Valu", "did you mean 'Value'?"), (["Tags": ["Fn::If": ["C", [], 1]]], "/Tags/Fn::If/1", "needs at least 1"),
    (["Map": ["y": 1]], "/Map/y", "is not a property"), (["Map": ["x-a": "b"]], "/Map/x-a", "must be integer"), (["Free": ["any": "abc"]], "/Free/any", "longer than 2"),
    (["Fixed": "other"], "/Fixed", "must be \"only\""), (["Source": [:]], "/Source", "needs exactly one of 'File', 'Url'"),
    (["Source": ["File": "f", "Url": "u"]], "/Source", "and has more of them"), (["Target": ["Name": "n"]], "/Target", "needs at least one of 'Id', 'Name' with 'Group'"),
    (["Either": "x"], "/Either", "must be integer"), (["Both": "abcd"], "/Both", "is longer than 3"), (["NotBoth": ["A": 1, "B": 2]], "/NotBoth", "cannot have 'A' and 'B' together"),
    (["Pair": ["A": 1]], "/Pair/A", "needs 'B' beside it"), (["Tree": ["Next": ["Leaf": "x"]]], "/Tree/Next/Leaf", "must be integer"), (["On": "yes"], "/On", "must be boolean"),
    (["Colour": 1], "/Colour", "is not a property of the type"), (["Name": [1]], "/Name", "must be string, and is an array"),
  ]

  @Test(arguments: bad) func whatDoesNotFitIsNamed(properties: JSON, place: String, words: String) throws {
    let problems = PropertyCheck(schema: Self.schema).problems(in: .object(["Name": "abc"].merging(properties.object ?? [:]) { $1 }))
    let problem = try #require(problems.first)
    #expect(problem.pointer.description == place && problem.problem.contains(words), "\(problem)")
  }
}
