public import JSON

extension ChangeSet {
  /// How a context, and a value that is no text, is written.
  public enum ContextForm: Sendable {
    /// As JSON text, as the API sends it (API reference, "ResourceChange", BeforeContext: "an encoded JSON string").
    case text
    /// As the value that it is: easier to read for people, and for programs that are not made for the API.
    case value
  }

  /// The member `Changes` of DescribeChangeSet (API reference, "Change").
  /// - Parameters:
  ///   - includesValues: whether values are compared and shown (`--include-property-values`).
  ///   - contexts: how contexts are written.
  public func json(includesValues: Bool, contexts: ContextForm = .text) -> JSON {
    .array((includesValues ? valueChanges : changes).map { ["Type": "Resource", "ResourceChange": $0.json(includesValues, contexts)] })
  }
}

extension ResourceChange {
  fileprivate func json(_ includesValues: Bool, _ form: ChangeSet.ContextForm) -> JSON {
    var out: JSON = ["LogicalResourceId": .string(logicalID), "ResourceType": .string(type), "Scope": [], "Details": []]
    func put(_ key: String, _ context: JSON) { if includesValues { out[key] = form.written(context) } }
    switch action {
    case .add(let after):
      out["Action"] = "Add"
      put("AfterContext", after)
    case .remove(let physicalID, let disposal, let before):
      out["Action"] = "Remove"
      out["PhysicalResourceId"] = .string(physicalID)
      out["PolicyAction"] = .string(disposal.rawValue)
      put("BeforeContext", before)
    case .modify(let modification):
      out["Action"] = "Modify"
      out["PhysicalResourceId"] = .string(modification.physicalID)
      out["Replacement"] = .string(modification.replacement.rawValue)
      if modification.replacement != .never { out["PolicyAction"] = .string("ReplaceAnd" + modification.disposal.rawValue) }
      out["Scope"] = .array(modification.scope.map { .string($0.rawValue) })
      out["Details"] = .array(modification.details.map { $0.json(form) })
      put("BeforeContext", modification.before)
      put("AfterContext", modification.after)
    }
    // The service keeps nested changes in change sets of their own; beside each other they are easier to read.
    if !nested.isEmpty { out["NestedChanges"] = .array(nested.map { ["Type": "Resource", "ResourceChange": $0.json(includesValues, form)] }) }
    return out
  }
}

extension ChangeDetail {
  fileprivate func json(_ form: ChangeSet.ContextForm) -> JSON {
    var out: JSON = ["Target": target.json(form), "Evaluation": .string(evaluation.rawValue)]
    switch source {
    case .automatic: out["ChangeSource"] = "Automatic"
    case .directModification: out["ChangeSource"] = "DirectModification"
    case .parameterReference(let name):
      out["ChangeSource"] = "ParameterReference"
      out["CausingEntity"] = .string(name)
    case .resourceReference(let id):
      out["ChangeSource"] = "ResourceReference"
      out["CausingEntity"] = .string(id)
    case .resourceAttribute(let id, let attribute):
      out["ChangeSource"] = "ResourceAttribute"
      out["CausingEntity"] = .string("\(id).\(attribute)")
    }
    return out
  }
}

extension ChangeTarget {
  fileprivate func json(_ form: ChangeSet.ContextForm) -> JSON {
    var out: JSON = ["Attribute": .string(attribute.rawValue), "RequiresRecreation": .string(recreation.rawValue)]
    if let property { out["Name"] = .string(property) }
    guard let value else { return out }
    out["Path"] = .string("\(value.path)")
    switch value.kind {
    case .add(let after):
      out["AttributeChangeType"] = "Add"
      out["AfterValue"] = form.written(after)
    case .remove(let before):
      out["AttributeChangeType"] = "Remove"
      out["BeforeValue"] = form.written(before)
    case .modify(let before, let after):
      out["AttributeChangeType"] = "Modify"
      out["BeforeValue"] = form.written(before)
      out["AfterValue"] = form.written(after)
    }
    return out
  }
}

extension ChangeSet.ContextForm {
  fileprivate func written(_ value: JSON) -> JSON {
    switch (self, value) {
    case (.value, _), (.text, .string): value
    case (.text, _): .string(value.text)
    }
  }
}
