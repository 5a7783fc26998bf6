internal import CLinux
internal import Dispatch
internal import Effects
internal import Engine
internal import Glibc
internal import JSON
internal import Logging
internal import Plugins
internal import Service
internal import Store

/// `cld-host --home DIR [--plugin-dir DIR ...]`: the host process. `cld` starts it; people use `cld serve`.
@main
struct Main {
  static let version = "0.1.0"

  static func main() async {
    // Secrets pass through this process: no core dump, and no debugger of another user.
    _ = clinux_not_dumpable()
    var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
    signal(SIGPIPE, SIG_IGN)
    umask(0o077)
    LoggingSystem.bootstrap { label in RedactingLogHandler(StreamLogHandler.standardError(label: label)) }
    let log = Logger(label: "cld-host")
    do {
      try await run(Arguments(CommandLine.arguments.dropFirst()), log)
    } catch StoreError.locked(let path) {
      // A status of its own: the log has the lines of more than one host, so the client cannot read the reason there.
      log.critical("\(StoreError.locked(path: path))")
      exit(75)
    } catch {
      log.critical("\(error)")
      exit(69)
    }
  }

  private static func run(_ arguments: Arguments, _ log: Logger) async throws {
    // The lock of the store comes first: a server would otherwise unlink the socket of a host that lives.
    let store = try await Store(home: arguments.home)
    guard let setting = WorkerSetting.installed() else {
      throw RequestError.unavailable("cld-worker is missing beside cld-host: cld is not installed whole; run scripts/assemble again")
    }
    let catalogue = await LiveCatalogue(
      .standard(pluginFolders: arguments.pluginFolders), setting: setting, home: .standard(home: arguments.home),
      verdicts: VerdictCache(path: arguments.home + "/cache/verdicts.json"))
    await report(catalogue, log)
    let (gateway, accounts) = CloudGateway.make()
    let signals = SignalServer(home: arguments.home, log: log)
    let engine = Engine(
      store: store, drivers: CatalogueDrivers(catalogue), gateway: gateway, accounts: accounts, signals: signals, log: log)
    let socket = arguments.home + "/host.sock"
    let service = Service(
      engine: engine, version: version, plugins: { .array(await catalogue.current.records.map(\.json)) },
      followPlugins: {
        guard await catalogue.follow() else { return false }
        await report(catalogue, log)
        return true
      },
      shutDown: {
        // The journal makes every moment a good one to end; the answer to the request only needs to get out first.
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(50)) { end(socket) }
      })
    signal(SIGTERM, SIG_IGN)
    let terminated = DispatchSource.makeSignalSource(signal: SIGTERM)
    terminated.setEventHandler { end(socket) }
    terminated.resume()
    unlink(socket)
    await signals.serve { await service.answerSignal($0) }
    Task { await engine.keepResuming() }
    Task { await engine.keepSweeping() }
    Task { await keepFollowing(catalogue, engine, log) }
    let count = await catalogue.current.plugins.count
    log.info("cld-host \(version) serves \(socket) with \(count) plugins")
    try await SocketServer(service: service, path: socket, log: log).run()
  }

  /// Looks for changes of plugins and policy that no command has told of, such as those of a package manager.
  private static func keepFollowing(_ catalogue: LiveCatalogue, _ engine: Engine, _ log: Logger) async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: .seconds(2))
        guard await catalogue.follow() else { continue }
        await report(catalogue, log)
        try await engine.resume()
      } catch is CancellationError {
        return
      } catch {
        log.error("held operations cannot be read: \(error)")
      }
    }
  }

  private static func report(_ catalogue: LiveCatalogue, _ log: Logger) async {
    await catalogue.current.onLoadFailure { record, refusal in
      log.warning("plugin \(record.name) is \(record.state.rawValue): \(refusal.code.rawValue): \(refusal.evidence)")
    }
  }

  private static func end(_ socket: String) {
    unlink(socket)
    exit(0)
  }
}

/// The command line of the host.
struct Arguments {
  var home = ""
  var pluginFolders: [String] = []

  init(_ words: some Sequence<String>) throws {
    var iterator = words.makeIterator()
    while let word = iterator.next() {
      switch word {
      case "--home": home = iterator.next() ?? ""
      case "--plugin-dir": pluginFolders.append(iterator.next() ?? "")
      default: throw RequestError.usage("cld-host knows --home and --plugin-dir, and not '\(word)'")
      }
    }
    guard home.hasPrefix("/") else { throw RequestError.usage("--home must name an absolute folder, and is '\(home)'") }
  }
}
