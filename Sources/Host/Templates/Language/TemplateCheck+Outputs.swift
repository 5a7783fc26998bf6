internal import JSON

extension TemplateCheck {
  /// "Outputs" of the template reference.
  mutating func checkOutputs(_ value: JSON, _ pointer: JSONPointer) {
    guard let outputs = object(value, at: pointer) else { return }
    checkNames(outputs.filter { !$0.key.hasPrefix("Fn::Transform") }, pointer, what: "output", most: 200)
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
      let place = pointer.appending(name)
      if name.hasPrefix("Fn::ForEach::") {
        checkLoop(output, place, .output)
        continue
      }
      guard name != "Fn::Transform", let members = object(output, at: place, what: "output '\(name)'") else { continue }
      if members["Fn::Transform"] != nil { continue }
      for key in members.keys.sorted() where !["Value", "Description", "Export", "Condition"].contains(key) {
        error(place.appending(key), "'\(key)' is not a key of an output; it has Value, Description, Export and Condition")
      }
      checkOutput(members, place)
    }
  }

  private mutating func checkOutput(_ members: [String: JSON], _ place: JSONPointer) {
    if let value = members["Value"] {
      checkValue(value, place.appending("Value"), .output)
      if value.array != nil || (value.object != nil && value.singleMember == nil) || shape(of: value) == .list {
        error(place.appending("Value"), "the value of an output must be a text, and is \(shape(of: value) == .list ? "a list" : value.kind)")
      }
    } else {
      error(place, "'Value' is missing")
    }
    if let description = members["Description"], !description.isNull {
      let place = place.appending("Description")
      if let text = description.scalarText {
        if text.utf8.count > 1024 { error(place, "the description has \(text.utf8.count) bytes, and may have 1024") }
      } else {
        error(place, "the description must be a text without functions, and is \(description.kind)")
      }
    }
    if let condition = members["Condition"] { checkConditionName(condition, place.appending("Condition")) }
    if let export = members["Export"], let members = object(export, at: place.appending("Export")) {
      let place = place.appending("Export")
      guard let name = members["Name"] else { return error(place, "'Name' is missing: the name of the export") }
      checkValue(name, place.appending("Name"), .output)
    }
  }
}
