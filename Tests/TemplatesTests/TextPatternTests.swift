import Testing

@testable import Templates

@Suite struct TextPatternTests {
  private static let whole: [(String, [String], [String])] = [
    ("[a-z]+", ["a", "abc"], ["", "A", "a1"]), ("a|bc|", ["a", "bc", ""], ["b", "abc"]), ("(ab){2,3}c?", ["abab", "abababc"], ["ab", "abababab", "ababcc"]),
    ("^[\\w.-]{1,5}$", ["a_b.-"], ["", "abcdef", "a b"]), ("[^/\\s]*", ["abc"], ["a/b", "a b"]), ("\\d{3}", ["123"], ["12", "1234", "١٢٣"]),
    ("(?=.*[a-z])(?=.*\\d).{4,}", ["abc1", "1zzz"], ["abcd", "a1"]), ("(?!aws:).+", ["awx"], ["aws:x", ""]), ("(?i)yes", ["YES", "yeS"], ["no"]),
    ("\\p{L}+", ["äß"], ["a1"]), ("\\u0041\\x42[\\u0020-\\uD7FF]", ["AB!"], ["ab!", "AB\u{1}"]), ("[]a]+", ["]a"], ["b"]), ("[a\\]b-]+", ["a]-b"], ["c"]),
    ("(?<name>x)+?", ["xx"], ["y"]), (".", ["x", "é"], ["\n", "xy"]), ("a\\.b\\$", ["a.b$"], ["axb$"]), ("x*(?:y*)*", ["xxyy", ""], ["z"]),
    ("\\bcat\\b", ["cat"], ["cats"]), ("", [""], ["a"]),
  ]

  @Test(arguments: whole) func aTextMatchesOrNot(pattern: String, good: [String], bad: [String]) throws {
    let read = try #require(TextPattern(pattern))
    for text in good { #expect(read.matches(whole: text) == true, "\(text)") }
    for text in bad { #expect(read.matches(whole: text) == false, "\(text)") }
  }

  @Test func aPartOfATextMatches() throws {
    #expect(try #require(TextPattern("b+")).matches(in: "abbc") == true)
    #expect(try #require(TextPattern("^b")).matches(in: "ab") == false)
    #expect(try #require(TextPattern("b$")).matches(in: "ab") == true)
    #expect(try #require(TextPattern("x")).matches(in: "") == false)
  }

  @Test(arguments: ["(?<=a)b", "(a)\\1", "[a-z&&[^b]]", "a++", "(", ")", "[", "*a", "a{x}", "a{3,1}", "\\q", "[z-a]", "((a{999}){999}){999}", "\\p{Greek}"])
  func whatIsNotKnownIsNotGuessed(pattern: String) { #expect(TextPattern(pattern) == nil) }

  @Test(arguments: ["(a+)+$", "(a|a)*$", "(.*)(.*)(.*)(.*)(.*)[^a!]$", "(a?){900}a{900}", "(){1000}b", "a{1,2048}b"])
  func everyPatternEnds(pattern: String) throws {
    let read = try #require(TextPattern(pattern))
    #expect(read.matches(whole: String(repeating: "a", count: 4000) + "!") != true, "trying every way would take years")
  }

  @Test func lookingAheadInsideOfLookingAheadIsGivenUp() throws {
    let pattern = String(repeating: "(?=(?:.*x)*", count: 6) + String(repeating: ")", count: 6) + "y"
    #expect(try #require(TextPattern(pattern)).matches(in: String(repeating: "x", count: 4000)) != true)
  }
}
