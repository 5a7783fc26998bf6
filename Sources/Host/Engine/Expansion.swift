internal import Contract
internal import JSON
internal import Store
internal import Templates

/// Turns the user's files into templates: each part is expanded by its driver (a pure op), and the fragments become one template,
/// each in a namespace of its own.
struct Expansion {
  let drivers: any Drivers
  let scope: CloudScope
  let now: Int64

  // MARK: - Environments

  /// The template of an environment file.
  /// - Throws: `SourceError` for what the file or a driver refuses, with its place; `RequestError` for what no file can mend.
  func environment(_ file: EnvironmentFile, name: String) async throws -> Template {
    var template = Template()
    var peers: [JSON] = []
    if let deployment = file.deployment {
      let provider = try await provider(deployment.cloud, deployment.alias, .coe, file.document, deployment.pointer)
      let fragment = try await expand(
        provider, "expand-environment", ["name": .string(name), "configuration": deployment.configuration, "network": file.network],
        file.document, configurationAt: deployment.pointer)
      let prefix = Self.namespace(deployment.alias, 0)
      let own = fragment.namespaced(prefix)
      template.merge(own, outputPrefix: prefix)
      template.exports["coe"] = .object(own.exports.merging(["Type": .string(provider.provision.type)]) { own, _ in own })
      peers.append(["kind": "coe", "alias": .string(deployment.alias), "exports": .object(own.exports)])
    }
    var counts: [String: Int] = [:]
    for resource in file.resources {
      let provider = try await provider(resource.cloud, resource.alias, .resource, file.document, resource.pointer)
      let fragment = try await expand(
        provider, "expand-resource",
        [
          "name": .string(name), "configuration": resource.configuration, "policy": resource.policy, "network": file.network,
          "peers": .array(peers),
        ], file.document, configurationAt: resource.pointer.appending("configuration"))
      let ordinal = counts[resource.alias, default: 0]
      counts[resource.alias] = ordinal + 1
      let prefix = Self.namespace(resource.alias, ordinal)
      let own = try await withDeletionPolicy(fragment, resource.configuration).namespaced(prefix)
      template.merge(own, outputPrefix: prefix)
      var of = template.exports["resources"]?.object ?? [:]
      of[ordinal == 0 ? resource.alias : "\(resource.alias)\(ordinal + 1)"] = .object(own.exports)
      template.exports["resources"] = .object(of)
    }
    return template
  }

  /// `final_snapshot` of the configuration, as CloudFormation says it: a DeletionPolicy of the types that can leave a snapshot.
  private func withDeletionPolicy(_ fragment: Template, _ configuration: JSON) async throws -> Template {
    guard let takes = configuration["final_snapshot"]?.bool else { return fragment }
    var out = fragment
    for (id, resource) in fragment.resources {
      guard let schema = await drivers.provider(ofType: resource.type)?.provision.schema, schema.takesFinalSnapshot else { continue }
      out.resources[id]?.deletionPolicy = takes ? .snapshot : .delete
    }
    return out
  }

  // MARK: - Applications

  /// The template of an application file in an environment that is complete.
  func application(_ file: ApplicationFile, name: String, environment: StackRecord, sealing: inout SecretSealing) async throws -> Template {
    guard let coe = environment.exports["coe"], let type = coe["Type"]?.string else {
      throw RequestError.conflict(
        "environment \(environment.name) has no container cluster: add `app_deployment:` to its file and create it again")
    }
    guard let provider = await drivers.provider(ofType: type) else {
      throw RequestError.unavailable("no active plugin provides \(type): `cld plugin why \(type)` says why")
    }
    var env: [String: JSON] = [:]
    for (key, parts) in file.env {
      let value = try value(parts, key, file, environment)
      // A password that was written into the file goes the same way as one of a database: never in the clear.
      if let text = value.string, !text.isEmpty, SecretSealing.isSecret(name: key) || SecretSealing.holdsPassword(text) { env[key] = try sealing.keep(text) } else { env[key] = value }
    }
    let fragment = try await expand(
      provider, "expand-application",
      [
        "name": .string(name), "configuration": file.configuration, "env": .object(env),
        "environment": ["name": .string(environment.name), "exports": coe],
      ], file.document, configurationAt: file.pointer)
    return fragment
  }

