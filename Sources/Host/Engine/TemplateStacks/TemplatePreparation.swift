internal import Contract
internal import JSON
internal import Store
internal import Templates

/// A template that was read, checked and resolved, ready to be run.
struct PreparedTemplate {
  var version: TemplateVersion
  /// What the engine runs.
  var template: Template
  /// What is recorded of what the user gave.
  var source: JSON
  /// The values of hidden parameters, sealed.
  var secrets: [(handle: String, sealed: [UInt8])]
  /// The schemas of the types in use.
  var schemas: [String: TypeSchema]
}

/// Reads templates for the engine: everything that can be wrong without asking a cloud is found here.
struct TemplatePreparation {
  let context: EngineContext
  let scope: CloudScope
  /// The stack, with the name and id that it has or will have.
  let stack: StackRecord

  /// The template of a request.
  /// - Parameter earlier: the stack's source as it is, for an update: kept parameters and a kept template come from it.
  func prepare(_ request: TemplateRequest, earlier: JSON?) async throws -> PreparedTemplate {
    let before = try await opened(earlier)
    guard let text = request.text ?? before?.text else { throw RequestError.usage("there is no template: give --template FILE") }
    let file = request.text == nil ? earlier?["file"]?.string : request.file
    let folder = request.text == nil ? earlier?["folder"]?.string : request.folder
    // A template that is kept keeps its files too, as they were.
    let (document, included) = try Self.document(text, file, folder, included: request.text == nil ? before?.included : nil)
    let schemas = await schemas()
    if let problems = TemplateProblems(TemplateCheck(document).problems + TypeCheck(document, schemas: schemas).problems) { throw problems }
    var sealing = SecretSealing(vault: context.store.vault)
    let given = try givenParameters(request, before?.parameters ?? [:], known: document.value["Parameters"]?.object.map { Set($0.keys) } ?? [])
    var parameters = try ParameterValues(document, given: given)
    let named = parameters.values
    let found = try await lookUps(&parameters, document)
    let concealed = try await conceal(&parameters, earlier, &sealing)
    let (version, imports) = try await version(document, parameters)
    let template = try Self.template(version.resolved)
    _ = try Graph(template)
    // What stood there before anything was looked up, and what was found.
    let shown = named.merging(given.mapValues { .string($0) }) { _, given in given }.shown(besides: parameters.hidden)
    let shownFound = found.mapValues { JSON.string($0) }.shown(besides: parameters.hidden)
    let source: JSON = [
      "file": file.map { .string($0) } ?? .null, "folder": folder.map { .string($0) } ?? .null,
      // Sealed as a whole: what people write into templates is theirs.
      "text": try sealing.keep(text), "parameters": try sealing.keep(JSON.object(given.mapValues { .string($0) }).text),
      "included": included.isEmpty ? .null : try sealing.keep(JSON.object(included.mapValues { .string($0) }).text),
      "shown_parameters": .object(shown), "found_parameters": .object(shownFound),
      "description": document.value["Description"] ?? .null,
      "capabilities": .array(request.capabilities.map { .string($0) }), "concealed": concealed, "imports": .array(imports.sorted().map { .string($0) }),
      "looked_up": found.isEmpty ? .null : try sealing.keep(JSON.object(found.mapValues { .string($0) }).text),
      "descriptions": .object((document.value["Outputs"]?.object ?? [:]).compactMapValues { $0["Description"] }),
    ]
    return PreparedTemplate(version: version, template: template, source: source, secrets: sealing.sealed, schemas: schemas)
  }

  /// What a change set has recorded.
  func prepare(stored changeSet: ChangeSetRecord) async throws -> PreparedTemplate {
    PreparedTemplate(
      version: try await version(changeSet.source), template: try Template(json: changeSet.template), source: changeSet.source, secrets: [],
      schemas: await schemas())
  }

  /// The version of the template that a source records.
  func version(_ source: JSON) async throws -> TemplateVersion {
    guard let opened = try await opened(source) else { throw CorruptRecordError(description: "stacks: \(stack.id) has no template") }
    let (document, _) = try Self.document(opened.text, source["file"]?.string, nil, included: opened.included)
    var parameters = try ParameterValues(document, given: opened.parameters)
    for lookup in parameters.lookups {
      // As it was then: what stands there now is what an update compares with.
      if let found = opened.found[lookup.parameter] { try parameters.accept(found, for: lookup, in: document) }
    }
    parameters.conceal { name, index, _ in source["concealed"]?[name]?[index] ?? .null }
    return try await version(document, parameters).version
  }

  /// The resolved template, and the names of the exports that it imports. The outside is asked only for what the template uses.
  private func version(_ document: SourceDocument, _ parameters: ParameterValues) async throws -> (version: TemplateVersion, imports: Set<String>) {
    var context = ResolutionContext(pseudo: stack.pseudoParameters(scope).mapValues { .string($0) })
    context.pseudo["AWS::NotificationARNs"] = []
    if document.usesHelperURL {
      let path = SignalURL(vault: self.context.store.vault).helperPath(stackID: stack.id)
      context.pseudo[SourceDocument.helperURL] = .string(try await self.context.signals.url() + path)
    }
    func resolve() throws -> ResolvedTemplate {
      var resolver = TemplateResolver(document, parameters: parameters, context: context)
      return try resolver.resolved()
    }
    var resolved = try resolve()
    let imports = resolved.requiredImports
    let regions = resolved.requiredZones
    if !imports.isEmpty || !regions.isEmpty {
      let stack = stack
      context.exports = try await self.context.store.read { try Engine.exports($0, besides: stack).mapValues(\.value) }
      if !regions.isEmpty { context.availabilityZones = try await zones(of: regions) }
      resolved = try resolve()
    }
    return (TemplateVersion(document: document, parameters: parameters, resolved: resolved), imports)
  }

