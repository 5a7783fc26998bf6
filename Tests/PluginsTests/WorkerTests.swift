import Foundation
import Testing

@testable import Plugins

@Suite struct WorkerTests {
  @Test func aGoodDriverAnswersAndIsCaged() async throws {
    let worker = Worker(
      try LibrarySnapshot(path: Fixture.library("echo")), limits: .init(memoryMB: 64), setting: try Fixture.setting())
    let report = try await worker.start()
    #expect(report.name == "fixture" && report.version == "1.0.0" && report.abi == 1)
    #expect(report.cage.seccomp && report.cage.noNewPrivileges)
    for size in [0, 2, 1000, 100_000, 1 << 20] {
      let request = [UInt8](repeating: UInt8(ascii: "x"), count: size)
      #expect(try await worker.step(request) == request)
    }
  }

  /// One fault per driver, and the cause that the host finds.
  @Test(arguments: [
    ("crash", WorkerFailure.Cause.signalled(11)),
    ("hang", .processorTime(milliseconds: 100)),
    ("sleep", .wallTime(milliseconds: 1500)),
    ("exit", .exited(status: 0)),
    ("socket", .denied(call: "socket(AF_INET)")),
    ("exec", .denied(call: #"execve("/bin/sh")"#)),
    ("fork", .denied(call: "clone")),
    ("open", .denied(call: #"openat("/etc/hostname")"#)),
    ("two", .refused(stage: "step", error: "the driver wrote more than one answer")),
    ("none", .refused(stage: "step", error: "the driver wrote no answer")),
    ("huge", .refused(stage: "step", error: "the driver's answer is longer than 1 MiB")),
    ("garbage", .breach(.unexpectedFrame(kind: UInt8(ascii: "z")))),
  ])
  func aFaultInAStepCostsThatStep(driver: String, cause: WorkerFailure.Cause) async throws {
    let worker = try await Fixture.worker(
      driver, limits: .init(memoryMB: 64, stepMilliseconds: 100, wallMilliseconds: 1500))
    let failure = await #expect(throws: WorkerFailure.self) { try await worker.step(Array("{}".utf8)) }
    #expect(failure?.cause == cause)
    #expect(failure?.stage == .step)
    #expect(failure?.sha256.count == 64)
  }

  @Test(arguments: [
    ("exit-load", WorkerFailure.Cause.exited(status: 0)),
    ("socket-load", .denied(call: "socket(AF_INET)")),
    ("open-load", .denied(call: #"openat("/etc/passwd")"#)),
    ("no-entry", .refused(stage: "entry", error: "it exports no cld_plugin_entry")),
  ])
  func aFaultWhileLoadingIsARefusal(driver: String, cause: WorkerFailure.Cause) async throws {
    let worker = Worker(
      try LibrarySnapshot(path: Fixture.library(driver)), limits: .init(memoryMB: 64), setting: try Fixture.setting())
    let failure = await #expect(throws: WorkerFailure.self) { try await worker.start() }
    #expect(failure?.cause == cause)
    #expect(failure?.stage == .load)
  }

  @Test(arguments: [
    (WorkerCage(landlock: 2, seccomp: true, noNewPrivileges: true), []),
    (WorkerCage(landlock: 0, seccomp: true, noNewPrivileges: true), [.landlock]),
    (WorkerCage(landlock: 7, seccomp: false, noNewPrivileges: false), [.seccomp, .noNewPrivileges]),
  ] as [(WorkerCage, [WorkerCage.Layer])])
  func aCageIsStrongEnoughWhenEveryLayerStands(cage: WorkerCage, missing: [WorkerCage.Layer]) {
    #expect(cage.missing == missing)
    #expect(cage.isStrongEnough == missing.isEmpty)
  }

  /// The helper is started as on a kernel without Landlock; its report says so, and no code of the library runs.
  @Test func aKernelWithoutLandlockIsReported() async throws {
    var setting = try Fixture.setting()
    setting.executable = try Fixture.executable("no-landlock", options: ["-DWORKER=\"\(setting.executable)\""])
    let library = try LibrarySnapshot(path: Fixture.library("exit-load"))
    let strict = Worker(library, limits: .init(memoryMB: 64), setting: setting)
    let failure = await #expect(throws: WorkerFailure.self) { try await strict.start() }
    #expect(failure?.cause == .weakCage(missing: [.landlock]))
    setting.allowsWeakCage = true
    let good = Worker(try LibrarySnapshot(path: Fixture.library("echo")), limits: .init(memoryMB: 64), setting: setting)
    #expect(try await good.start().cage.landlock == 0)
  }

  @Test func aRuntimeThatLooksForRandomnessGoesWithout() async throws {
    let worker = try await Fixture.worker("urandom")
    #expect(String(decoding: try await worker.step([]), as: UTF8.self) == #"{"opened":false}"#)
  }

  @Test func memoryIsLimited() async throws {
    let worker = try await Fixture.worker("memory")
    #expect(String(decoding: try await worker.step([]), as: UTF8.self) == #"{"got":false}"#)
  }

  @Test func aPoolReplacesWhatDied() async throws {
    let workers = PluginWorkers(
      name: "fixture", library: try LibrarySnapshot(path: Fixture.library("crash")), limits: .init(memoryMB: 64),
      setting: try Fixture.setting())
    for death in 1...2 {
      await #expect(throws: WorkerFailure.self) { try await workers.step([]) }
      #expect(await workers.deaths == death)
    }
    #expect(PluginWorkers.pause(1) == 250)
    #expect(PluginWorkers.pause(2) == 500)
    #expect(PluginWorkers.pause(60) == 10_000)
  }

  @Test func aPoolServesManyAtOnce() async throws {
    let workers = PluginWorkers(
      name: "fixture", library: try LibrarySnapshot(path: Fixture.library("echo")), limits: .init(memoryMB: 64),
      setting: try Fixture.setting())
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<50 {
        group.addTask { try await workers.step(Array("\(number)".utf8)) == Array("\(number)".utf8) }
      }
      for try await same in group { #expect(same) }
    }
    await workers.close()
    await #expect(throws: WorkerFailure.self) { try await workers.step([]) }
  }
}
