public import JSON

/// Puts the files into a template that its macros `AWS::Include` name ("AWS::Include transform"). Done before anything is checked, so that
/// what the files bring is checked with the rest; messages about it name the file that it stands in.
///
/// Locations in included files start where those of the template do. The members that a file gives stand beside
/// `Fn::Transform`, in the place of those that have their names, or at the top of the template for the section `Transform`. Where the macro is
/// the whole of a value, the file may give any value.
public struct IncludeExpansion {
  /// An include that was left as it stands.
  public struct Failure: Hashable, Sendable {
    /// What `Location` says; nil when it is no text.
    public let location: String?
    /// Why, at the place of the include, or in the file.
    public let error: SourceError
  }

  /// The most text that all included files may have together, in bytes: as much as a whole template.
  static let mostBytes = 1_048_576
  /// Includes in one template, those in included files too.
  static let mostFiles = 200

  /// The template with the files put in.
  public private(set) var document: SourceDocument
  /// What could not be put in.
  public private(set) var failures: [Failure] = []

  private let read: (String) throws -> String
  private var bytes = 0
  private var files = 0

  /// Puts in what the macros of a template name.
  /// - Parameter read: gives the text of the file at a location. It throws an `IncludeError` that says why there is none.
  public init(_ document: SourceDocument, read: @escaping (String) throws -> String) {
    self.document = document
    self.read = read
    guard document.value.namesMacro else { return }
    var part = Part(value: document.value, places: document.places)
    let scope = Scope(file: document.file, locations: [])
    expandTransform(&part, scope)
    expand(&part, scope)
    self.document = SourceDocument(file: document.file, value: part.value, places: part.places)
  }

  /// A value and its places.
  private struct Part {
    var value: JSON
    var places: PlaceTree
  }

  /// The file that a part stands in, and the files that led there.
  private struct Scope {
    let file: String
    let locations: [String]
  }

  /// The section `Transform`.
  private mutating func expandTransform(_ top: inout Part, _ scope: Scope) {
    guard let transform = top.value["Transform"], case .members(var places) = top.places.parts, let place = places["Transform"] else { return }
    var kept: [JSON] = []
    for (index, macro) in (transform.array ?? [transform]).enumerated() {
      let place = transform.array == nil ? place : place.element(index)
      // The name alone says nothing of a file: some write it so beside Fn::Transform.
      if macro == .string(TemplateNames.include) { continue }
      guard macro["Name"]?.string == TemplateNames.include, let snippet = snippet(macro, place, scope),
        merge(snippet, into: &top.value, &places, at: place, scope, besides: "Transform")
      else {
        kept.append(macro)
        continue
      }
    }
    top.value["Transform"] = kept.isEmpty ? JSON?.none : kept.count == 1 ? kept[0] : .array(kept)
    top.places.parts = .members(places)
  }

  private mutating func expand(_ part: inout Part, _ scope: Scope) {
    switch (part.value, part.places.parts) {
    case (.array(var elements), .elements(var places)):
      for index in elements.indices where elements[index].mayInclude {
        var inner = Part(value: elements[index], places: places[index])
        expand(&inner, scope)
        (elements[index], places[index]) = (inner.value, inner.places)
      }
      part.value = .array(elements)
      part.places.parts = .elements(places)
    case (.object(var members), .members(var places)):
      for (key, member) in members.sorted(by: { $0.key < $1.key }) where member.mayInclude && key != "Fn::Transform" {
        guard let place = places[key] else { continue }
        var inner = Part(value: member, places: place)
        expand(&inner, scope)
        (members[key], places[key]) = (inner.value, inner.places)
      }
      part.value = .object(members)
      part.places.parts = .members(places)
      if let macros = members["Fn::Transform"], let place = places["Fn::Transform"] { expandFunction(macros, place, in: &part, scope) }
    default: break
    }
  }

  /// `Fn::Transform`, which may name several macros.
  private mutating func expandFunction(_ macros: JSON, _ place: PlaceTree, in part: inout Part, _ scope: Scope) {
    guard case .members(var places) = part.places.parts else { return }
    var kept: [JSON] = []
    for (index, macro) in (macros.array ?? [macros]).enumerated() {
      let place = macros.array == nil ? place : place.element(index)
      guard macro["Name"]?.string == TemplateNames.include, let snippet = snippet(macro, place, scope) else {
        kept.append(macro)
        continue
      }
      if snippet.value.object == nil, macros.array == nil, part.value.object?.count == 1 {
        part = snippet
        return
      }
      if !merge(snippet, into: &part.value, &places, at: place, scope, besides: "Fn::Transform") { kept.append(macro) }
    }
    part.value["Fn::Transform"] = kept.isEmpty ? JSON?.none : macros.array == nil ? kept[0] : .array(kept)
    part.places.parts = .members(places)
  }

