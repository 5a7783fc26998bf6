/// Makes one of states that answer alike, so that a cassette is small: a create that finds its thing leads back to where it is.
struct StateMerge {
  private var states: [String: [Cassette.Exchange]]
  private var order: [String]

  init(states: [String: [Cassette.Exchange]], order: [String]) {
    self.states = states
    self.order = order
  }

  func merged() -> [String: [Cassette.Exchange]] {
    var merge = self
    var index = 1
    while index < merge.order.count {
      let later = merge.order[index]
      let match = merge.order[..<index].first { earlier in
        var pairs: [String: String] = [:]
        return merge.areAlike(earlier, later, &pairs) && merge.share(earlier, later)
      }
      if let match { merge.join(later, into: match) } else { index += 1 }
    }
    return merge.reachable()
  }

  /// The states to which something leads.
  private func reachable() -> [String: [Cassette.Exchange]] {
    var found = [Cassette.start: states[Cassette.start] ?? []]
    var open = [Cassette.start]
    while let state = open.popLast() {
      for next in (states[state] ?? []).compactMap(\.next) where found[next] == nil {
        found[next] = states[next] ?? []
        open.append(next)
      }
    }
    return found
  }

  /// Whether both have an exchange in common: states of which nothing is known are not the same for that.
  private func share(_ one: String, _ other: String) -> Bool {
    (states[one] ?? []).contains { exchange in (states[other] ?? []).contains { $0.isSameRequest(as: exchange) } }
  }

  /// Whether no request tells one from the other, here or in what follows. `pairs` are those that are taken for alike.
  private func areAlike(_ one: String, _ other: String, _ pairs: inout [String: String]) -> Bool {
    if one == other || pairs[other] == one { return true }
    guard pairs[other] == nil else { return false }
    pairs[other] = one
    for exchange in states[one] ?? [] {
      guard let same = (states[other] ?? []).first(where: { $0.isSameRequest(as: exchange) }) else { continue }
      guard same.answers == exchange.answers, areAlike(exchange.next ?? one, same.next ?? other, &pairs) else { return false }
    }
    return true
  }

  private mutating func join(_ later: String, into earlier: String) {
    var joined: [(String, String)] = [(later, earlier)]
    while let (gone, kept) = joined.popLast() {
      guard gone != kept, let exchanges = states.removeValue(forKey: gone) else { continue }
      order.removeAll { $0 == gone }
      for exchange in exchanges {
        if let same = (states[kept] ?? []).first(where: { $0.isSameRequest(as: exchange) }) {
          let (a, b) = (exchange.next ?? gone, same.next ?? kept)
          if a != b, a != gone || b != kept { joined.append((a, b)) }
        } else {
          states[kept]?.append(exchange)
        }
      }
      for state in states.keys {
        states[state] = states[state]?.map { exchange in
          var exchange = exchange
          if exchange.next == gone { exchange.next = kept }
          return exchange
        }
      }
      joined = joined.map { ($0 == gone ? kept : $0, $1 == gone ? kept : $1) }
    }
  }
}

extension Cassette.Exchange {
  fileprivate func isSameRequest(as other: Cassette.Exchange) -> Bool {
    endpoint == other.endpoint && call == other.call && request == other.request
  }
}
