internal import Contract
internal import JSON

/// Where the effects of a rehearsal go: a cassette, or a live service while one is recorded.
protocol Cloud: Sendable {
  /// Does one effect that the manifest lists.
  mutating func perform(_ effect: EffectRequest, call: Call) async throws -> Cassette.Answer

  /// Lets time go by before something is asked again.
  func wait(milliseconds: Int) async throws
}
