public import Contract
public import JSON

/// The types that the host provides itself, because they are about stacks and not about a cloud
/// (CloudFormation user guide, "AWS CloudFormation resource type reference").
public enum BuiltInType: String, CaseIterable, Sendable {
  /// Another stack, as a resource of this one.
  case stack = "AWS::CloudFormation::Stack"
  /// Waits for signals that come to a handle.
  case waitCondition = "AWS::CloudFormation::WaitCondition"
  /// An address that takes signals.
  case waitConditionHandle = "AWS::CloudFormation::WaitConditionHandle"

  /// The types' schemas by name.
  public static var schemas: [String: TypeSchema] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.schema) })
  }

  /// The type's schema.
  public var schema: TypeSchema {
    let text: JSON = ["type": "string"]
    var properties: [String: JSON]
    var required: [JSON] = []
    var readOnly: [JSONPointer] = []
    var createOnly: [JSONPointer] = []
    switch self {
    case .stack:
      properties = [
        "TemplateURL": text, "Parameters": ["type": "object"], "NotificationARNs": ["type": "array"], "Tags": ["type": "array"],
        "TimeoutInMinutes": ["type": ["integer", "string"]], "Outputs": ["type": "object"], "Arn": text,
      ]
      required = ["TemplateURL"]
      readOnly = [JSONPointer(["properties", "Outputs"]), JSONPointer(["properties", "Arn"])]
    case .waitCondition:
      properties = ["Handle": text, "Timeout": ["type": ["integer", "string"]], "Count": ["type": ["integer", "string"]], "Data": text]
      readOnly = [JSONPointer(["properties", "Data"])]
      // "Update requires: Updates are not supported": a condition that has been met cannot be asked for anew.
      createOnly = ["Handle", "Timeout", "Count"].map { JSONPointer(["properties", $0]) }
    case .waitConditionHandle:
      properties = [:]
    }
    return TypeSchema(
      typeName: rawValue, schemaVersion: 1,
      document: [
        "typeName": .string(rawValue), "properties": .object(properties), "required": .array(required), "additionalProperties": false,
      ], createOnlyProperties: createOnly, readOnlyProperties: readOnly)
  }
}
