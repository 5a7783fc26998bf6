public import JSON

extension Driver {
  /// The answer to a request: a pure function, so that tests need no library and no host.
  public func answer(to request: JSON) -> JSON {
    guard let step = Step(request: request) else {
      return Failure(.badRequest, "the request has no op and type").json
    }
    guard let handlers = types[step.type] else {
      return Failure(.unsupported, "\(name) has no type \(step.type)").json
    }
    guard let handler = handlers.handlers[step.op] else {
      return Failure(.unsupported, "\(step.type) has no operation \(step.op)").json
    }
    let result: JSON
    do {
      result = try handler(step).json
    } catch let failure as Failure {
      result = failure.json
    } catch {
      result = Failure(.internal, "\(error)").json
    }
    // A suspension wins over whatever the handler made of it.
    return step.withLog(step.suspended ?? result)
  }

  /// What the driver provides, as `describe` writes it.
  public var description: JSON {
    [
      "name": .string(name), "version": .string(version),
      "types": .array(
        types.values.sorted { $0.type < $1.type }.map { type in
          [
            "type": .string(type.type), "kind": .string(type.kind.rawValue),
            "ops": .array(type.handlers.keys.sorted().map { .string($0) }),
          ]
        }),
    ]
  }
}
