import Contract
import Testing

@Suite struct DynamicReferenceTests {
  private static let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf"

  @Test(arguments: [
    ("{{resolve:ssm:/shop/port}}", DynamicReference.parameter(name: "/shop/port", version: nil)),
    ("{{resolve:ssm:port:3}}", .parameter(name: "port", version: 3)),
    ("{{resolve:ssm-secure:a.b_c-d:10}}", .secureParameter(name: "a.b_c-d", version: 10)),
    ("{{resolve:secretsmanager:db}}", .secret(id: "db", jsonKey: nil, version: .current)),
    ("{{resolve:secretsmanager:db:SecretString:password}}", .secret(id: "db", jsonKey: "password", version: .current)),
    ("{{resolve:secretsmanager:db:SecretString:password:AWSPREVIOUS}}", .secret(id: "db", jsonKey: "password", version: .stage("AWSPREVIOUS"))),
    ("{{resolve:secretsmanager:db:SecretString:password::v-1}}", .secret(id: "db", jsonKey: "password", version: .id("v-1"))),
    ("{{resolve:secretsmanager:db:SecretString::AWSPENDING:}}", .secret(id: "db", jsonKey: nil, version: .stage("AWSPENDING"))),
    ("{{resolve:secretsmanager:\(arn)}}", .secret(id: arn, jsonKey: nil, version: .current)),
    ("{{resolve:secretsmanager:\(arn):SecretString:user::}}", .secret(id: arn, jsonKey: "user", version: .current)),
  ])
  func aReferenceHasItsParts(text: String, reference: DynamicReference) throws {
    #expect(try DynamicReference(text) == reference)
    #expect(try DynamicReference(reference.description) == reference, "its own text means the same")
  }

  @Test(arguments: [
    ("{{resolve:ssm}}", "lacks its second part"), ("{{resolve:ssm:}}", "lacks its second part"), ("{{resolve:ssm:a b}}", "cannot be the name"),
    ("{{resolve:ssm:a:x}}", "the version 'x' must be a number"), ("{{resolve:ssm:a:}}", "the version '' must be"), ("{{resolve:ssm:a:1:2}}", "'1:2' must be"),
    ("{{resolve:ssm:a", "is not closed"), ("{{resolve:vault:a}}", "there is no service 'vault'"),
    ("{{resolve:secretsmanager:db:SecretBinary}}", "only SecretString can stand"), ("{{resolve:secretsmanager:db:SecretString:a:b:c}}", "both a version stage"),
    ("{{resolve:secretsmanager:db:SecretString:a:b:c:d}}", "too many parts"), ("{{resolve:secretsmanager:arn:aws:x}}", "a whole ARN"),
    ("plain", "is not a dynamic reference"), ("{{resolve:ssm:a}} and", "is not a dynamic reference"),
  ])
  func whatIsWrongIsSaid(text: String, words: String) throws {
    let error = try #require(throws: DynamicReferenceError.self) { try DynamicReference(text) }
    #expect(error.description.contains(words), "\(error)")
  }

  @Test func aTextMayHaveSeveral() throws {
    let parts = try DynamicReference.parts(of: "{{resolve:ssm:user}}:{{resolve:ssm-secure:pass}}@host")
    #expect(
      parts == [
        .reference(.parameter(name: "user", version: nil)), .text(":"), .reference(.secureParameter(name: "pass", version: nil)), .text("@host"),
      ])
    #expect(try DynamicReference.parts(of: "no {reference} {{here}}") == [.text("no {reference} {{here}}")])
    #expect(try DynamicReference.parts(of: "") == [.text("")])
  }
}
