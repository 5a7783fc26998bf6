import JSON
import Testing

@Suite struct JSONTests {
  @Test func objectsAreWrittenWithSortedKeys() throws {
    let json = try JSON.parse(#"{"b": [1, 2.5, true, null], "a": "x\n\"\u0001"}"#)
    #expect(json.text == #"{"a":"x\n\"\u0001","b":[1,2.5,true,null]}"#)
    #expect(try JSON.parse(json.prettyText) == json)
  }

  @Test(arguments: [
    (#"{"a": 1, "a": 2}"#, 1), ("{\"a\": 1,\n \"b\": }", 2), ("[1] x", 1), ("", 1), ("{\"a\": 1e999}", 1),
  ])
  func brokenTextIsRefusedWithItsLine(text: String, line: Int) {
    #expect { try JSON.parse(text) } throws: { ($0 as? JSONSyntaxError)?.line == line }
  }

  @Test func invalidUTF8IsRefused() {
    #expect(throws: JSONSyntaxError.self) { try JSON.parse([0x22, 0xff, 0x22] as [UInt8]) }
  }

  @Test func integersStayExact() throws {
    #expect(try JSON.parse("9223372036854775807") == .int(.max))
    #expect(JSON.double(0.1).text == "0.1")
  }

  @Test func pointersEscapeAndUnescape() throws {
    let pointer = try #require(JSONPointer("/a~1b/m~0n/0"))
    #expect(pointer.tokens == ["a/b", "m~n", "0"])
    #expect(pointer.description == "/a~1b/m~0n/0")
    #expect(JSONPointer("a") == nil)
    let json: JSON = ["a/b": ["m~n": [7]]]
    #expect(json[pointer] == 7)
  }

  @Test func selectingKeepsOnlyWhatThePointersMatch() {
    let json: JSON = ["items": [["id": 1, "x": 2], ["id": 3, "x": 4]], "other": true]
    let selected = json.selecting([JSONPointer(["items", "*", "id"])])
    #expect(selected == ["items": [["id": 1], ["id": 3]]])
    #expect(json.selecting([JSONPointer([])]) == json)
  }

  @Test func replacingReachesEveryMatch() {
    let json: JSON = ["keys": [["secret": "a"], ["secret": "b"]]]
    let masked = json.replacing(at: JSONPointer(["keys", "*", "secret"])) { _ in "****" }
    #expect(masked == ["keys": [["secret": "****"], ["secret": "****"]]])
  }
}
