import Foundation
import Testing

@testable import Plugins

@Suite struct CatalogueTests {
  private func load(_ folders: [String], verdicts: VerdictCache? = nil) async throws -> Catalogue {
    await Catalogue.load(SearchPath(folders), setting: try Fixture.setting(), verdicts: verdicts)
  }

  @Test func aGoodPluginServes() async throws {
    let folder = try Fixture.folder()
    try Fixture.plugin("echo", in: folder)
    let cache = VerdictCache(path: folder + "/.cache/verdicts.json")
    #expect(Catalogue.declared(SearchPath([folder]), verdicts: cache).records.map(\.state) == [.declared])
    let catalogue = try await load([folder], verdicts: cache)
    #expect(catalogue.records.map(\.state) == [.active])
    #expect(catalogue.records.first?.passed == [.discover, .manifest, .policy, .files, .snapshot, .elf, .probe, .describe, .register])
    let provider = try #require(catalogue.provider(cloud: "test", alias: "thing", kind: .resource))
    #expect(try await provider.plugin.workers.step(Array("{}".utf8)) == Array("{}".utf8))
    #expect(catalogue.all.nearest(to: "Test::Fixture::Thin") == "Test::Fixture::Thing")
    #expect(catalogue.all.group(cloud: "test", kind: .resource).nearest(to: "thin") == "thing")
    // The next listing knows the verdict without opening the library.
    #expect(Catalogue.declared(SearchPath([folder]), verdicts: cache).records.map(\.state) == [.active])
    await catalogue.close()
  }

  @Test func theEarlierFolderWins() async throws {
    let (first, second) = (try Fixture.folder(), try Fixture.folder())
    try Fixture.plugin("echo", in: first)
    try Fixture.plugin("echo", in: second)
    let catalogue = try await load([first, second])
    #expect(catalogue.records.map(\.state) == [.active, .shadowed])
    await catalogue.close()
  }

  @Test(arguments: [
    ("lies", RefusalCode.describeVersion), ("exit-load", .probeExit), ("socket-load", .probeDenied), ("no-entry", .elfEntry),
  ])
  func aBadPluginIsRefusedWithItsCode(source: String, code: RefusalCode) async throws {
    let (bad, fine) = (try Fixture.folder(), try Fixture.folder())
    try Fixture.plugin(source, in: bad)
    try Fixture.plugin("echo", in: fine)
    let catalogue = try await load([bad])
    #expect(catalogue.records.first?.refusal?.code == code)
    let other = try await load([fine])
    #expect(other.records.first?.state == .active)
  }

  @Test func whatWasHashedIsWhatTheManifestSays() async throws {
    let folder = try Fixture.folder()
    try Fixture.plugin("echo", in: folder)
    let path = folder + "/fixture/libfixture.so"
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(filePath: path))
    #expect(try await load([folder]).records.first?.refusal?.code == .hashMismatch)
    bytes.append(0)
    try bytes.write(to: URL(filePath: path))
    #expect(try await load([folder]).records.first?.refusal?.code == .hashSize)
  }

  @Test func aFileThatOthersMayWriteIsRefused() async throws {
    let folder = try Fixture.folder()
    try Fixture.plugin("echo", in: folder)
    chmod(folder + "/fixture/libfixture.so", 0o666)
    #expect(try await load([folder]).records.first?.refusal?.code == .filePermissions)
  }
}
