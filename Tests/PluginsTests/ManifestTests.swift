import Contract
import JSON
import Testing

@testable import Plugins

@Suite struct ManifestTests {
  @Test func aGoodManifestIsRead() throws {
    let manifest = try ManifestParser.manifest(Array(Fixture.manifest().utf8), file: "m")
    #expect(manifest.name == "fixture" && manifest.version == "1.0.0" && manifest.abi == 1...1)
    #expect(manifest.provides.first?.ops == ["create", "read", "delete"])
    #expect(manifest.endpoints["things"]?.wireFormat == .awsQuery(version: "2014-10-31"))
    #expect(manifest.endpoints["things"]?.calls["DescribeThings"]?.repeating == .safe)
  }

  @Test(arguments: [
    (#""publisher": "tests", "#, "", #"m:1:1: the key "publisher" is missing"#),
    (#""licence""#, #""license""#, #"m:3:64: unknown key "license"; did you mean "licence"?"#),
    (#""licence""#, #""x-licence""#, ""),
    (#""name": "fixture""#, #""name": "Fixture""#,
     #"m:3:11: "name" is "Fixture"; it must be lower-case letters, digits and dashes, starting with a letter, at most 64"#),
    (#""version": "1.0.0""#, #""version": 1"#, #"m:3:33: "version" is an integer; it must be a string"#),
    (#""max": 1"#, #""max": 0"#, #"m:5:28: "max" is 0; it must be from 1 to 4294967295"#),
    (#""min": 1"#, #""min": 2"#, #"m:5:28: the range from 2 to 1 is empty"#),
    ("types/thing.json", "../thing.json",
     #"m:9:53: the path "../thing.json" may leave the plugin's folder; it must be relative, without ".." and ".""#),
    (#""kind": "resource""#, #""kind": "thing""#, #"m:8:40: "kind" is "thing"; it must be one of resource, coe, lookup"#),
    (#""delete"]"#, #""logs", "expand-environment"]"#, #"m:9:40: the operation "expand-environment" is not one of kind resource"#),
    (#", "delete"]"#, "]", #"m:9:13: kind resource needs the operation "delete""#),
    (#""read", "delete""#, #""read", "read""#, #"m:9:32: the operation "read" is given twice"#),
    ("https://things", "http://things",
     #"m:12:14: "url" is "http://things.{region}.{partitionSuffix}"; it must be an https URL whose only placeholders are {region}, {account} and {partitionSuffix}"#),
    (#""scheme": "aws-sigv4""#, #""scheme": "magic""#, #"m:13:26: "scheme" is "magic"; it must be one of aws-sigv4, none"#),
    (#""mutates": false, "#, "", #"m:17:27: the key "mutates" is missing"#),
    (#""mutates": false"#, #""mutates": false, "path": "/""#, #"m:17:54: "path" is only allowed with the format "rest""#),
    (#""repeat": "safe""#, #""repeat": "maybe""#, #"m:17:56: "repeat" is "maybe"; it must be one of safe, check, unsafe"#),
  ])
  func eachFaultIsNamedWithItsPlace(part: String, other: String, message: String) {
    let text = Fixture.manifest().replacingFirst(part, other)
    do {
      _ = try ManifestParser.manifest(Array(text.utf8), file: "m")
      #expect(message == "")
    } catch {
      #expect("\(error)" == message)
    }
  }

  @Test func syntaxIsRefusedWithItsPlace() {
    for (text, start) in [("{\"a\": 1, \"a\": 2}", "m:1:"), ("{\n  ,", "m:2:"), ("", "m:1:"), ("[]", "m:1:1: the file holds an array")] {
      let error = #expect(throws: ManifestError.self) { try ManifestParser.manifest(Array(text.utf8), file: "m") }
      #expect("\(error, default: "")".hasPrefix(start))
    }
    let deep = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
    #expect(throws: ManifestError(file: "m", place: .init(line: 1, column: 1), problem: .tooDeep(limit: 32))) {
      try ManifestParser.manifest(Array(deep.utf8), file: "m")
    }
    let large = [UInt8](repeating: 32, count: 256 * 1024 + 1)
    #expect(throws: ManifestError(file: "m", place: .init(line: 1, column: 1), problem: .tooLarge(limit: 256 * 1024))) {
      try ManifestParser.manifest(large, file: "m")
    }
  }

  @Test func aSchemaIsReadAndItsPointersLoseTheirPrefix() throws {
    let text = """
      {"typeName": "Test::Fixture::Thing", "schemaVersion": 1,
       "properties": {"Name": {}, "Password": {}, "Tags": {}, "Status": {}},
       "primaryIdentifier": ["/properties/Name"], "sensitive": ["/properties/Password"], "tagProperty": "Tags",
       "identity": {"class": "token", "window_s": 600, "settle_ms": 2000},
       "actions": {"stop": {"from": ["available"], "to": "stopped"}}}
      """
    let schema = try SchemaParser.schema(Array(text.utf8), file: "s", type: "Test::Fixture::Thing")
    #expect(schema.primaryIdentifier == [JSONPointer(["Name"])])
    #expect(schema.identity == .token(window: 600) && schema.settleMilliseconds == 2000)
    #expect(schema.actions["stop"] == TypeSchema.Action(from: ["available"], to: "stopped"))
    let bad = text.replacingFirst("/properties/Password", "/properties/Nothing")
    let error = #expect(throws: ManifestError.self) {
      try SchemaParser.schema(Array(bad.utf8), file: "s", type: "Test::Fixture::Thing")
    }
    #expect("\(error, default: "")" == #"s:3:59: "/properties/Nothing" names no property of this schema"#)
    let other = #expect(throws: ManifestError.self) {
      try SchemaParser.schema(Array(text.utf8), file: "s", type: "Test::Other::Thing")
    }
    #expect("\(other, default: "")" == #"s:1:14: "typeName" is "Test::Fixture::Thing"; the manifest provides "Test::Other::Thing""#)
  }

  @Test func versionRanges() throws {
    let range = try #require(VersionRange(">=1.2.0 <2.0.0"))
    #expect(range.contains("1.2.0") && range.contains("1.10.0") && !range.contains("2.0.0") && !range.contains("1.1.9"))
    #expect(VersionRange("about 1") == nil)
  }
}

extension String {
  func replacingFirst(_ part: String, _ other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
