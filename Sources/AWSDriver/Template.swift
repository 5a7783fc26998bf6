public import JSON

/// The intrinsic functions that fragments use.
public enum Template {
  /// The id of a resource of the fragment.
  public static func ref(_ logicalID: String) -> JSON { ["Ref": .string(logicalID)] }

  /// An attribute of a resource of the fragment, dotted where it is nested.
  public static func attribute(_ logicalID: String, _ name: String) -> JSON {
    ["Fn::GetAtt": [.string(logicalID), .string(name)]]
  }

  /// Texts and expressions in one text.
  public static func join(_ parts: JSON...) -> JSON { ["Fn::Join": ["", .array(parts)]] }

  /// One element of a list.
  public static func select(_ index: Int, _ list: JSON) -> JSON { ["Fn::Select": [.int(Int64(index)), list]] }

  /// A resource of a fragment.
  public static func resource(_ type: String, _ properties: [String: JSON?] = [:], dependsOn: [String] = []) -> JSON {
    var members: [String: JSON] = [
      "Type": .string(type), "Properties": .object(properties.compactMapValues { $0 }),
    ]
    if !dependsOn.isEmpty { members["DependsOn"] = .array(dependsOn.map { .string($0) }) }
    return .object(members)
  }
}