  /// Puts handles in the place of hidden parameters: the same as before for a value that has not changed.
  private func conceal(_ parameters: inout ParameterValues, _ earlier: JSON?, _ sealing: inout SecretSealing) async throws -> JSON {
    let before = earlier?["concealed"] ?? [:]
    let known = try await context.store.secrets(before.secretHandles)
    var concealed: [String: [JSON]] = [:]
    try parameters.conceal { name, index, text in
      let old = before[name]?[index] ?? .null
      let expression = old["$secret"]?.string.map { known[$0] == text } == true ? old : try sealing.keep(text)
      concealed[name, default: []].append(expression)
      return expression
    }
    return .object(concealed.mapValues { .array($0) })
  }

  /// The document of a text, with the files that it includes put in.
  /// - Parameter included: the files' texts by location, where they were read before; nil to read them now.
  /// - Returns: the document, and the texts of the files.
  private static func document(
    _ text: String, _ file: String?, _ folder: String?, included: [String: String]?
  ) throws -> (document: SourceDocument, included: [String: String]) {
    var read: [String: String] = [:]
    let expansion = IncludeExpansion(try SourceDocument(text: text, file: file ?? "template", dialect: .template)) { location in
      let found = try included?[location] ?? LocalTemplate(location, folder: folder).text
      read[location] = found
      return found
    }
    if let failure = expansion.failures.first { throw failure.error }
    return (expansion.document, read)
  }

  /// What a source has sealed, in the clear.
  private struct Opened {
    var text: String
    var parameters: [String: String]
    /// The files that the template includes, by location.
    var included: [String: String]
    /// What was found for parameters that name something.
    var found: [String: String]
  }

  private func opened(_ source: JSON?) async throws -> Opened? {
    guard let source else { return nil }
    let secrets = try await context.store.secrets(source.secretHandles)
    func sealed(_ key: String) -> String? { (source[key]?["$secret"]?.string).flatMap { secrets[$0] } }
    func texts(_ key: String) throws -> [String: String] {
      (try sealed(key).map { try JSON.parse($0) }?.object ?? [:]).compactMapValues(\.string)
    }
    guard let text = sealed("text") else { return nil }
    return Opened(text: text, parameters: try texts("parameters"), included: try texts("included"), found: try texts("looked_up"))
  }

  private func schemas() async -> [String: TypeSchema] {
    var schemas = BuiltInType.schemas
    for provider in await context.drivers.providers() { schemas[provider.provision.type] = provider.provision.schema }
    return schemas
  }

  /// The values that were given, and with those that are kept.
  private func givenParameters(_ request: TemplateRequest, _ before: [String: String], known: Set<String>) throws -> [String: String] {
    var given = request.parameters
    for name in request.keptParameters.sorted() where given[name] == nil {
      guard let value = before[name] else { throw RequestError.usage("parameter '\(name)' has no value that could be kept: give `-p \(name)=...`") }
      given[name] = value
    }
    // Without a new template nothing is lost by leaving a parameter out.
    if request.text == nil { given.merge(before.filter { known.contains($0.key) }) { new, _ in new } }
    return given
  }

  /// The resolved template in the form that the engine runs. An export is kept with its name, which may be known only at the end.
  private static func template(_ resolved: ResolvedTemplate) throws -> Template {
    var outputs: [String: JSON] = [:]
    var exports: [String: JSON] = [:]
    for (key, output) in resolved.outputs {
      outputs[key] = ["Value": output["Value"] ?? .null]
      if let name = output["Export"]?["Name"] { exports[key] = ["Name": name, "Value": output["Value"] ?? .null] }
    }
    return try Template(json: ["Resources": .object(resolved.resources), "Outputs": .object(outputs), "Exports": .object(exports)])
  }
}

extension JSON {
  /// A parameter's value as it is given on a command line.
  var commaSeparated: String { scalarText ?? (array ?? []).compactMap(\.scalarText).joined(separator: ",") }

  /// The value with expressions over secrets replaced by what they stand for: for a parameter of a nested stack, which seals it again.
  func opened(_ secrets: [String: String]) -> JSON {
    switch self {
    case .array(let elements): return .array(elements.map { $0.opened(secrets) })
    case .object(let members):
      if members.count == 1, let handle = members["$secret"]?.string { return secrets[handle].map { .string($0) } ?? .null }
      if members.count == 1, let parts = members["$concat"]?.array {
        return .string(parts.map { $0.opened(secrets).scalarText ?? "" }.joined())
      }
      return .object(members.mapValues { $0.opened(secrets) })
    default: return self
    }
  }
}

extension [String: JSON] {
  /// Values of parameters as they are shown.
  fileprivate func shown(besides hidden: Set<String>) -> [String: JSON] {
    Dictionary(uniqueKeysWithValues: map { name, value in (name, hidden.contains(name) ? "****" : .string(value.commaSeparated)) })
  }
}

extension SourceDocument {
  /// A pseudo parameter of ours: where programs on the stack's things ask for metadata and send signals.
  static let helperURL = "Cld::HelperURL"

  /// Asking for the address opens a port, so it is asked for only where it is used.
  fileprivate var usesHelperURL: Bool { value.names(Self.helperURL) }
}

extension JSON {
  fileprivate func names(_ text: String) -> Bool {
    switch self {
    case .string(let own): own.contains(text)
    case .array(let elements): elements.contains { $0.names(text) }
    case .object(let members): members.values.contains { $0.names(text) }
    default: false
    }
  }
}

extension StackRecord {
  /// Where relative paths of the template start from that an operation works towards.
  func sourceFolder(_ operation: OperationRecord) -> String? { (UpdateInput(operation)?.source ?? source)["folder"]?.string }
}
