/// A point in time in seconds since 1970 (UTC, no leap seconds), with the forms that clouds use.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Seconds since 1970.
  public var seconds: Double

  /// A time in seconds since 1970, UTC.
  public init(seconds: Double) { self.seconds = seconds }

  /// `20261121T093000Z`, as Signature Version 4 writes it.
  public var basic: String {
    let (y, m, d, s) = parts
    return "\(pad(y, 4))\(pad(m))\(pad(d))T\(pad(s / 3600))\(pad(s / 60 % 60))\(pad(s % 60))Z"
  }

  /// `2026-11-21T09:30:00Z` (RFC 3339).
  public var rfc3339: String {
    let (y, m, d, s) = parts
    return "\(pad(y, 4))-\(pad(m))-\(pad(d))T\(pad(s / 3600)):\(pad(s / 60 % 60)):\(pad(s % 60))Z"
  }

  /// Reads RFC 3339 (`2026-11-21T09:30:00.123Z`, `+01:00`) and the forms of AWS's tools (`...UTC`, no zone: UTC).
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      return Int(String(decoding: bytes[range], as: UTF8.self))
    }
    guard let y = number(0..<4), let mo = number(5..<7), let d = number(8..<10), let h = number(11..<13),
      let mi = number(14..<16), let s = number(17..<19), (1...12).contains(mo), (1...31).contains(d)
    else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { (48...57).contains($0) } }
    let zone = String(decoding: rest, as: UTF8.self)
    var offset = 0
    if zone.hasPrefix("+") || zone.hasPrefix("-") {
      let digits = zone.dropFirst().filter { $0 != ":" }
      guard digits.count == 4, let value = Int(digits) else { return nil }
      offset = (value / 100 * 3600 + value % 100 * 60) * (zone.hasPrefix("-") ? -1 : 1)
    } else if !["Z", "z", "UTC", ""].contains(zone) {
      return nil
    }
    seconds = Double(Self.days(y, mo, d) * 86400 + h * 3600 + mi * 60 + s - offset)
  }

  /// Reads an HTTP date in its one current form, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
  public init?(httpDate text: String) {
    let words = text.split(separator: " ")
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard words.count == 6, let day = Int(words[1]), let month = months.firstIndex(of: String(words[2])),
      let year = Int(words[3])
    else { return nil }
    let time = words[4].split(separator: ":").compactMap { Int($0) }
    guard time.count == 3 else { return nil }
    seconds = Double(Self.days(year, month + 1, day) * 86400 + time[0] * 3600 + time[1] * 60 + time[2])
  }

  /// Whether one time is earlier than the other.
  public static func < (one: Timestamp, other: Timestamp) -> Bool { one.seconds < other.seconds }

  // Days of the civil calendar since 1970 (H. Hinnant, "chrono-compatible low-level date algorithms").
  private static func days(_ y: Int, _ m: Int, _ d: Int) -> Int {
    let year = m <= 2 ? y - 1 : y
    let era = (year >= 0 ? year : year - 399) / 400
    let ofEra = year - era * 400
    let ofYear = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1
    return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468
  }

  private var parts: (Int, Int, Int, Int) {
    let total = Int(seconds.rounded(.down))
    let day = Int((Double(total) / 86400).rounded(.down))
    let z = day + 719468
    let era = (z >= 0 ? z : z - 146096) / 146097
    let ofEra = z - era * 146097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * ofYear + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * mp + 2) / 5 + 1, total - day * 86400)
  }

  private func pad(_ number: Int, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