  /// Puts the members of a file beside those that are there.
  private mutating func merge(
    _ snippet: Part, into value: inout JSON, _ places: inout [String: PlaceTree], at place: PlaceTree, _ scope: Scope, besides macro: String
  ) -> Bool {
    guard let members = snippet.value.object, case .members(let inner) = snippet.places.parts else {
      fail(snippet.places.file, place, scope, "gives \(snippet.value.kind), and a mapping is needed beside other keys")
      return false
    }
    for (key, member) in members.sorted(by: { $0.key < $1.key }) {
      // Sections that both have are put together, member by member.
      if macro == "Transform", var both = value[key]?.object, let more = member.object, case .members(var outer)? = places[key]?.parts,
        case .members(let additions)? = inner[key]?.parts
      {
        for (name, addition) in more.sorted(by: { $0.key < $1.key }) {
          guard both.updateValue(addition, forKey: name) == nil else { return twice("\(key).\(name)", snippet, place, scope) }
          outer[name] = additions[name].map { $0.of(file: snippet.places.file) }
        }
        value[key] = .object(both)
        places[key]?.parts = .members(outer)
        continue
      }
      // What an embedded macro gives takes the place of what stands beside it, as the service's recordings show.
      guard macro == "Fn::Transform" || value[key] == nil else { return twice(key, snippet, place, scope) }
      value[key] = member
      places[key] = inner[key].map { $0.of(file: snippet.places.file) }
    }
    return true
  }

  private mutating func twice(_ name: String, _ snippet: Part, _ place: PlaceTree, _ scope: Scope) -> Bool {
    fail(snippet.places.file, place, scope, "gives '\(name)', which is there already")
    return false
  }

  /// What the file of an include gives, with its own includes put in; nil after a failure.
  private mutating func snippet(_ macro: JSON, _ place: PlaceTree, _ scope: Scope) -> Part? {
    guard let location = macro["Parameters"]?["Location"]?.string, !location.isEmpty else {
      fail(nil, place, scope, "\(TemplateNames.include) needs `Parameters: {Location: path}`, and the path must be a plain text")
      return nil
    }
    guard !scope.locations.contains(location) else {
      fail(location, place, scope, "includes itself: " + (scope.locations + [location]).joined(separator: " → "))
      return nil
    }
    files += 1
    guard files <= Self.mostFiles else {
      if files == Self.mostFiles + 1 { fail(location, place, scope, "is the \(files)th include, and a template may have \(Self.mostFiles)") }
      return nil
    }
    let text: String
    do { text = try read(location) } catch {
      fail(location, place, scope, (error as? IncludeError)?.description ?? "cannot be read: \(error)")
      return nil
    }
    bytes += text.utf8.count
    guard bytes <= Self.mostBytes else {
      fail(location, place, scope, "makes the included files longer than \(Self.mostBytes) bytes together")
      return nil
    }
    do throws(SourceError) {
      let included = try SourceDocument(text: text, file: location, dialect: .template)
      var part = Part(value: included.value, places: included.places)
      part.places.file = location
      expand(&part, Scope(file: location, locations: scope.locations + [location]))
      return part
    } catch {
      failures.append(Failure(location: location, error: error))
      return nil
    }
  }

  private mutating func fail(_ location: String?, _ place: PlaceTree, _ scope: Scope, _ reason: String) {
    let problem = location.map { "the included '\($0)' \(reason)" } ?? reason
    failures.append(
      Failure(location: location, error: SourceError(file: place.file ?? scope.file, line: Int(place.line), column: Int(place.column), problem: problem)))
  }
}

extension PlaceTree {
  /// The place of an element, or of the list when there is none.
  fileprivate func element(_ index: Int) -> PlaceTree {
    if case .elements(let elements) = parts, elements.indices.contains(index) { elements[index] } else { self }
  }

  /// The same places in that file.
  fileprivate func of(file: String?) -> PlaceTree {
    var out = self
    out.file = out.file ?? file
    return out
  }
}

extension JSON {
  /// Whether there is a macro anywhere in it.
  fileprivate var namesMacro: Bool {
    switch self {
    case .array(let elements): elements.contains(where: \.namesMacro)
    case .object(let members): members["Transform"] != nil || members["Fn::Transform"] != nil || members.values.contains(where: \.namesMacro)
    default: false
    }
  }

  /// Whether there can be a macro in it.
  fileprivate var mayInclude: Bool { object != nil || array != nil }
}
