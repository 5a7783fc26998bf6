public import JSON

/// Puts into a template everything that is known before anything exists: parameters, mappings, conditions, loops, pseudo parameters, exports
/// and zones. What needs a resource stays: `Ref` and `Fn::GetAtt` to resources, and the functions around them; so do dynamic references.
public struct TemplateResolver {
  let document: SourceDocument
  let parameters: ParameterValues
  let context: ResolutionContext
  let mappings: [String: JSON]
  var conditionSources: [String: JSON]
  /// The decided conditions.
  public internal(set) var conditions: [String: Bool] = [:]
  var deciding: [String] = []
  /// Whether hidden parameters give their text: conditions and rules compare it, and show it to nobody.
  var seesHidden = false
  /// The resources that exist under these conditions; empty while conditions are decided.
  var resources: Set<String> = []
  var absent: Set<String> = []

  /// - Parameters:
  ///   - document: a template that `TemplateCheck` accepts, with its includes put in.
  ///   - parameters: the values of its parameters.
  ///   - context: what is known of the outside.
  public init(_ document: SourceDocument, parameters: ParameterValues, context: ResolutionContext) {
    self.document = document
    self.parameters = parameters
    self.context = context
    mappings = document.value["Mappings"]?.object ?? [:]
    conditionSources = document.value["Conditions"]?.object ?? [:]
  }

  /// The template with its rules held, its loops unrolled, its conditions decided, and everything known put in.
  /// - Throws: the first problem, with its place.
  public mutating func resolved() throws(SourceError) -> ResolvedTemplate {
    try refuseMacros()
    try unrollConditions()
    var loops = loopExpansion()
    if let failure = try failedAssertions().first { throw failure }
    try decideConditions()
    let sections = (resources: try loops.unrolled("Resources"), outputs: try loops.unrolled("Outputs"))
    var out = ResolvedTemplate()
    for (id, resource) in sections.resources.sorted(by: { $0.key < $1.key }) {
      if try isWanted(resource, JSONPointer(["Resources", id, "Condition"])) { resources.insert(id) } else { absent.insert(id) }
    }
    for (id, resource) in sections.resources.sorted(by: { $0.key < $1.key }) where resources.contains(id) {
      out.resources[id] = try resolve(resource, JSONPointer(["Resources", id]))
    }
    out.sources = sections.resources.filter { resources.contains($0.key) }
    for (name, output) in sections.outputs.sorted(by: { $0.key < $1.key }) where try isWanted(output, JSONPointer(["Outputs", name, "Condition"])) {
      out.outputs[name] = try resolve(output, JSONPointer(["Outputs", name]))
    }
    out.conditions = conditions
    return out
  }

  private mutating func resolve(_ member: JSON, _ place: JSONPointer) throws(SourceError) -> JSON {
    var members = member.object ?? [:]
    members["Condition"] = nil
    // Their ids are names, not values; those that are not there need not be waited for.
    let dependsOn = members.removeValue(forKey: "DependsOn")
    var out = try value(.object(members), place) ?? [:]
    if let dependsOn {
      out["DependsOn"] = .array((dependsOn.array ?? [dependsOn]).filter { $0.string.map { !absent.contains($0) } ?? true })
    }
    try checkPolicies(out, place)
    if let properties = out["Properties"] { try checkDynamicReferences(properties, place.appending("Properties")) }
    return out
  }

  /// What functions have made of the policies.
  private func checkPolicies(_ resource: JSON, _ place: JSONPointer) throws(SourceError) {
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
      guard let policy = resource[key] else { continue }
      if policy.string.flatMap(Template.Resource.DeletionPolicy.init) == nil {
        throw document.error(at: place.appending(key), "'\(policy.scalarText ?? policy.kind)' is not a \(key); it is one of Delete, Retain, RetainExceptOnCreate, Snapshot")
      }
    }
    if let policy = resource["CreationPolicy"] {
      do throws(TemplateError) { _ = try CreationPolicy(json: policy) } catch { throw document.error(at: place.appending("CreationPolicy"), "\(error)") }
    }
  }

  private mutating func isWanted(_ member: JSON, _ place: JSONPointer) throws(SourceError) -> Bool {
    guard let name = member["Condition"]?.string else { return true }
    return try condition(named: name, place)
  }

  /// Puts the conditions in that loops make.
  mutating func unrollConditions() throws(SourceError) {
    guard conditionSources.keys.contains(where: { $0.hasPrefix("Fn::") }) else { return }
    var loops = loopExpansion()
    conditionSources = try loops.unrolled("Conditions")
  }

  func loopExpansion() -> LoopExpansion {
    LoopExpansion(document) { (collection, place) throws(SourceError) in
      var resolver = self
      guard let items = try resolver.value(collection, place)?.array?.map(\.scalarText), !items.contains(nil) else {
        throw self.document.error(at: place, "the collection of Fn::ForEach must be a list of texts that is known before anything exists")
      }
      return items.compactMap { $0 }
    }
  }

  /// Macros are programs in somebody's account; only the language's own are known here.
  private func refuseMacros() throws(SourceError) {
    let transform = document.value["Transform"]
    for (index, element) in (transform?.array ?? [transform ?? .null]).enumerated() {
      guard let name = element.string ?? element["Name"]?.string, name != TemplateNames.languageExtensions else { continue }
      let place = JSONPointer(["Transform"])
      throw document.error(at: transform?.array == nil ? place : place.appending(String(index)), Self.refusal(ofMacro: name))
    }
  }

  /// What is said of `Fn::Transform`, which names one macro, or several in a list.
  static func refusal(ofTransform transform: JSON) -> String {
    let names = (transform.array ?? [transform]).compactMap { $0.string ?? $0["Name"]?.string }
    return refusal(ofMacro: names.first { $0 != TemplateNames.include } ?? names.first ?? "")
  }

  /// What is said of a macro that stands in a template that is to be run.
  static func refusal(ofMacro name: String) -> String {
    name == TemplateNames.include
      ? "\(name) was not put in: give its Location, the path of a local file"
      : "cld does not run the macro '\(name)': run it where it lives and give the template that it makes; AWS::LanguageExtensions and AWS::Include are known"
  }
}
