public import Contract
internal import Glibc
internal import JSON

/// The stages from a folder to a plugin that serves. Each stage is one function; the first that throws decides.
enum Pipeline {
  /// manifest and policy: a strict parse of the manifest and, unless only listing, the schemas; then what the rules say of it, before
  /// anything of the plugin runs and before its library is opened. A listing takes the verdict on schemas, lock and signature from the last probe.
  static func declare(_ candidate: Candidate, rules: CatalogueRules, isListing: Bool = false) -> PluginRecord {
    var record = PluginRecord(
      name: candidate.name, folder: candidate.folder, state: .declared, passed: [.discover], origin: candidate.origin)
    if let denial = rules.policy.denial(at: candidate.origin) {
      obey(denial, &record)
      return record
    }
    do throws(ManifestError) {
      let manifest = try ManifestFolder.read(candidate.folder)
      record.manifest = manifest
      if !isListing { record.manifest = try ManifestFolder.readSchemas(of: manifest, in: candidate.folder) }
      record.passed.append(.manifest)
      if !manifest.abi.contains(1) {
        record.refuse(Refusal(.manifestABI, "it speaks the ABI epochs \(manifest.abi), this host speaks 1"))
      } else if library(manifest) == nil {
        let platform = Host.platform
        record.refuse(
          Refusal(.manifestPlatform, "it has no library for \(platform.os)/\(platform.arch)/\(platform.libc)"))
      } else {
        decide(&record, manifest, rules, isListing: isListing)
      }
    } catch {
      record.refuse(refusal(error))
    }
    return record
  }

  /// The library for this platform.
  static func library(_ manifest: Manifest) -> Manifest.Library? {
    let platform = Host.platform
    return manifest.libraries.first { $0.os == platform.os && $0.arch == platform.arch && $0.libc == platform.libc }
  }

  /// files, snapshot and elf. Blocking.
  static func inspect(_ record: inout PluginRecord) -> LibrarySnapshot? {
    guard let manifest = record.manifest, let library = library(manifest) else { return nil }
    let path = "\(record.folder)/\(library.path)"
    do throws(Refusal) {
      for file in [library.path, "manifest.json"] + manifest.provides.compactMap(\.schemaPath) {
        do throws(Ownership.Problem) { try Ownership.check("\(record.folder)/\(file)", in: record.folder) } catch {
          if case .unreadable = error { throw Refusal(.fileUnreadable, "\(error)") }
          throw Refusal(.filePermissions, "\(error)")
        }
      }
      record.passed.append(.files)
      let snapshot = try snapshot(path)
      guard snapshot.size == library.size else {
        throw Refusal(.hashSize, "\(path) has \(snapshot.size) bytes, the manifest says \(library.size)")
      }
      guard snapshot.sha256 == library.sha256 else {
        throw Refusal(.hashMismatch, "\(path) has the SHA-256 \(snapshot.sha256), the manifest says \(library.sha256)")
      }
      record.passed.append(.snapshot)
      switch snapshot.withBytes({ ELFInspector.inspect($0) }) {
      case .success: record.passed.append(.elf)
      case .failure(let problem): throw Refusal(problem.code, "\(path): \(problem)")
      case nil: throw Refusal(.fileUnreadable, "\(path) cannot be mapped")
      }
      return snapshot
    } catch {
      record.refuse(error)
      return nil
    }
  }

  static func snapshot(_ path: String) throws(Refusal) -> LibrarySnapshot {
    do throws(LibrarySnapshot.Failure) { return try LibrarySnapshot(path: path) } catch {
      let what =
        switch error {
        case .cannotOpen(let errno): "cannot be opened (error \(errno))"
        case .notRegular: "is no regular file"
        case .tooLarge(let size): "has \(size) bytes, more than any library of a driver"
        case .cannotCopy(let errno): "cannot be copied to memory (error \(errno))"
        }
      throw Refusal(.fileUnreadable, "\(path) \(what)")
    }
  }

  /// probe and describe: the worker must load it and say the same as the manifest.
  static func probe(
    _ record: inout PluginRecord, _ library: LibrarySnapshot, _ setting: WorkerSetting, _ policy: Policy, isSecond: Bool = false
  ) async -> WorkerReport? {
    guard let manifest = record.manifest else { return nil }
    let worker = Worker(library, limits: Worker.Limits(manifest.limits), setting: setting.forPlugin(from: record.origin, policy))
    defer { worker.close() }
    do throws(WorkerFailure) {
      let report = try await worker.start()
      let text = try await worker.describe()
      try await worker.watchThreads()
      record.passed.append(.probe)
      if let refusal = DescribeCheck.refusal(report: report, describe: text, manifest: manifest) {
        record.refuse(refusal)
        return nil
      }
      record.passed.append(.describe)
      return report
    } catch {
      // SIGKILL may come from outside, as from the kernel when memory is short, and then says nothing of the plugin; twice it does.
      if case .signalled(SIGKILL) = error.cause, !isSecond { return await probe(&record, library, setting, policy, isSecond: true) }
      record.refuse(refusal(error))
      return nil
    }
  }

  static func refusal(_ error: ManifestError) -> Refusal {
    let code: RefusalCode =
      switch error.problem {
      case .unreadable: .manifestUnreadable
      case .syntax: .manifestSyntax
      default: .manifestInvalid
      }
    return Refusal(code, "\(error)")
  }

  /// The worker names the step at which it gave up; what dlopen says is told apart by glibc's own words (dl-load.c, dl-lookup.c).
  private static func code(ofRefusalIn stage: String, _ error: String) -> RefusalCode {
    switch stage {
    case "dlopen" where error.contains("undefined symbol") || error.contains("symbol lookup error") || error.contains("version `"):
      .probeSymbol
    case "dlopen" where error.contains("cannot open shared object file"): .probeNeeded
    case "abi": .probeABI
    case "descriptor": .probeDescriptor
    case "describe": .describeInvalid
    default: .probeRefused
    }
  }

  static func refusal(_ failure: WorkerFailure) -> Refusal {
    let code: RefusalCode =
      switch failure.cause {
      case .spawn: .probeSpawn
      case .weakCage: .probeCage
      case .refused(let stage, let error): code(ofRefusalIn: stage, error)
      case .exited(let status): status == 127 ? .probeSpawn : .probeExit
      case .signalled: .probeCrash
      case .denied: .probeDenied
      case .processorTime, .wallTime: .probeTimeout
      case .breach, .backOff, .closed: .probeProtocol
      }
    return Refusal(code, "\(failure)")
  }
}

extension Worker.Limits {
  /// What the manifest asks for.
  public init(_ limits: Manifest.Limits) {
    self.init(memoryMB: limits.memoryMB, stepMilliseconds: limits.stepMilliseconds)
  }
}
