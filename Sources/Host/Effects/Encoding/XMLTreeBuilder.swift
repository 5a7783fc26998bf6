internal import CExpat
internal import JSON

/// Collects expat's events into JSON. Lives for one parse, on one thread.
final class XMLTreeBuilder {
  private struct Element {
    var name: String
    var attributes: [String: JSON] = [:]
    var text: [UInt8] = []
    var children: [(name: String, value: JSON)] = []
  }

  private let parser: XML_Parser
  private let deepest: Int
  private var open: [Element] = []
  private(set) var root: JSON?
  private(set) var problem: String?

  init(parser: XML_Parser, deepest: Int) {
    self.parser = parser
    self.deepest = deepest
  }

  /// The builder behind expat's user data.
  static func of(_ context: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
    context.map { Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
  }

  func refuse(_ words: String) {
    problem = problem ?? words
    XML_StopParser(parser, XML_Bool(0))
  }

  func start(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
    guard open.count < deepest else { return refuse("has more than \(deepest) levels") }
    var element = Element(name: Self.local(name))
    // Name and value alternate and end with a null pointer.
    var next = attributes
    while let pair = next, let key = pair[0], let value = pair[1] {
      element.attributes["@" + Self.local(key)] = .string(String(cString: value))
      next = pair + 2
    }
    open.append(element)
  }

  func text(_ characters: UnsafePointer<XML_Char>?, _ count: Int32) {
    guard let characters, !open.isEmpty else { return }
    let raw = UnsafeRawBufferPointer(start: characters, count: Int(count))
    open[open.count - 1].text.append(contentsOf: raw)
  }

  func end() {
    guard let element = open.popLast() else { return }
    let value = Self.value(of: element)
    if open.isEmpty { root = value } else { open[open.count - 1].children.append((element.name, value)) }
  }

  private static func value(of element: Element) -> JSON {
    let blank = element.text.allSatisfy { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    let text = JSON.string(String(decoding: element.text, as: UTF8.self))
    if element.children.isEmpty {
      if element.attributes.isEmpty { return blank ? .null : text }
      return .object(blank ? element.attributes : element.attributes.merging(["#text": text]) { $1 })
    }
    let listed = element.children.filter { $0.name == "member" || $0.name == "item" }
    if listed.count == element.children.count { return .array(listed.map(\.value)) }
    var members = element.attributes
    for (name, values) in Dictionary(grouping: element.children, by: \.name) {
      // Among other names a list's child cannot make its parent an array; then it is one itself.
      let isList = values.count > 1 || name == "member" || name == "item"
      members[name] = isList ? .array(values.map(\.value)) : values[0].value
    }
    if !blank { members["#text"] = text }
    return .object(members)
  }

  // "uri\nlocal" or "uri\nlocal\nprefix" or "local".
  private static func local(_ name: UnsafePointer<XML_Char>?) -> String {
    guard let name else { return "" }
    let parts = String(cString: name).split(separator: "\n")
    return parts.count > 1 ? String(parts[1]) : parts.first.map(String.init) ?? ""
  }
}
