internal import Contract
internal import JSON
internal import Store
internal import Templates

/// What a template asks of the cloud before it can be resolved: by the look-up types of plugins.
extension TemplatePreparation {
  /// The type that knows what stands in Parameter Store, and the type that knows the availability zones.
  private static let storedValueType = "Cld::AWS::SSMParameterValue"
  private static let zonesType = "Cld::AWS::AvailabilityZones"

  /// Puts in what parameters name. A name of a thing that does not exist is refused by the cloud itself, with its own words.
  /// - Returns: what was found, by parameter.
  func lookUps(_ parameters: inout ParameterValues, _ document: SourceDocument) async throws -> [String: String] {
    var out: [String: String] = [:]
    for lookup in parameters.lookups {
      guard case .storedValue = lookup.target, let name = lookup.texts.first else { continue }
      do {
        let found = try await attributes(of: Self.storedValueType, ["Name": .string(name)])
        guard let value = found["Value"]?.string else { throw Interruption.failure(.notFound, "Parameter Store keeps nothing under '\(name)'") }
        try parameters.accept(value, for: lookup, in: document)
        out[lookup.parameter] = value
      } catch Interruption.failed(let failure) where failure.code == .notFound {
        throw RequestError.notFound("parameter '\(lookup.parameter)' names '\(name)': \(failure.message)")
      } catch let interruption as Interruption {
        throw RequestError.unavailable("parameter '\(lookup.parameter)' names '\(name)', which cannot be read: \(interruption)")
      }
    }
    return out
  }

  /// The names of the zones of each of these regions; the empty text is the stack's own.
  func zones(of regions: Set<String>) async throws -> [String: [String]] {
    var out: [String: [String]] = [:]
    for region in regions.map({ $0.isEmpty ? scope.region : $0 }) where out[region] == nil {
      guard region == scope.region else {
        throw RequestError.usage("Fn::GetAZs asks for \(region), and the stack is made in \(scope.region): only its own region can be asked for")
      }
      do {
        out[region] = (try await attributes(of: Self.zonesType, [:])["Zones"]?.array ?? []).compactMap(\.string)
      } catch let interruption as Interruption {
        throw RequestError.unavailable("the zones of \(region) cannot be read: \(interruption)")
      }
    }
    return out
  }

  private func attributes(of type: String, _ desired: JSON) async throws -> JSON {
    guard let provider = await context.drivers.provider(ofType: type) else {
      throw RequestError.unavailable("no active plugin provides \(type), which this template needs: `cld plugin why \(type)` says why")
    }
    let look = StepRunner.look(for: "look-up", context: context, stack: stack, scope: scope, provider: provider)
    let now = context.clock.seconds
    let record = ResourceRecord(
      id: "look-up", stackID: stack.id, logicalID: type, type: type, plugin: provider.manifest.name, name: "look-up", desired: desired, createdAt: now,
      updatedAt: now)
    let (completion, read) = try await look.run(record)
    return completion.status == .ready ? read.attributes : [:]
  }
}
