internal import JSON

extension TemplateCheck {
  private static let attributes: Set<String> = [
    "Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy",
    "Version",
  ]

  /// "Resources" of the template reference.
  mutating func checkResources(_ value: JSON, _ pointer: JSONPointer) {
    guard let resources = object(value, at: pointer) else { return }
    checkNames(resources.filter { !$0.key.hasPrefix("Fn::Transform") }, pointer, what: "resource", most: 500)
    for (name, resource) in resources.sorted(by: { $0.key < $1.key }) {
      let place = pointer.appending(name)
      if name.hasPrefix("Fn::ForEach::") {
        checkLoop(resource, place, .property)
      } else if name != "Fn::Transform" {
        checkResource(name, resource, place)
      }
    }
  }

  private mutating func checkResource(_ name: String, _ resource: JSON, _ place: JSONPointer) {
    guard let members = object(resource, at: place, what: "resource '\(name)'") else { return }
    if names.parameters[name] != nil { error(place, "a parameter and a resource cannot both be named '\(name)'") }
    let type = members["Type"]?.string
    let isServerless = names.hasForeignTransform
    for key in members.keys.sorted() where !Self.attributes.contains(key) && key != "Fn::Transform" && !isServerless {
      error(place.appending(key), "'\(key)' is not an attribute of a resource\(names.hint(key, Self.attributes))")
    }
    switch members["Type"] {
    case .string(let type)?:
      if type.hasPrefix("AWS::Serverless::"), !isServerless {
        error(place.appending("Type"), "'\(type)' needs `Transform: AWS::Serverless-2016-10-31`")
      }
    case nil: if members["Fn::Transform"] == nil { error(place, "'Type' is missing, such as `Type: AWS::SNS::Topic`") }
    case let other?: if !other.isNull { error(place.appending("Type"), "the type must be a text, and is \(other.kind)") }
    }
    if type?.hasSuffix("::MODULE") == true { checkModule(members, place) }
    if let properties = members["Properties"], let members = object(properties, at: place.appending("Properties")) {
      for (key, value) in members { checkMember(key, value, place.appending("Properties").appending(key), .property) }
    }
    if let metadata = members["Metadata"] { checkMetadata(metadata, place.appending("Metadata")) }
    checkDependsOn(members["DependsOn"], of: name, place.appending("DependsOn"))
    if let condition = members["Condition"] { checkConditionName(condition, place.appending("Condition")) }
    checkPolicies(members, place)
  }

  private mutating func checkMetadata(_ metadata: JSON, _ place: JSONPointer) {
    guard let members = object(metadata, at: place) else { return }
    if members["AWS::CloudFormation::Module"] != nil {
      error(place.appending("AWS::CloudFormation::Module"), "this key of the metadata is reserved for CloudFormation")
    }
    for (key, value) in members { checkValue(value, place.appending(key), .metadata) }
  }

  /// "Module considerations" of the CloudFormation user guide.
  private mutating func checkModule(_ members: [String: JSON], _ place: JSONPointer) {
    for key in ["CreationPolicy", "UpdatePolicy"] where members[key] != nil {
      error(place.appending(key), "a module takes no \(key)")
    }
    if members["Properties"]?["Tags"] != nil { error(place.appending("Properties").appending("Tags"), "a module takes no Tags") }
  }

  private mutating func checkDependsOn(_ value: JSON?, of name: String, _ place: JSONPointer) {
    guard let value, !value.isNull else { return }
    let targets = value.array ?? [value]
    for (index, target) in targets.enumerated() {
      let place = value.array == nil ? place : place.appending(String(index))
      guard let id = target.string else {
        if !names.areOpen { error(place, "DependsOn takes logical ids, and this is \(target.kind)") }
        continue
      }
      if id == name { error(place, "'\(id)' cannot depend on itself") }
      if !names.mayBeResource(id) {
        error(place, "there is no resource '\(id)'\(names.hint(id, names.resources.keys))")
      }
    }
  }

  mutating func checkConditionName(_ value: JSON, _ place: JSONPointer) {
    guard let name = value.string else {
      if !value.isNull { error(place, "the condition must be the name of one, and is \(value.kind)") }
      return
    }
    guard !names.conditions.contains(name), !names.areOpen else { return }
    if document.value["Conditions"] == nil, place.tokens.contains("Properties") {
      // cfn-lint takes this for valid; no stack can be made from it.
      warning(place, "there is no condition '\(name)', and no section Conditions: a stack from this template is refused")
    } else {
      error(place, "there is no condition '\(name)'\(names.hint(name, names.conditions))")
    }
  }

  private mutating func checkPolicies(_ members: [String: JSON], _ place: JSONPointer) {
    for (key, allowed) in [
      ("DeletionPolicy", ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"]), ("UpdateReplacePolicy", ["Delete", "Retain", "Snapshot"]),
    ] {
      guard let policy = members[key], !policy.isNull else { continue }
      let place = place.appending(key)
      if let text = policy.string {
        if !allowed.contains(text) { error(place, "'\(text)' is not a \(key); it is one of \(allowed.joined(separator: ", "))") }
      } else if policy.function != nil {
        checkValue(policy, place, .condition)
      } else {
        error(place, "the \(key) must be one of \(allowed.joined(separator: ", ")), and is \(policy.kind)")
      }
    }
    if let policy = members["CreationPolicy"], policy.object != nil, !policy.hasFunction {
      do throws(TemplateError) { _ = try CreationPolicy(json: policy) } catch { self.error(place.appending("CreationPolicy"), "\(error)") }
    }
    for key in ["CreationPolicy", "UpdatePolicy"] {
      guard let policy = members[key], let members = object(policy, at: place.appending(key)) else { continue }
      let known = key == "CreationPolicy" ? Self.creation : Self.update
      for (name, value) in members {
        let place = place.appending(key).appending(name)
        if !known.contains(name), !name.hasPrefix("Fn::") { warning(place, "'\(name)' is not a part of a \(key)\(names.hint(name, known))") }
        checkMember(name, value, place, .property)
      }
    }
  }

  private static let creation: Set<String> = ["AutoScalingCreationPolicy", "ResourceSignal", "StartFleet"]
  private static let update: Set<String> = [
    "AutoScalingReplacingUpdate", "AutoScalingRollingUpdate", "AutoScalingScheduledAction", "CodeDeployLambdaAliasUpdate", "UseOnlineResharding",
    "EnableVersionUpgrade",
  ]
}
