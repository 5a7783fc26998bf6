internal import Contract
internal import JSON

/// Holds the attributes that a driver reports against the type's schema.
struct AttributeCheck {
  private let schema: TypeSchema?

  init(_ schema: TypeSchema?) { self.schema = schema }

  /// Every attribute is declared, or is a property (a name that the host made is known only to the cloud); the secret ones are handles.
  func check(_ attributes: JSON, _ op: String) throws {
    guard let schema else { return }
    for (name, value) in (attributes.object ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard schema.readOnlyProperties.contains(where: { $0.tokens.first == name }) || schema.document["properties"]?[name] != nil else {
        throw Finding.fail(
          "\(op) reports the attribute \(name), which the schema of \(schema.typeName) does not have",
          remedy: "add /properties/\(name) to readOnlyProperties, or do not report it")
      }
      guard schema.sensitive.contains(where: { $0.tokens == [name] }), !value.isNull else { continue }
      guard value.object?.keys.first?.hasPrefix("$") == true else {
        throw Finding.fail(
          "\(op) reports the attribute \(name) in clear, which the schema says is secret",
          remedy: "name its place in `secrets` of the call in manifest.json, so that the answer has its handle", .secret)
      }
    }
  }
}