  private func value(
    _ parts: [EnvironmentReference.Part], _ key: String, _ file: ApplicationFile, _ environment: StackRecord
  ) throws -> JSON {
    let resources = environment.exports["resources"]?.object ?? [:]
    let values: [JSON] = try parts.map { part in
      switch part {
      case .text(let text): return .string(text)
      case .reference(let reference):
        guard let exports = resources[reference.alias]?.object else {
          let known = resources.keys.sorted().joined(separator: ", ")
          throw file.error(
            inEnv: key,
            "\(reference.text) refers to a resource of type '\(reference.alias)', and environment \(environment.name) has "
              + (known.isEmpty ? "no resources" : "only: \(known)"))
        }
        guard let value = exports[reference.attribute] ?? exports.first(where: { $0.key.lowercased() == reference.attribute.lowercased() })?.value
        else {
          throw file.error(
            inEnv: key,
            "\(reference.text): '\(reference.alias)' has no attribute '\(reference.attribute)'; it has \(exports.keys.sorted().joined(separator: ", "))")
        }
        return value.scalarText.map { .string($0) } ?? value
      }
    }
    return values.count == 1 ? values[0] : JSON.concatenated(values)
  }

  // MARK: - One part

  private func provider(
    _ cloud: String, _ alias: String, _ kind: Provision.Kind, _ document: SourceDocument, _ pointer: JSONPointer
  ) async throws -> Provider {
    if let provider = await drivers.provider(cloud: cloud, alias: alias, kind: kind) { return provider }
    let known = await drivers.aliases(kind: kind).sorted()
    let own = known.filter { $0.hasPrefix("\(cloud)/") }.map { String($0.dropFirst(cloud.count + 1)) }
    let hint =
      EditDistance.nearest(alias, own).map { "; did you mean '\($0)'?" }
      ?? (known.isEmpty ? "; no plugin is installed: see `cld plugin list`" : "; there are: \(known.joined(separator: ", "))")
    throw document.error(at: pointer.appending("type"), "no plugin provides the type '\(alias)' of cloud '\(cloud)'\(hint)")
  }

  private func expand(
    _ provider: Provider, _ op: String, _ input: JSON, _ document: SourceDocument, configurationAt pointer: JSONPointer
  ) async throws -> Template {
    let request = StepRequest(
      op: op, type: provider.provision.type, operation: "expansion", now: now, input: input, config: scope.config)
    let answer = try await drivers.step(plugin: provider.manifest.name, request: request.json)
    switch try StepAnswer(json: answer).outcome {
    case .done(let completion):
      return try Template(json: completion.fragment ?? .null)
    case .fail(let failure):
      throw document.error(at: Self.place(JSONPointer(failure.property ?? "")?.tokens ?? [], configurationAt: pointer), failure.message)
    case .effect, .retry:
      throw RequestError.unavailable("\(provider.manifest.name) asks for an effect in \(op), which must be pure")
    }
  }

  /// Where in the file the thing stands that a driver complains of: it names the place in its input, or below the configuration.
  private static func place(_ inner: [String], configurationAt pointer: JSONPointer) -> JSONPointer {
    switch inner.first {
    case "configuration": JSONPointer(pointer.tokens + inner.dropFirst())
    case "policy": JSONPointer(pointer.tokens.dropLast() + inner)
    case "network": JSONPointer(["environment"] + inner)
    default: JSONPointer(pointer.tokens + inner)
    }
  }

  /// `rds` and 0 give `Rds`, `rds` and 1 give `Rds2`, `key-pair` gives `KeyPair`.
  static func namespace(_ alias: String, _ ordinal: Int) -> String {
    let words = alias.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return words.joined() + (ordinal == 0 ? "" : String(ordinal + 1))
  }
}

extension TypeSchema {
  /// Whether deleting a thing of the type can leave a snapshot of its data.
  var takesFinalSnapshot: Bool { document["finalSnapshot"] == true }
}
