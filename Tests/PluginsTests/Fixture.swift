import Foundation
@testable import Plugins

/// Test drivers, compiled by `cc` from Tests/Plugins, and folders to put them in.
enum Fixture {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A new empty folder that only we can write to.
  static func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "cld-test-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return path
  }

  /// The path of the compiled driver.
  static func library(_ name: String, options: [String] = []) throws -> String {
    try compile(name, ["-shared", "-fPIC"] + options, as: "libfixture.so")
  }

  /// The path of a compiled program.
  static func executable(_ name: String, options: [String] = []) throws -> String { try compile(name, options, as: name) }

  private static func compile(_ name: String, _ options: [String], as output: String) throws -> String {
    let path = try folder() + "/" + output
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/cc")
    compiler.arguments =
      ["-O1", "-I", root.path() + "/Sources/PluginABI/include", "-o", path] + options
      + [root.path() + "/Tests/Plugins/\(name).c"]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { throw Failure.compiler(name) }
    return path
  }

  enum Failure: Error { case compiler(String), noWorker }

  /// cld-worker beside the test bundle, or as CLD_WORKER says.
  static func setting() throws -> WorkerSetting {
    if let setting = WorkerSetting.installed() { return setting }
    var folder = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
    if folder == nil { folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent() }
    guard let path = folder?.appending(path: "cld-worker").path(), FileManager.default.isExecutableFile(atPath: path)
    else { throw Failure.noWorker }
    return WorkerSetting(executable: path)
  }

  /// A started worker of the driver.
  static func worker(_ name: String, limits: Worker.Limits = .init(memoryMB: 64)) async throws -> Worker {
    let worker = Worker(try LibrarySnapshot(path: library(name)), limits: limits, setting: try setting())
    _ = try await worker.start()
    return worker
  }

  /// A folder of plugins with this driver in it, described by a manifest with its true hash and size.
  static func plugin(_ source: String, in folder: String, change: (inout String) -> Void = { _ in }) throws {
    let target = folder + "/fixture"
    try FileManager.default.createDirectory(
      atPath: target + "/types", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try FileManager.default.copyItem(atPath: library(source), toPath: target + "/libfixture.so")
    let snapshot = try LibrarySnapshot(path: target + "/libfixture.so")
    var manifest = manifest(libraries: """
      [{"os": "linux", "arch": "\(Host.platform.arch)", "libc": "glibc", "path": "libfixture.so",
        "sha256": "\(snapshot.sha256)", "size": \(snapshot.size)}]
      """)
    change(&manifest)
    try manifest.write(toFile: target + "/manifest.json", atomically: false, encoding: .utf8)
    try #"{"typeName": "Test::Fixture::Thing", "properties": {"Name": {"type": "string"}}}"#.write(
      toFile: target + "/types/thing.json", atomically: false, encoding: .utf8)
    for file in ["libfixture.so", "manifest.json", "types/thing.json"] { chmod("\(target)/\(file)", 0o644) }
  }

  /// A good manifest.
  static func manifest(libraries: String = "[]") -> String {
    """
    {
      "manifest_version": 1,
      "name": "fixture", "version": "1.0.0", "publisher": "tests", "licence": "Apache-2.0",
      "description": "For tests",
      "abi": {"min": 1, "max": 1},
      "libraries": \(libraries),
      "provides": [
        {"group": "test.resource", "kind": "resource", "type": "Test::Fixture::Thing", "alias": "thing",
         "ops": ["create", "read", "delete"], "schema": "types/thing.json"}],
      "endpoints": {
        "things": {
          "url": "https://things.{region}.{partitionSuffix}",
          "auth": {"scheme": "aws-sigv4", "service": "things"},
          "format": {"kind": "aws-query", "version": "2014-10-31"},
          "overrides": ["AWS_ENDPOINT_URL"],
          "calls": {
            "DescribeThings": {"mutates": false, "repeat": "safe", "iam": ["things:DescribeThings"]}}}}
    }
    """
  }
}
