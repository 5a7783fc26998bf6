internal import ArgumentParser
internal import Contract
internal import JSON
internal import Plugins

/// `cld plugin lock`.
struct PluginLockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock", abstract: "Write down version and hashes of every plugin that serves, for `verify` and for a policy that requires it.",
    discussion: "Example: cld plugin lock")
  @OptionGroup var level: PolicyLevelOption
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() throws {
    var entries: [String: PluginLock.Entry] = [:]
    for record in path.catalogue.records where record.isFirst {
      guard let manifest = record.manifest, record.state != .refused || record.refusal?.code == .policyLock else { continue }
      do throws(Refusal) {
        let digests = try PluginDigests.read(manifest, in: record.folder, libraryAsDeclared: false)
        entries[record.name] = PluginLock.Entry(version: manifest.version, digests: digests)
      } catch {
        throw CommandFailure(error.evidence, .unavailable)
      }
    }
    let lock = PluginLock(entries: entries)
    let file = try PluginChange.make { () throws(PluginHome.ChangeFailure) in try PluginChange.home.write(lock, level: level.level) }
    switch output.format {
    case .json: Console.print(lock.json.prettyText)
    case .table: Console.print("locked \(entries.count) plugins in \(file)")
    }
  }
}

/// `cld plugin verify`.
struct PluginVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare the plugins' files with the lock file and with their manifests; exits with 1 when they differ.",
    discussion: "Example: cld plugin verify -o json")
  @OptionGroup var level: PolicyLevelOption
  @OptionGroup var path: PluginPathOption
  @OptionGroup var output: OutputOption

  func run() throws {
    guard let found = PluginChange.home.rules().locks[level.level] else {
      throw CommandFailure("there is no lock file: write one with cld plugin lock", .missing)
    }
    let lock: PluginLock
    switch found {
    case .success(let value): lock = value
    case .failure(let refusal): throw CommandFailure(refusal.evidence, .unavailable)
    }
    let records = path.catalogue.records.filter(\.isFirst)
    var differences = records.flatMap { PluginVerification.differences(of: $0, lock) }
    differences += lock.entries.keys.filter { name in !records.contains { $0.name == name } }.sorted().map { "\($0) is locked and not installed" }
    switch output.format {
    case .json:
      Console.print(
        (["equal": .bool(differences.isEmpty), "differences": .array(differences.map { .string($0) })] as JSON).prettyText)
    case .table: Console.print(differences.isEmpty ? "\(records.count) plugins are as locked" : differences.joined(separator: "\n"))
    }
    guard differences.isEmpty else {
      throw CommandFailure("\(differences.count) \(differences.count == 1 ? "difference" : "differences")", .failed)
    }
  }
}
