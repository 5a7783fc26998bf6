public import Logging

/// A log handler that masks known secrets in messages and metadata and passes them on.
public struct RedactingLogHandler: LogHandler {
  private var wrapped: any LogHandler
  private let redactor: Redactor

  /// A handler that masks what `redactor` knows and passes the rest to `wrapped`.
  public init(_ wrapped: any LogHandler, redactor: Redactor = .shared) {
    self.wrapped = wrapped
    self.redactor = redactor
  }

  /// Masked when it is set.
  public var metadata: Logger.Metadata {
    get { wrapped.metadata }
    set { wrapped.metadata = newValue.mapValues(redact) }
  }

  /// The wrapped handler's.
  public var logLevel: Logger.Level {
    get { wrapped.logLevel }
    set { wrapped.logLevel = newValue }
  }

  /// Masked when it is set.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { wrapped[metadataKey: key] }
    set { wrapped[metadataKey: key] = newValue.map(redact) }
  }

  /// Passes on the event, masked.
  public func log(event: LogEvent) {
    var event = event
    event.message = "\(redactor.redact(event.message.description))"
    event.metadata = event.metadata?.mapValues(redact)
    if let error = event.error {
      // An error cannot be masked in itself: its words go on as text.
      event.metadata = (event.metadata ?? [:]).merging(["error": .string(redactor.redact("\(error)"))]) { own, _ in own }
      event.error = nil
    }
    wrapped.log(event: event)
  }

  private func redact(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
    switch value {
    case .string(let text): .string(redactor.redact(text))
    case .stringConvertible(let value): .string(redactor.redact(value.description))
    case .array(let values): .array(values.map(redact))
    case .dictionary(let members): .dictionary(members.mapValues(redact))
    }
  }
}
