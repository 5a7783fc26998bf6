import JSON
import Testing

@testable import Effects

@Suite("XML to JSON") struct XMLBodyTests {
  private func json(_ xml: String) throws -> JSON { try XMLBody.parse(Array(xml.utf8)) }

  @Test func `The body is the content of the root and names lose their namespace`() throws {
    #expect(try json("<r xmlns='urn:a' xmlns:b='urn:b'><b:x>1</b:x></r>") == ["x": "1"])
  }

  @Test func `A child that repeats becomes an array and one that does not stays`() throws {
    #expect(try json("<r><a>1</a><b>2</b><a>3</a></r>") == ["a": ["1", "3"], "b": "2"])
  }

  @Test(arguments: ["member", "item"]) func `Lists are arrays also with one element`(_ name: String) throws {
    #expect(try json("<r><l><\(name)>1</\(name)></l></r>") == ["l": ["1"]])
    #expect(try json("<r><l><\(name)><x>1</x></\(name)></l></r>") == ["l": [["x": "1"]]])
  }

  @Test func `An element without content is null`() throws {
    #expect(try json("<r><a/><b></b><c>\n  </c></r>") == ["a": nil, "b": nil, "c": nil])
  }

  @Test func `Attributes get an at sign and the text beside them is #text`() throws {
    #expect(try json("<r><a k='v'>t</a><b k='v'/></r>") == ["a": ["@k": "v", "#text": "t"], "b": ["@k": "v"]])
  }

  @Test func `Scalars are strings, entities of XML are read and text keeps its blanks`() throws {
    #expect(try json("<r><a> 1 &lt; &#50; </a><b><![CDATA[<x>]]></b></r>") == ["a": " 1 < 2 ", "b": "<x>"])
  }

  @Test func `Declared entities, depth and size are refused`() {
    #expect(throws: XMLError.self) { try json("<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>") }
    #expect(throws: XMLError.self) {
      try json(String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100))
    }
    #expect(throws: XMLError.self) { try XMLBody.parse(Array("<r>1234</r>".utf8), longest: 5) }
    #expect(throws: XMLError.self) { try json("<r><a></r>") }
    #expect(throws: XMLError.self) { try json("") }
  }
}
