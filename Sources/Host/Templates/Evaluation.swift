public import JSON

/// What the resources of a stack have become: the values behind references.
public struct Values: Sendable {
  /// One resource's values.
  public struct Resource: Sendable {
    /// What `Ref` gives.
    public var physicalID: String
    /// What `Fn::GetAtt` gives, nested by the parts of the attribute's name.
    public var attributes: JSON
    /// The properties, for attributes that are properties too.
    public var properties: JSON

    /// The values of one resource.
    public init(physicalID: String, attributes: JSON, properties: JSON) {
      self.physicalID = physicalID
      self.attributes = attributes
      self.properties = properties
    }
  }

  /// The resources by logical id.
  public var resources: [String: Resource]
  /// The pseudo parameters, such as `AWS::Region`.
  public var pseudo: [String: String]

  /// Values of these resources.
  public init(resources: [String: Resource], pseudo: [String: String]) {
    self.resources = resources
    self.pseudo = pseudo
  }
}

/// A reference that has no value.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence.
  public let description: String
}

extension JSON {
  /// The value with each function replaced by what it gives. A function over a secret becomes an expression (`$concat`,
  /// `$base64`, `$split`) that the effect layer opens.
  public func evaluated(with values: Values) throws(EvaluationError) -> JSON {
    switch Expression(self) {
    case .ref(let id): return try values.reference(id)
    case .getAtt(let id, let path): return try values.attribute(id, path)
    case .sub(let text, let variables): return try Self.substitute(text, variables, values)
    case .join(let separator, let list):
      let elements = try list.evaluated(with: values).list("Fn::Join")
      return Self.concatenated(Array(elements.map { [$0] }.joined(separator: [.string(separator)])))
    case .select(let index, let list):
      let elements = try list.evaluated(with: values).list("Fn::Select")
      let index = try index.evaluated(with: values)
      guard let place = index.int ?? index.string.flatMap({ Int64($0) }), elements.indices.contains(Int(place)) else {
        throw EvaluationError(description: "Fn::Select has no element \(index.text) in a list of \(elements.count)")
      }
      return elements[Int(place)]
    case .split(let separator, let source):
      let value = try source.evaluated(with: values)
      guard let text = value.string else {
        throw EvaluationError(description: "Fn::Split needs a text and got \(value.kind)")
      }
      return .array(text.split(separator: separator, omittingEmptySubsequences: false).map { .string(String($0)) })
    case .base64(let argument):
      // Encoding is the effect layer's in every case: one place, and a secret inside stays a handle.
      return ["$base64": try argument.evaluated(with: values)]
    case .plain: break
    }
    switch self {
    case .array(let elements):
      var out: [JSON] = []
      for element in elements { out.append(try element.evaluated(with: values)) }
      return .array(out)
    case .object(let members):
      var out: [String: JSON] = [:]
      for (key, member) in members {
        let value = try member.evaluated(with: values)
        if !value.isNoValue { out[key] = value }
      }
      return .object(out)
    default: return self
    }
  }

  private static func substitute(_ text: String, _ variables: [String: JSON], _ values: Values) throws(EvaluationError) -> JSON {
    var parts: [JSON] = []
    for part in SubstitutionPart.parse(text) {
      switch part {
      case .text(let text): parts.append(.string(text))
      case .variable(let name):
        if let variable = variables[name] {
          parts.append(try variable.evaluated(with: values))
        } else if name.contains(".") {
          let path = name.split(separator: ".").map(String.init)
          parts.append(try values.attribute(path[0], Array(path.dropFirst())))
        } else {
          parts.append(try values.reference(name))
        }
      }
    }
    return concatenated(parts)
  }

  /// One text when all parts are scalars, else a `$concat` of them.
  public static func concatenated(_ parts: [JSON]) -> JSON {
    let texts = parts.compactMap(\.scalarText)
    return texts.count == parts.count ? .string(texts.joined()) : ["$concat": .array(parts)]
  }

  private func list(_ function: String) throws(EvaluationError) -> [JSON] {
    guard let array else { throw EvaluationError(description: "\(function) needs a list and got \(kind)") }
    return array
  }

  /// `Ref: AWS::NoValue` takes the property away.
  fileprivate static let noValue: JSON = ["$novalue": true]
  private var isNoValue: Bool { self == Self.noValue }
}

extension Values {
  fileprivate func reference(_ id: String) throws(EvaluationError) -> JSON {
    if id == "AWS::NoValue" { return JSON.noValue }
    if let value = pseudo[id] { return .string(value) }
    guard let resource = resources[id] else { throw EvaluationError(description: "'\(id)' has no value yet") }
    return .string(resource.physicalID)
  }

  fileprivate func attribute(_ id: String, _ path: [String]) throws(EvaluationError) -> JSON {
    guard let resource = resources[id] else { throw EvaluationError(description: "'\(id)' has no value yet") }
    for source in [resource.attributes, resource.properties] {
      if let value = source[JSONPointer(path)] ?? source[path.joined(separator: ".")], !value.isNull { return value }
    }
    throw EvaluationError(description: "'\(id)' has no attribute '\(path.joined(separator: "."))'")
  }
}
