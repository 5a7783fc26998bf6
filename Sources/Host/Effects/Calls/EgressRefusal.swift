/// Why an effect is not sent at all: the driver asked for something that its manifest does not allow, or that cannot be
/// written. A refusal is the driver's fault, never the cloud's.
public enum EgressRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownCall(endpoint: String, call: String)
  /// The manifest's URL or an override is no usable URL.
  case badURL(String, from: String)
  /// Plain http without an override.
  case plainHTTP(String)
  /// `{region}`, `{account}` or `{partitionSuffix}` has no value, or one that cannot stand in a host name.
  case badVariable(name: String, value: String)
  case missingPathParameter(String)
  case unknownPathParameter(String)
  /// Empty, `.` or `..`: it would change which resource the path names.
  case badPathParameter(name: String, value: String)
  case badHeaderName(String)
  case forbiddenHeader(String)
  /// A value with a line break or another control character.
  case badHeaderValue(name: String)
  /// Not a scalar where a scalar is needed.
  case notScalar(place: String)
  /// A body of a kind that the endpoint's format does not have.
  case wrongBody(format: String, needs: String)
  /// A field that belongs to the host: Action, Version.
  case reservedField(String)
  /// Path or query for a format that has none.
  case notREST(String)
  case badExpression(ExpressionError)

  /// What was refused and why, in one sentence.
  public var description: String {
    switch self {
    case .unknownCall(let endpoint, let call): "the manifest's endpoint \(endpoint) has no call \(call)"
    case .badURL(let url, let from): "\(from) is \(url), which is no http or https URL without user, query and fragment"
    case .plainHTTP(let url): "\(url) is plain http, which is allowed for overridden endpoints only"
    case .badVariable(let name, let value):
      "{\(name)} of the endpoint's URL is \(value.isEmpty ? "not known" : "\(value), which cannot stand in a host name")"
    case .missingPathParameter(let name): "the path's parameter {\(name)} has no value"
    case .unknownPathParameter(let name): "the path has no parameter {\(name)}"
    case .badPathParameter(let name, let value): "the path's parameter {\(name)} is \(value.isEmpty ? "empty" : value)"
    case .badHeaderName(let name): "\(name) is no header name"
    case .forbiddenHeader(let name): "the header \(name) belongs to the host"
    case .badHeaderValue(let name): "the value of the header \(name) has a control character"
    case .notScalar(let place): "\(place) is no scalar"
    case .wrongBody(let format, let needs): "a call of format \(format) has \(needs) as its body"
    case .reservedField(let name): "the field \(name) belongs to the host"
    case .notREST(let part): "\(part) is for calls of format rest only"
    case .badExpression(let error): error.description
    }
  }
}
