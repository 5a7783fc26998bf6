public import Contract

/// Where an endpoint is: its URL for this client, and the region to sign for.
public struct ResolvedEndpoint: Hashable, Sendable {
  /// The base; calls of format `rest` add their path to its own.
  public var url: HTTPURL
  /// The region of the signature; nil for endpoints without one.
  public var signingRegion: String?
  /// The variable or the file that replaced the manifest's URL; nil when none did.
  public var overriddenBy: String?

  /// Fills in the manifest's URL or takes the first override that is set: a variable of the manifest's `overrides`, then
  /// `endpoint_url` of the profile (SDKs and Tools Reference Guide, "Service-specific endpoints").
  public static func resolve(
    _ endpoint: Endpoint, region: String, account: String?, partition: String,
    overrides: [(source: String, url: String)] = []
  ) throws(EgressRefusal) -> ResolvedEndpoint {
    var signingRegion: String?
    if case .awsSigV4(_, let fixed) = endpoint.authentication { signingRegion = fixed ?? region }
    if let (source, text) = overrides.first {
      guard var url = HTTPURL(text), url.query == nil else { throw EgressRefusal.badURL(text, from: source) }
      while url.path.hasSuffix("/"), url.path != "/" { url.path.removeLast() }
      return ResolvedEndpoint(url: url, signingRegion: signingRegion, overriddenBy: source)
    }
    var text = endpoint.url
    let suffix = Partition.suffix(partition)
    for (name, value) in [("region", region), ("account", account ?? ""), ("partitionSuffix", suffix)] {
      guard let range = text.firstRange(of: "{\(name)}") else { continue }
      let plain = value.utf8.allSatisfy { byte in
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || (name == "partitionSuffix" && byte == 46)
      }
      guard !value.isEmpty, plain else { throw EgressRefusal.badVariable(name: name, value: value) }
      text.replaceSubrange(range, with: value)
    }
    guard let url = HTTPURL(text), url.query == nil else { throw EgressRefusal.badURL(text, from: "the manifest's URL") }
    guard url.scheme == "https" else { throw EgressRefusal.plainHTTP(text) }
    return ResolvedEndpoint(url: url, signingRegion: signingRegion)
  }
}

/// The partitions of AWS and the domains of their endpoints (AWS General Reference; botocore's partitions.json).
public enum Partition {
  /// The domain; `amazonaws.com` for a partition that is not known.
  public static func suffix(_ partition: String) -> String {
    switch partition {
    case "aws-cn": "amazonaws.com.cn"
    case "aws-iso": "c2s.ic.gov"
    case "aws-iso-b": "sc2s.sgov.gov"
    case "aws-iso-e": "cloud.adc-e.uk"
    case "aws-iso-f": "csp.hci.ic.gov"
    case "aws-eusc": "amazonaws.eu"
    default: "amazonaws.com"
    }
  }

  /// The partition that a region belongs to, by its prefix.
  public static func of(region: String) -> String {
    let prefixes = [
      ("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-isob-", "aws-iso-b"), ("us-isof-", "aws-iso-f"),
      ("us-iso-", "aws-iso"), ("eu-isoe-", "aws-iso-e"), ("eusc-", "aws-eusc"),
    ]
    return prefixes.first { region.hasPrefix($0.0) }?.1 ?? "aws"
  }
}
