public import PluginKit

/// A type whose handlers may throw `AWSError`, which becomes the `Failure` that the host understands.
public func awsType(_ type: String, kind: TypeHandlers.Kind = .resource, _ handlers: [String: Handler]) -> TypeHandlers {
  TypeHandlers(
    type, kind: kind,
    handlers.mapValues { handler in
      { step in
        do {
          return try handler(step)
        } catch let error as AWSError {
          throw error.failure
        }
      }
    })
}
