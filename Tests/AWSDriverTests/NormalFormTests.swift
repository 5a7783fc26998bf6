import AWSDriver
import JSON
import Testing

/// Where AWS writes what it was given in a form of its own.
@Suite struct NormalFormTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.0.0.0/8"), ("100.68.0.18/18", "100.68.0.0/18"), ("10.1.2.3/0", "0.0.0.0/0"), ("::/0", "0:0:0:0:0:0:0:0/0"),
    ("2001:DB8:0:0:0:0:0:1/128", "2001:db8::1/128"), ("2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"), ("1::/127", "1::1/127"),
  ])
  func blocksThatAreTheSame(one: String, other: String) { #expect(CIDR.isSame(one, other) && CIDR.isSame(other, one)) }

  @Test(arguments: [
    ("10.0.0.0/8", "10.0.0.0/9"), ("10.0.0.0/8", "11.0.0.0/8"), ("10.0.0.1/32", "10.0.0.2/32"), ("::1/128", "::2/128"), ("0.0.0.0/0", "::/0"),
    ("10.0.0.0/8", "10.0.0.0"), ("300.0.0.0/8", "44.0.0.0/8"), ("10.0.0.0/33", "10.0.0.0/32"), ("1:2/64", "1::2/64"), ("::1::/64", "::1:0/64"),
  ])
  func blocksThatAreNot(one: String, other: String) { #expect(!CIDR.isSame(one, other) && !CIDR.isSame(other, one)) }

  static let accounts: JSON = ["AWS": ["123456789012", "111111111111"]]
  static let condition: JSON = ["Bool": ["x": true]]
  let asked: JSON = [
    "Version": "2012-10-17", "Statement": ["Effect": "Allow", "Principal": accounts, "Action": ["sts:AssumeRole"], "Condition": condition],
  ]

  @Test func aPolicyIsTheSameInTheFormThatIAMGivesIt() throws {
    let shown = """
      %7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%5B%22arn%3Aaws%3Aiam%3A%3A\
      111111111111%3Aroot%22%2C%22arn%3Aaws%3Aiam%3A%3A123456789012%3Aroot%22%5D%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%2C%22Condition%22%3A%7B%22Bool%22\
      %3A%7B%22x%22%3A%22true%22%7D%7D%7D%5D%7D
      """
    let document = try #require(PolicyDocument.read(.string(shown)))
    #expect(PolicyDocument.isSame(document, asked))
    #expect(PolicyDocument.isSame(document, .string(asked.text)))
  }

  @Test(arguments: [
    [],
    ["Effect": "Deny", "Principal": accounts, "Action": "sts:AssumeRole", "Condition": condition],
    ["Effect": "Allow", "Principal": ["AWS": ["123456789012"]], "Action": "sts:AssumeRole", "Condition": condition],
    ["Effect": "Allow", "Principal": accounts, "Action": "sts:AssumeRole"],
  ] as [JSON])
  func aPolicyThatMeansSomethingElseIsAnother(statement: JSON) {
    #expect(!PolicyDocument.isSame(["Version": "2012-10-17", "Statement": statement], asked))
  }

  @Test func whatIsNoPolicyIsNotRead() {
    for text in ["", "%7", "%zz", "{", "%7B%22"] { #expect(PolicyDocument.read(.string(text)) == nil) }
    #expect(PolicyDocument.read(nil) == nil && PolicyDocument.read(.null) == nil)
  }
}
