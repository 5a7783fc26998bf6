internal import Contract
internal import JSON
internal import Store
internal import Templates

/// What a template asks of the cloud before it can be resolved: by the look-up types of plugins.
extension TemplatePreparation {
  /// The type that knows what stands in Parameter Store, and the type that knows the availability zones.
  private static let storedValueType = "Cld::AWS::SSMParameterValue"
  private static let zonesType = "Cld::AWS::AvailabilityZones"

  func look(up lookup: ParameterLookup, _ parameters: inout ParameterValues, _ document: SourceDocument) async throws {
    // A name of a thing that does not exist is refused by the cloud itself, with its own words.
    guard case .storedValue = lookup.target else { return }
    for name in lookup.texts {
      let found = try await attributes(of: Self.storedValueType, ["Name": .string(name)])
      guard let value = found["Value"]?.string else {
        throw RequestError.notFound("Parameter Store keeps nothing under '\(name)', which parameter '\(lookup.parameter)' names")
      }
      try parameters.accept(value, for: lookup, in: document)
    }
  }

  /// The names of the zones of each of these regions; the empty text is the stack's own.
  func zones(of regions: Set<String>) async throws -> [String: [String]] {
    var out: [String: [String]] = [:]
    for region in regions.map({ $0.isEmpty ? scope.region : $0 }) where out[region] == nil {
      guard region == scope.region else {
        throw RequestError.usage("Fn::GetAZs asks for \(region), and the stack is made in \(scope.region): only its own region can be asked for")
      }
      out[region] = (try await attributes(of: Self.zonesType, [:])["Zones"]?.array ?? []).compactMap(\.string)
    }
    return out
  }

  private func attributes(of type: String, _ desired: JSON) async throws -> JSON {
    guard let provider = await context.drivers.provider(ofType: type) else {
      throw RequestError.unavailable("no active plugin provides \(type), which this template needs: `cld plugin why \(type)` says why")
    }
    let operation = OperationRecord(id: "look-up", stackID: stack.id, kind: .refresh, status: .running, createdAt: context.clock.seconds)
    var runner = StepRunner(context: context, stack: stack, operation: operation, scope: scope, provider: provider, op: "read")
    runner.isRecorded = false
    let now = context.clock.seconds
    let record = ResourceRecord(
      id: "look-up", stackID: stack.id, logicalID: type, type: type, plugin: provider.manifest.name, name: "look-up", desired: desired, createdAt: now,
      updatedAt: now)
    do {
      let (completion, read) = try await runner.run(record)
      guard completion.status == .ready else { return [:] }
      return read.attributes
    } catch let interruption as Interruption {
      throw RequestError.unavailable("\(type) cannot be read: \(interruption)")
    }
  }
}
