import Foundation
import Testing

@testable import Plugins

@Suite struct ELFInspectorTests {
  private func inspect(_ bytes: [UInt8]) -> Result<[String], ELFProblem> {
    bytes.withUnsafeBytes { ELFInspector.inspect($0) }
  }

  private func good(_ options: [String] = []) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: Fixture.library("echo", options: options))))
  }

  private func headers(_ bytes: [UInt8]) -> [Int] {
    let table = bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: 32, as: UInt64.self)) }
    return (0..<Int(bytes[56])).map { table + $0 * 56 }
  }

  private func kind(_ bytes: [UInt8], _ header: Int) -> UInt32 {
    bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: header, as: UInt32.self) }
  }

  @Test func aGoodLibraryPasses() throws {
    let needing = Array(try Data(contentsOf: URL(filePath: Fixture.library("sleep"))))
    #expect(try inspect(needing).get() == ["libc.so.6"])
    #expect(throws: Never.self) { try inspect(good()).get() }
    #expect(throws: Never.self) { try inspect(good(["-Wl,--hash-style=sysv"])).get() }
  }

  @Test func bytesThatAreWrongInTheFileHeader() throws {
    let bytes = try good()
    for (offset, value, problem) in [
      (0, UInt8(0), ELFProblem.notELF), (4, 1, .wrongClass), (5, 2, .wrongByteOrder), (16, 2, .notShared(type: 2)),
      (18, 3, .wrongMachine(found: 3)), (56, 0, .tooManyHeaders(0)),
    ] {
      var changed = bytes
      changed[offset] = value
      #expect(inspect(changed) == .failure(problem))
    }
    #expect(inspect([]) == .failure(.notELF))
    #expect(inspect(Array("#!/bin/sh\n".utf8)) == .failure(.notELF))
  }

  @Test func segmentsThatAreDangerous() throws {
    let bytes = try good()
    for header in headers(bytes) {
      var changed = bytes
      if kind(bytes, header) == 0x6474_e551 {
        changed[header + 4] |= 1
        #expect(inspect(changed) == .failure(.executableStack))
      } else if kind(bytes, header) == 1 {
        changed[header + 4] |= 3
        #expect(inspect(changed) == .failure(.writableCode))
      } else if kind(bytes, header) == 2 {
        changed[header] = 0
        #expect(inspect(changed) == .failure(.noDynamicSection))
      }
    }
  }

  /// Every truncation is refused or harmless, and none reads out of bounds.
  @Test func aTruncatedLibraryIsRefused() throws {
    let bytes = try good()
    let loaded = headers(bytes).filter { kind(bytes, $0) == 1 }.map { header in
      bytes.withUnsafeBytes {
        Int($0.loadUnaligned(fromByteOffset: header + 8, as: UInt64.self) + $0.loadUnaligned(fromByteOffset: header + 32, as: UInt64.self))
      }
    }.max() ?? 0
    for count in stride(from: 4, to: loaded, by: 97) {
      guard case .failure(.truncated) = inspect(Array(bytes[..<count])) else {
        Issue.record("\(count) of \(bytes.count) bytes pass")
        return
      }
    }
  }

  @Test func entriesThatAreNone() throws {
    let none = Array(try Data(contentsOf: URL(filePath: Fixture.library("no-entry"))))
    #expect(inspect(none) == .failure(.noEntry))
    let text = "int cld_plugin_entry = 1;\n"
    let source = try Fixture.folder() + "/data.c"
    try text.write(toFile: source, atomically: false, encoding: .utf8)
    let data = try Fixture.library("no-entry", options: [source])
    #expect(inspect(Array(try Data(contentsOf: URL(filePath: data)))) == .failure(.entryNotFunction))
  }

  @Test func randomBytesNeverTrap() throws {
    let bytes = try good()
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var changed = bytes
      for _ in 0..<8 { changed[Int.random(in: 0..<min(4096, bytes.count), using: &generator)] = .random(in: 0...255, using: &generator) }
      _ = inspect(changed)
    }
  }
}
