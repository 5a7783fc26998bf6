import Contract
import Foundation
import JSON
import Testing

@testable import Plugins

@Suite struct PolicyTests {
  private func file(_ text: String, _ level: PolicyFile.Level = .user) throws -> PolicyFile {
    try PolicyParser.policy(Array(text.utf8), path: "/p/\(level.rawValue).json", level: level)
  }

  private func manifest(_ name: String = "acme-db", publisher: String = "ACME") throws -> Manifest {
    var manifest = try ManifestParser.manifest(Array(Fixture.manifest().utf8), file: "manifest.json")
    manifest.name = name
    manifest.publisher = publisher
    return manifest
  }

  private func isAllowed(_ policy: Policy, _ manifest: Manifest, _ origin: PluginOrigin = .system) -> Bool {
    if case .allowed = policy.decision(for: manifest, at: origin) { true } else { false }
  }

  @Test(arguments: [
    (#"{"name": "acme-*"}"#, false), (#"{"name": "acme"}"#, true), (#"{"type": "Test::*"}"#, false), (#"{"publisher": "AC?E"}"#, false),
    (#"{"name": "acme-*", "publisher": "Other"}"#, true), (#"{"type": "AWS::*"}"#, true),
  ])
  func globsDisable(selector: String, isAllowed expected: Bool) throws {
    let policy = Policy(files: [try file(#"{"policy_version": 1, "disable": [\#(selector)]}"#)])
    #expect(isAllowed(policy, try manifest()) == expected)
  }

  @Test(arguments: [(PluginOrigin.installation, false, true), (.user, false, false), (.user, true, true), (.system, false, false)])
  func aWeakCageIsForOurOwnPluginsAndWhereAnOperatorAllowsIt(origin: PluginOrigin, isAllowed: Bool, expected: Bool) throws {
    let policy = Policy(files: isAllowed ? [try file(#"{"policy_version": 1, "allow": ["weak-cage"]}"#)] : [])
    #expect(WorkerSetting(executable: "/w", libraryFolders: []).forPlugin(from: origin, policy).allowsWeakCage == expected)
  }

  @Test func denyWins() throws {
    let both = #"{"policy_version": 1, "enable": [{"name": "acme-db"}], "disable": [{"name": "*"}]}"#
    #expect(!isAllowed(Policy(files: [try file(both)]), try manifest()))
    let system = try file(#"{"policy_version": 1, "disable": [{"publisher": "ACME"}]}"#, .system)
    let user = try file(#"{"policy_version": 1, "enable": [{"name": "acme-db"}]}"#)
    guard case .denied(let refusal, let rule) = Policy(files: [system, user]).decision(for: try manifest(), at: .system) else {
      Issue.record("root's rule was ignored")
      return
    }
    #expect(refusal.code == .policyDisabled && rule == #"disable publisher "ACME" in /p/system.json"#)
  }

  @Test func withTheDefaultDisabledOnlyWhatIsNamedIsUsed() throws {
    let policy = Policy(files: [try file(#"{"policy_version": 1, "default": "disabled", "enable": [{"name": "acme-*"}]}"#)])
    #expect(isAllowed(policy, try manifest()))
    #expect(!isAllowed(policy, try manifest("other")))
  }

  @Test func placesCanBeForbidden() throws {
    let policy = Policy(files: [try file(#"{"policy_version": 1, "forbid": ["user-folder", "plugin-path"]}"#, .system)])
    for (origin, expected) in [(PluginOrigin.user, false), (.variable, false), (.option, false), (.system, true), (.installation, true)] {
      #expect(isAllowed(policy, try manifest(), origin) == expected)
    }
  }

  @Test(arguments: [
    (#"{"policy_version": 1, "disabel": []}"#, "1:23", "did you mean \"disable\""), ("{", "", "not JSON"),
    (#"{"policy_version": 2}"#, "1:20", "from 1 to 1"), ("{\n \"policy_version\": 1,\n \"disable\": [{}]}", "3:14", "missing"),
    (#"{"policy_version": 1, "require": ["luck"]}"#, "1:35", "lock, signature"), (#"{"policy_version": 1, "pins": {"x": "y"}}"#, "1:32", "type name"),
    (#"{"policy_version": 1, "publishers": {"A": "AAAA"}}"#, "1:43", "32 bytes"),
  ])
  func whatIsNotUnderstoodFailsWithItsPlace(text: String, place: String, words: String) throws {
    let folder = try Fixture.folder()
    try text.write(toFile: folder + "/policy.json", atomically: false, encoding: .utf8)
    let policy = PluginHome(systemFolders: [], userFolder: folder).policy()
    let failure = try #require(policy.failure)
    #expect(failure.contains("\(folder)/policy.json:\(place)") && failure.contains(words))
    #expect(!isAllowed(policy, try manifest(), .installation))
  }

  @Test func aPolicyThatOthersCanWriteAllowsNothing() throws {
    let folder = try Fixture.folder()
    try #"{"policy_version": 1}"#.write(toFile: folder + "/policy.json", atomically: false, encoding: .utf8)
    let home = PluginHome(systemFolders: [], userFolder: folder)
    #expect(home.policy().failure == nil)
    chmod(folder + "/policy.json", 0o666)
    #expect(home.policy().failure?.contains("can be written by") == true)
  }

  @Test func theFilesOfRootStandFirst() throws {
    let (system, user) = (try Fixture.folder(), try Fixture.folder())
    try FileManager.default.createDirectory(atPath: system + "/policy.d", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    for name in ["20-b.json", "10-a.json", "note.txt"] {
      try #"{"policy_version": 1, "pins": {"Test::Fixture::Thing": "\#(name.prefix(2) == "10" ? "first" : "second")"}}"#
        .write(toFile: "\(system)/policy.d/\(name)", atomically: false, encoding: .utf8)
    }
    let home = PluginHome(systemFolders: [system], userFolder: user)
    _ = try home.change(.pin(type: "Test::Fixture::Thing", plugin: "mine"), level: .user)
    #expect(home.policy().pin(of: "Test::Fixture::Thing")?.plugin == "first")
    #expect(home.policy().files.map(\.level) == [.system, .system, .user])
  }

  @Test func aChangeKeepsWhatItDoesNotMean() throws {
    let before: JSON = ["policy_version": 1, "x-note": "ours", "disable": [["name": "a"], ["name": "b"]]]
    let after = PolicyChange.enable(PluginSelector(name: "a")).applied(to: before)
    #expect(after == ["policy_version": 1, "x-note": "ours", "disable": [["name": "b"]]])
    let twice = PolicyChange.disable(PluginSelector(name: "b")).applied(to: after)
    #expect(twice == after)
    let pinned = PolicyChange.pin(type: "A::B", plugin: "p").applied(to: .null)
    #expect(PolicyChange.unpin(type: "A::B").applied(to: pinned) == ["policy_version": 1, "pins": [:]])
  }

  @Test func aSignatureIsOfManifestAndSchemas() throws {
    let folder = try Fixture.folder()
    try Fixture.plugin("echo", in: folder)
    let plugin = folder + "/fixture"
    let keys = folder + "/key.pem"
    // The output goes to a file: a pipe would be inherited by the workers that other tests start meanwhile.
    func run(_ command: String) throws -> String {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-ec", "(\(command)) > \(folder)/out"]
      process.currentDirectoryURL = URL(filePath: plugin)
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return try String(contentsOfFile: folder + "/out", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let key = try run(
      "openssl genpkey -algorithm ed25519 -out \(keys); sha256sum manifest.json types/thing.json > \(folder)/text;"
        + "openssl pkeyutl -sign -rawin -inkey \(keys) -in \(folder)/text -out manifest.sig;"
        + "openssl pkey -in \(keys) -pubout -outform DER | tail -c 32 | base64")
    let manifest = try ManifestFolder.read(plugin)
    func code(_ key: String) throws -> RefusalCode? {
      let policy = Policy(files: [try file(#"{"policy_version": 1, "require": ["signature"], "publishers": {"tests": "\#(key)"}}"#)])
      var record = PluginRecord(name: "fixture", folder: plugin, state: .declared)
      Pipeline.decide(&record, manifest, CatalogueRules(policy: policy), isListing: false)
      return record.refusal?.code
    }
    #expect(try code(key) == nil)
    #expect(try code("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") == .signatureInvalid)
    try #"{"typeName": "Test::Fixture::Thing", "properties": {}}"#.write(toFile: plugin + "/types/thing.json", atomically: false, encoding: .utf8)
    #expect(try code(key) == .signatureInvalid)
    try FileManager.default.removeItem(atPath: plugin + "/manifest.sig")
    #expect(try code(key) == .signatureMissing)
  }

  @Test func aRequiredLockIsOfTheSameLevel() throws {
    let folder = try Fixture.folder()
    try Fixture.plugin("echo", in: folder)
    let manifest = try ManifestFolder.read(folder + "/fixture")
    let digests = try PluginDigests.read(manifest, in: folder + "/fixture", libraryAsDeclared: true)
    let lock = PluginLock(entries: ["fixture": .init(version: "1.0.0", digests: digests)])
    let policy = Policy(files: [try file(#"{"policy_version": 1, "require": ["lock"]}"#, .system)])
    func code(_ locks: [PolicyFile.Level: Result<PluginLock, Refusal>]) -> RefusalCode? {
      var record = PluginRecord(name: "fixture", folder: folder + "/fixture", state: .declared)
      Pipeline.decide(&record, manifest, CatalogueRules(policy: policy, locks: locks), isListing: false)
      return record.refusal?.code
    }
    #expect(code([.system: .success(lock)]) == nil)
    #expect(code([.user: .success(lock)]) == .policyLock)
    #expect(code([.system: .success(PluginLock(entries: [:]))]) == .policyLock)
    let parsed = try PluginLock.parse(lock.json.bytes, file: "lock.json")
    #expect(parsed == lock)
  }
}
