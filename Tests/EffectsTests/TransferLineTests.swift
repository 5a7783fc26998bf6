import Testing

@testable import Effects

@Suite("Line of transfers") struct TransferLineTests {
  private func job(_ id: UInt64, _ host: String = "one.test") throws -> TransferLoop.Job {
    let url = try #require(HTTPURL("http://\(host)/"))
    return TransferLoop.Job(id: id, request: HTTPRequest(method: "GET", url: url), longestAnswer: 1) { _ in }
  }

  @Test func `So many start to one host and the rest in their order`() throws {
    var line = TransferLine(most: 2)
    let jobs = try (1...5).map { try job($0) }
    #expect(jobs.map { line.enter($0)?.id } == [1, 2, nil, nil, nil])
    // Another host has its own line.
    #expect(line.enter(try job(9, "two.test"))?.id == 9)
    #expect(line.leave(jobs[1])?.id == 3)
    #expect(line.leave(jobs[0])?.id == 4)
    #expect(line.leave(jobs[2])?.id == 5)
    #expect(line.leave(jobs[3])?.id == nil)
    #expect(line.leave(jobs[4])?.id == nil)
    #expect(line.enter(jobs[0])?.id == 1)
  }

  @Test func `Those that were cancelled are passed over`() throws {
    var line = TransferLine(most: 1)
    let jobs = try (1...3).map { try job($0) }
    #expect(jobs.map { line.enter($0)?.id } == [1, nil, nil])
    #expect(line.remove(2)?.id == 2)
    #expect(line.remove(2) == nil)
    #expect(line.leave(jobs[0])?.id == 3)
    #expect(line.removeAll().isEmpty)
  }

  @Test func `Thousands keep their order`() throws {
    var line = TransferLine(most: 1)
    let jobs = try (1...5000).map { try job($0) }
    for job in jobs { _ = line.enter(job) }
    var started: [UInt64] = [1]
    var last = jobs[0]
    while let next = line.leave(last) {
      started.append(next.id)
      last = next
    }
    #expect(started == Array(1...5000))
  }
}
