internal import Contract
internal import JSON
internal import Store

/// What a list of the things with a resource's ownership tags says: a pure decision.
enum LateArrivals: Equatable {
  /// Nothing but what is recorded.
  case none
  /// These ids are ours and recorded nowhere: creates whose answers were lost have made them.
  case found([String])
  /// There are more than a sweep may delete: a person looks first.
  case tooMany([String])

  /// The most that one sweep deletes. A create is repeated a few times at most, so more means that something is not as this host believes.
  static let most = 8

  /// - Parameters:
  ///   - items: what the driver listed, {id, tags}.
  ///   - tags: the ownership tags of the resource; an item without one of them is not ours.
  ///   - recorded: the ids that the state has.
  init(items: [JSON], tags: [String: String], recorded: Set<String>) {
    let ids = items.compactMap { item -> String? in
      guard let id = item["id"]?.string, !recorded.contains(id) else { return nil }
      return tags.allSatisfy { item["tags"]?[$0.key]?.string == $0.value } ? id : nil
    }
    self = ids.isEmpty ? .none : ids.count > Self.most ? .tooMany(ids.sorted()) : .found(ids.sorted())
  }
}
