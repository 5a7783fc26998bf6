public import JSON

/// The plugins that were taken out of service because their workers died again and again.
public struct Quarantine: Hashable, Sendable {
  /// The evidence.
  public struct Entry: Hashable, Sendable {
    /// The SHA-256 of the library; a library with another one is free.
    public var sha256: String
    /// What the worker was doing.
    public var stage: String
    /// What happened, in one sentence: signal, exit status or limit, and the last line of standard error.
    public var evidence: String
    /// The end of what the worker wrote to standard error.
    public var standardError: String
    /// How many workers died without a step between them that ended well.
    public var deaths: Int
    /// Seconds since 1970.
    public var time: Int64

    /// An entry.
    public init(sha256: String, stage: String, evidence: String, standardError: String, deaths: Int, time: Int64) {
      self.sha256 = sha256
      self.stage = stage
      self.evidence = evidence
      self.standardError = standardError
      self.deaths = deaths
      self.time = time
    }

    /// As it stands in the file and in listings.
    public var json: JSON {
      [
        "sha256": .string(sha256), "stage": .string(stage), "evidence": .string(evidence), "stderr": .string(standardError),
        "deaths": .int(Int64(deaths)), "time": .int(time),
      ]
    }

    init?(_ json: JSON) {
      guard let sha256 = json["sha256"]?.string, let stage = json["stage"]?.string, let evidence = json["evidence"]?.string,
        let deaths = json["deaths"]?.int, let time = json["time"]?.int
      else { return nil }
      self.init(
        sha256: sha256, stage: stage, evidence: evidence, standardError: json["stderr"]?.string ?? "", deaths: Int(deaths), time: time)
    }
  }

  /// By the plugin's name.
  public var entries: [String: Entry] = [:]

  /// Nothing is in quarantine.
  public init() {}

  /// A damaged file is an empty one: it is no prohibition of a person's, and a plugin that still dies comes back into it.
  init(_ document: JSON) {
    entries = (document["plugins"]?.object ?? [:]).compactMapValues(Entry.init)
  }

  /// The document of the file.
  var json: JSON { ["quarantine_version": 1, "plugins": .object(entries.mapValues(\.json))] }
}
