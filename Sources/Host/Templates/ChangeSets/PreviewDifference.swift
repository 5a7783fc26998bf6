/// One place at which two previews differ: the outermost where only one has something, else the innermost.
struct PreviewDifference {
  enum Kind {
    case added(Preview)
    case removed(Preview)
    case modified(Preview, Preview)
  }

  /// From the values that were compared on.
  var path: [String]
  var kind: Kind

  /// The differences in the order of paths.
  static func all(_ before: Preview, _ after: Preview) -> [PreviewDifference] {
    var found: [PreviewDifference] = []
    collect(before, after, [], into: &found)
    return found
  }

  private static func collect(_ before: Preview?, _ after: Preview?, _ path: [String], into found: inout [PreviewDifference]) {
    switch (before, after) {
    case (nil, nil): break
    case (nil, let new?): found.append(PreviewDifference(path: path, kind: .added(new)))
    case (let old?, nil): found.append(PreviewDifference(path: path, kind: .removed(old)))
    case (.object(let old)?, .object(let new)?):
      for key in Set(old.keys).union(new.keys).sorted() { collect(old[key], new[key], path + [key], into: &found) }
    case (.list(let old)?, .list(let new)?):
      for index in 0..<max(old.count, new.count) {
        collect(index < old.count ? old[index] : nil, index < new.count ? new[index] : nil, path + [String(index)], into: &found)
      }
    case (let old?, let new?): if old != new { found.append(PreviewDifference(path: path, kind: .modified(old, new))) }
    }
  }
}
