import AWSDriver
import JSON
import PluginKit
import Testing

@Suite struct ConfigurationTests {
  @Test func unknownKeysAreRefusedWithThoseThatExist() throws {
    let failure = try #require(throws: Failure.self) {
      _ = try Configuration(["engin": "mysql"], keys: ["engine", "flavor"])
    }
    #expect(failure.code == .badRequest)
    #expect(failure.property == "/configuration/engin")
    #expect(failure.message.contains("engine, flavor"))
  }

  @Test func choicesSayWhatIsAllowed() throws {
    let configuration = try Configuration(["engine": "oracle"], keys: ["engine"])
    let failure = try #require(throws: Failure.self) { _ = try configuration.choice("engine", ["mysql", "postgres"]) }
    #expect(failure.message == "engine cannot be oracle; it is one of mysql, postgres")
  }

  @Test func theNetworkNeedsItsVPC() throws {
    #expect(throws: Failure.self) { _ = try Network(["subnets": ["subnet-1"]]) }
    #expect(throws: Failure.self) { _ = try Network(["vpc": "vpc-1", "subnets": ["subnet-1"]]) }
    let named = try Network(["vpc": "vpc-1", "subnets": ["subnet-1", "subnet-2", "subnet-3"]])
    #expect(named.subnetCount == 3)
    #expect(named.lookup["Type"] == "Cld::AWS::Vpc")
    #expect(try Network(nil).lookup["Type"] == "Cld::AWS::DefaultVpc")
  }
}
