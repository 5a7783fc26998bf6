/// Near misses of words, for "did you mean".
public enum EditDistance {
  /// The word that is nearest to `text`, when it is near enough to be what was meant; of equals the first sorted.
  public static func nearest(_ text: String, _ words: some Sequence<String>) -> String? {
    // Of one or two letters everything is near.
    guard text.utf8.count > 2 else { return nil }
    let limit = max(1, text.utf8.count / 3)
    var best: (word: String, distance: Int)?
    for word in words.sorted() {
      let distance = between(text, word)
      if distance <= limit, distance < best?.distance ?? .max { best = (word, distance) }
    }
    return best?.word
  }

  /// How many single characters must be put in, taken out, changed, or swapped with their neighbour (optimal string alignment);
  /// case counts for nothing.
  static func between(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased().utf8)
    let right = Array(right.lowercased().utf8)
    var before: [Int] = []
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var next = [i + 1]
      for (j, b) in right.enumerated() {
        var least = min(row[j + 1] + 1, next[j] + 1, row[j] + (a == b ? 0 : 1))
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { least = min(least, before[j - 1] + 1) }
        next.append(least)
      }
      before = row
      row = next
    }
    return row[right.count]
  }
}
