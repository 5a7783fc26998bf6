internal import ArgumentParser
internal import Glibc
internal import JSON
internal import Plugins

/// What every command does that changes plugins or policy.
enum PluginChange {
  /// The home of this user's decisions.
  static var home: PluginHome { .standard(home: Paths.home) }

  /// Changes a file of the home.
  /// - Throws: `CommandFailure` that names the file.
  static func make<Value>(_ body: () throws(PluginHome.ChangeFailure) -> Value) throws -> Value {
    do throws(PluginHome.ChangeFailure) { return try body() } catch {
      throw CommandFailure(
        "\(error.path) cannot be written: \(String(cString: strerror(error.code)))",
        error.code == EACCES || error.code == EPERM || error.code == EROFS ? .permission : .unavailable)
    }
  }

  /// A policy that cannot be read must be put right by a person before a command may write to it.
  static func requireReadablePolicy() throws {
    if let failure = home.policy().failure { throw CommandFailure("the policy cannot be read: \(failure)", .unavailable) }
  }

  /// Takes every plugin through the pipeline, so that a bad one is known before anything is accepted that needs it, and tells a host that runs.
  static func settle(_ path: SearchPath) async throws -> Catalogue {
    let catalogue = await Catalogue.load(path, setting: try setting(), home: home)
    await catalogue.close()
    try make { () throws(PluginHome.ChangeFailure) in try home.remember(catalogue.incumbents) }
    if HostProcess.isRunning { _ = try HostClient().send("POST", ["v1", "plugins", "reload"], body: [:]) }
    return catalogue
  }

  /// The worker of this installation.
  static func setting() throws -> WorkerSetting {
    guard let setting = WorkerSetting.installed() else {
      throw CommandFailure("cld-worker is not installed beside this cld; set CLD_WORKER to its path", .unavailable)
    }
    return setting
  }
}

/// Whose files a command changes.
struct PolicyLevelOption: ParsableArguments {
  @Flag(name: .customLong("system"), help: "Change root's files in /etc/cld, which hold for every user, instead of your own.")
  var isSystem = false

  var level: PolicyFile.Level { isSystem ? .system : .user }
}
