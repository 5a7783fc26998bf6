public import JSON
public import PluginKit

extension Step {
  /// Asks AWS and gives the content of the answer (without the query APIs' `…Result`).
  /// `select` is relative to that content; what an error says is always kept.
  /// - Throws: `AWSError` when AWS refuses.
  public func ask(_ service: AWSService, _ call: String, _ parameters: JSON = [:], select: [String]? = nil) throws -> JSON {
    guard let answer = try askOrLost(service, call, parameters, select: select) else {
      throw Failure(.internal, "the reply to \(call) is lost and the driver does not look for what became of it")
    }
    return answer
  }

  /// The same for a call whose `repeat` is `check`: nil when it was sent and nobody knows what became of it.
  public func askOrLost(
    _ service: AWSService, _ call: String, _ parameters: JSON = [:], select: [String]? = nil
  ) throws -> JSON? {
    let body: Effect.Body
    var prefix = ""
    switch service.encoding {
    case .json: body = .json(parameters)
    case .form(let form):
      body = .form(form.fields(parameters))
      if form != .ec2 { prefix = "/\(call)Result" }
    }
    let kept = select.map { $0.map { prefix + $0 } + Self.errorParts }
    guard let reply = try callOrLost(Effect(service.endpoint, call, body, select: kept)) else { return nil }
    guard reply.isSuccess else { throw AWSError(reply, call: call) }
    return prefix.isEmpty ? reply.body : reply.body["\(call)Result"] ?? .null
  }

  /// The same, with nil for the error that means that the thing is not there.
  public func askIfFound(_ service: AWSService, _ call: String, _ parameters: JSON, select: [String]? = nil) throws -> JSON? {
    do {
      return try ask(service, call, parameters, select: select)
    } catch let error as AWSError where error.isNotFound {
      return nil
    }
  }

  /// A member that the answer to a call always has. An answer without it was cut short, or is none, and must not pass for an empty list.
  public func member(_ name: String, of answer: JSON, _ call: String) throws -> JSON {
    guard let member = answer[name] else { throw Failure(.internal, "AWS answered \(call) without \(name)") }
    return member
  }

  /// Asks until it is known what became of it: after each lost reply it is looked for, and asked again only when it is not there. The host bounds how often.
  public func untilKnown<Result>(_ ask: () throws -> Result?, else look: () throws -> Result?) rethrows -> Result {
    while true {
      if let answered = try ask() { return answered }
      if let found = try look() { return found }
    }
  }

  private static let errorParts = ["/Errors", "/Error", "/__type", "/message", "/Message", "/code"]
}
