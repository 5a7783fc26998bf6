internal import CJansson

/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Hashable, Sendable {
  /// What is wrong, in the parser's words.
  public let message: String
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, at the end of the token that is wrong.
  public let column: Int
}

extension JSON {
  /// Parses one JSON value and nothing after it.
  ///
  /// Strict (RFC 8259): valid UTF-8, no duplicate keys, numbers in range, at most 2,048 levels
  /// (jansson's `JSON_PARSER_MAX_DEPTH`). U+0000 in strings is accepted, in keys it is not.
  /// - Throws: `JSONSyntaxError` with the place.
  public static func parse(_ bytes: some Sequence<UInt8>) throws(JSONSyntaxError) -> JSON {
    let buffer = ContiguousArray(bytes)
    var error = json_error_t()
    let flags = size_t(JSON_REJECT_DUPLICATES) | size_t(JSON_DECODE_ANY) | size_t(JSON_ALLOW_NUL)
    let root = buffer.withUnsafeBytes { raw in
      // jansson refuses a null pointer even for an empty text.
      raw.withMemoryRebound(to: CChar.self) { chars in
        chars.baseAddress.map { json_loadb($0, chars.count, flags, &error) } ?? json_loadb("", 0, flags, &error)
      }
    }
    guard let root else {
      let message = withUnsafeBytes(of: error.text) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw JSONSyntaxError(message: message, line: max(1, Int(error.line)), column: max(1, Int(error.column)))
    }
    defer { json_decref(root) }
    return JSON(root)
  }

  /// Parses text; see `parse(_:)` for bytes.
  public static func parse(_ text: String) throws(JSONSyntaxError) -> JSON { try parse(text.utf8) }

  private init(_ value: UnsafeMutablePointer<json_t>) {
    switch value.pointee.type {
    case JSON_OBJECT:
      var members: [String: JSON] = [:]
      members.reserveCapacity(json_object_size(value))
      var iterator = json_object_iter(value)
      while let current = iterator {
        if let key = json_object_iter_key(current), let member = json_object_iter_value(current) {
          members[String(cString: key)] = JSON(member)
        }
        iterator = json_object_iter_next(value, current)
      }
      self = .object(members)
    case JSON_ARRAY:
      let count = json_array_size(value)
      var elements: [JSON] = []
      elements.reserveCapacity(count)
      for index in 0..<count {
        if let element = json_array_get(value, index) { elements.append(JSON(element)) }
      }
      self = .array(elements)
    case JSON_STRING:
      let bytes = UnsafeRawBufferPointer(start: json_string_value(value), count: json_string_length(value))
      self = .string(String(decoding: bytes, as: UTF8.self))
    case JSON_INTEGER: self = .int(Int64(json_integer_value(value)))
    case JSON_REAL: self = .double(json_real_value(value))
    case JSON_TRUE: self = .bool(true)
    case JSON_FALSE: self = .bool(false)
    default: self = .null
    }
  }
}
