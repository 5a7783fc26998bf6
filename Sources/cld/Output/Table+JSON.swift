internal import JSON

extension Table {
  /// A table of an array of objects: a heading and a member for each column, `-` where there is none.
  init(_ json: JSON, _ columns: [(heading: String, member: String)]) {
    self.init(columns.map(\.heading))
    for object in json.array ?? [] { add(columns.map { object[$0.member]?.scalarText ?? "-" }) }
  }
}
