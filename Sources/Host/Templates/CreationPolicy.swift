public import JSON

/// The signals without which a resource is not ready ("CreationPolicy attribute" of the template reference).
public struct CreationPolicy: Hashable, Sendable {
  /// How many signals of success it takes; 0 for a policy that asks for none.
  public let count: Int
  /// How long they may take, in seconds.
  public let timeout: Int

  /// Reads the attribute of a resource.
  public init(json: JSON) throws(TemplateError) {
    guard json.object != nil else { throw .malformed(place: "the CreationPolicy", problem: "is \(json.kind), not an object") }
    guard let signal = json["ResourceSignal"] else {
      (count, timeout) = (0, 0)
      return
    }
    let written = signal["Count"]?.scalarText ?? "1"
    guard let count = Int(written), count >= 0 else { throw .malformed(place: "Count", problem: "must be a whole number, and is '\(written)'") }
    let duration = signal["Timeout"]?.scalarText ?? "PT5M"
    guard let timeout = Self.seconds(of: duration), timeout <= 12 * 3600 else {
      throw .malformed(place: "Timeout", problem: "must be a duration such as PT15M of at most 12 hours, and is '\(duration)'")
    }
    self.count = count
    self.timeout = timeout
  }

  /// The seconds of an ISO 8601 duration of days, hours, minutes and seconds.
  private static func seconds(of text: String) -> Int? {
    guard text.first == "P" else { return nil }
    var total = 0, digits = "", inTime = false, parts = 0
    for character in text.dropFirst() {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      if character == "T", digits.isEmpty, !inTime {
        inTime = true
        continue
      }
      let unit: Int? =
        switch (character, inTime) {
        case ("D", false): 86_400
        case ("H", true): 3600
        case ("M", true): 60
        case ("S", true): 1
        default: nil
        }
      guard let unit, let number = Int(digits), number <= 1_000_000 else { return nil }
      total += number * unit
      digits = ""
      parts += 1
    }
    return digits.isEmpty && parts > 0 ? total : nil
  }
}
