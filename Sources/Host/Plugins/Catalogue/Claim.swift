internal import Contract

/// What only one plugin can have: a type, and a short name of a cloud's kind.
enum Claim: Hashable, Sendable {
  case type(String)
  case alias(cloud: String, kind: Provision.Kind, alias: String)

  /// The claims of a declared type.
  static func all(of provision: Provision) -> [Claim] {
    [.type(provision.type)]
      + (provision.alias.map { [.alias(cloud: provision.cloud, kind: provision.kind, alias: $0)] } ?? [])
  }

  /// As it stands in the file of incumbents, and in sentences.
  var text: String {
    switch self {
    case .type(let type): type
    case .alias(let cloud, let kind, let alias): "\(cloud)/\(kind.rawValue)/\(alias)"
    }
  }
}
