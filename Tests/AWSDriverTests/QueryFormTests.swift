import AWSDriver
import JSON
import Testing

@Suite struct QueryFormTests {
  @Test func ec2NumbersListsDirectly() {
    let fields = QueryForm.ec2.fields([
      "GroupId": "sg-1", "IpPermissions": [["FromPort": 80, "IpRanges": [["CidrIp": "0.0.0.0/0"]]]],
    ])
    #expect(
      fields == [
        "GroupId": "sg-1", "IpPermissions.1.FromPort": "80", "IpPermissions.1.IpRanges.1.CidrIp": "0.0.0.0/0",
      ])
  }

  @Test func theOthersNameElements() {
    let form = QueryForm.query(elements: ["Tags": "Tag"])
    let fields = form.fields(["Tags": [["Key": "a", "Value": "b"]], "Subnets": ["s1", "s2"], "Flag": true])
    #expect(
      fields == [
        "Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "b", "Subnets.member.1": "s1", "Subnets.member.2": "s2", "Flag": "true",
      ])
  }

  @Test func expressionsStayAndNothingVanishes() {
    let fields = QueryForm.ec2.fields(["Secret": ["$secret": "h1"], "Empty": [], "Null": nil])
    #expect(fields == ["Secret": ["$secret": "h1"]])
  }
}
