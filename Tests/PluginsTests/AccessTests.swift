import Contract
import Testing

@testable import Plugins

/// stevedore's vocabulary on catalogues that no file stands behind.
@Suite struct AccessTests {
  private static func entry(_ plugin: String, _ type: String, _ alias: String?, group: String = "aws.resource", isOwner: Bool = true) -> Extension {
    Extension(
      plugin: plugin, provision: Provision(group: group, kind: .resource, type: type, alias: alias, ops: ["create"]), isOwner: isOwner)
  }

  private let set = ExtensionSet([
    entry("aws-rds", "AWS::RDS::DBInstance", "rds"), entry("fast-rds", "AWS::RDS::DBInstance", "rds", isOwner: false),
    entry("aws-s3", "AWS::S3::Bucket", "bucket"), entry("gcp-sql", "GCP::SQL::Instance", "sql", group: "gcp.resource"),
  ])

  private struct Broken: Error {}

  @Test func allAndOneGroup() {
    #expect(set.extensions.count == 4)
    #expect(set.group("gcp.resource").extensions.map(\.plugin) == ["gcp-sql"])
    #expect(set.group(cloud: "aws", kind: .resource).owners.names == ["bucket", "rds"])
  }

  @Test func namedKeepsTheOrderAndReportsWhatIsMissing() {
    let named = set.owners.named(["bucket", "rsd", "rds", "nothing-like-it"])
    #expect(named.found.extensions.map(\.plugin) == ["aws-s3", "aws-rds"])
    #expect(named.missing == [.init(name: "rsd", nearest: "rds"), .init(name: "nothing-like-it", nearest: nil)])
  }

  @Test func enabledIsDecidedOnManifests() {
    #expect(set.enabled { $0.plugin.hasPrefix("aws-") }.extensions.map(\.plugin) == ["aws-rds", "aws-s3"])
  }

  @Test func aDriverIsExactlyOne() throws {
    #expect(try set.driver("rds").plugin == "aws-rds")
    #expect(try set.driver("AWS::S3::Bucket").plugin == "aws-s3")
    #expect(throws: AccessError.missing(name: "bukcet", nearest: "bucket")) { try set.driver("bukcet") }
    #expect(throws: AccessError.several(name: "rds", plugins: ["aws-rds", "fast-rds"])) { try set.driver("rds", resolver: .refuse) }
    let contested = ExtensionSet([Self.entry("a", "T::T", "t", isOwner: false), Self.entry("b", "T::T", "t", isOwner: false)])
    #expect(throws: AccessError.several(name: "t", plugins: ["a", "b"])) { try contested.driver("t") }
    #expect(try contested.driver("t", resolver: .first).plugin == "a")
  }

  @Test func aResolverSeesEveryDuplicate() throws {
    let last = ConflictResolver { _, extensions in extensions.count == 2 ? extensions.last : nil }
    #expect(try set.driver("rds", resolver: last).plugin == "fast-rds")
  }

  @Test func aHookCallsAllOfOneName() async throws {
    let results = try await set.hook("rds").map { $0.plugin }
    #expect(results.values.map(\.value) == ["aws-rds", "fast-rds"])
  }

  @Test func mapCollectsOrStopsAtTheFirstFailure() async throws {
    let results = try await set.map { entry in
      if entry.plugin == "aws-s3" { throw Broken() }
      return entry.plugin
    }
    #expect(results.values.map(\.value) == ["aws-rds", "fast-rds", "gcp-sql"])
    #expect(results.failures.map(\.extension.plugin) == ["aws-s3"])
    var called: [String] = []
    await #expect(throws: Broken.self) {
      _ = try await set.map(.failFast) { entry in
        called.append(entry.plugin)
        if entry.plugin == "fast-rds" { throw Broken() }
      }
    }
    #expect(called == ["aws-rds", "fast-rds"])
  }

  @Test func dispatchByFilterAndByName() async throws {
    let filtered = try await set.dispatch(where: { $0.provision.cloud == "gcp" }) { $0.plugin }
    #expect(filtered.values.map(\.value) == ["gcp-sql"])
    let named = try await set.owners.dispatch(names: ["bucket", "rds"]) { $0.plugin }
    #expect(named.values.map(\.value) == ["aws-s3", "aws-rds"])
    var isCalled = false
    await #expect(throws: AccessError.missing(name: "sqll", nearest: "sql")) {
      _ = try await set.dispatch(names: ["rds", "sqll"]) { _ in isCalled = true }
    }
    #expect(!isCalled, "a name that is missing is reported before anything is called")
  }

  @Test func loadFailuresAreReported() throws {
    let broken = PluginRecord(name: "broken", folder: "/x", state: .refused, refusal: Refusal(.elfNotELF, "no"))
    let fine = PluginRecord(name: "off", folder: "/y", state: .disabled, refusal: Refusal(.policyDisabled, "no"))
    var seen: [String] = []
    Catalogue(Registration([broken, fine], CatalogueRules())).onLoadFailure { record, refusal in seen.append("\(record.name) \(refusal.code.rawValue)") }
    #expect(seen == ["broken CLD-P-ELF-NOTELF"])
  }
}
