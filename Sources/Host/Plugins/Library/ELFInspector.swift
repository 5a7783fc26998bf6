/// Reads what matters of an ELF shared object without running any of it (elf(5)). Every read is checked against the
/// bounds: a plain dlopen of a truncated file dies of SIGBUS.
public struct ELFInspector {
  /// The libraries that it needs (DT_NEEDED), in order.
  public private(set) var needed: [String] = []

  private let bytes: UnsafeRawBufferPointer
  private var loads: [Segment] = []

  private struct Segment {
    var address: UInt64
    var offset: UInt64
    var fileSize: UInt64
  }

  /// Inspects bytes that are readable during the call.
  /// - Returns: the libraries that it needs.
  public static func inspect(
    _ bytes: UnsafeRawBufferPointer, machine: UInt16 = hostMachine, entry: String = "cld_plugin_entry"
  ) -> Result<[String], ELFProblem> {
    do throws(ELFProblem) {
      var inspector = ELFInspector(bytes)
      try inspector.inspect(machine: machine, entry: entry)
      return .success(inspector.needed)
    } catch {
      return .failure(error)
    }
  }

  /// e_machine of this process.
  public static let hostMachine: UInt16 = {
    #if arch(arm64)
      183
    #else
      62
    #endif
  }()

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private func read<Value: FixedWidthInteger & BitwiseCopyable>(
    _ offset: UInt64, _ type: Value.Type, _ what: String
  ) throws(ELFProblem) -> Value {
    let size = UInt64(MemoryLayout<Value>.size)
    let (end, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, end <= UInt64(bytes.count) else { throw .truncated(what: what) }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: Int(offset), as: Value.self))
  }

  private func check(_ offset: UInt64, _ size: UInt64, _ what: String) throws(ELFProblem) {
    let (end, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, end <= UInt64(bytes.count) else { throw .truncated(what: what) }
  }

  private mutating func inspect(machine: UInt16, entry: String) throws(ELFProblem) {
    guard bytes.count >= 4, bytes[0] == 0x7f, bytes[1] == 0x45, bytes[2] == 0x4c, bytes[3] == 0x46 else { throw .notELF }
    try check(0, 64, "the file header")
    guard bytes[4] == 2 else { throw .wrongClass }
    guard bytes[5] == 1 else { throw .wrongByteOrder }
    let type = try read(16, UInt16.self, "the file header")
    guard type == 3 else { throw .notShared(type: type) }
    let found = try read(18, UInt16.self, "the file header")
    guard found == machine else { throw .wrongMachine(found: found) }
    let dynamic = try readSegments()
    try readDynamic(dynamic, entry: entry)
  }

  private mutating func readSegments() throws(ELFProblem) -> Segment {
    let table = try read(32, UInt64.self, "the file header")
    let entrySize = UInt64(try read(54, UInt16.self, "the file header"))
    let count = Int(try read(56, UInt16.self, "the file header"))
    guard count > 0, count <= 128, entrySize >= 56 else { throw .tooManyHeaders(count) }
    try check(table, entrySize * UInt64(count), "the program header table")
    var dynamic: Segment?
    for index in 0..<UInt64(count) {
      let header = table + index * entrySize
      let kind = try read(header, UInt32.self, "a program header")
      let flags = try read(header + 4, UInt32.self, "a program header")
      let segment = Segment(
        address: try read(header + 16, UInt64.self, "a program header"),
        offset: try read(header + 8, UInt64.self, "a program header"),
        fileSize: try read(header + 32, UInt64.self, "a program header"))
      switch kind {
      case 1:  // PT_LOAD
        try check(segment.offset, segment.fileSize, "a loaded segment")
        if flags & 3 == 3 { throw .writableCode }
        loads.append(segment)
      case 2:  // PT_DYNAMIC
        try check(segment.offset, segment.fileSize, "the dynamic section")
        dynamic = segment
      case 0x6474_e551:  // PT_GNU_STACK
        if flags & 1 != 0 { throw .executableStack }
      default: break
      }
    }
    guard let dynamic else { throw .noDynamicSection }
    return dynamic
  }

  /// The place in the file of an address in memory.
  private func offset(_ address: UInt64, _ what: String) throws(ELFProblem) -> UInt64 {
    for segment in loads where address >= segment.address && address - segment.address < segment.fileSize {
      return segment.offset + (address - segment.address)
    }
    throw .truncated(what: what)
  }

  private mutating func readDynamic(_ dynamic: Segment, entry: String) throws(ELFProblem) {
    var values: [UInt64: UInt64] = [:]
    var neededOffsets: [UInt64] = []
    var position = dynamic.offset
    let end = dynamic.offset + dynamic.fileSize
    while position + 16 <= end {
      let tag = try read(position, UInt64.self, "the dynamic section")
      let value = try read(position + 8, UInt64.self, "the dynamic section")
      position += 16
      if tag == 0 { break }
      if tag == 1 { neededOffsets.append(value) } else { values[tag] = value }
    }
    if values[22] != nil || (values[30] ?? 0) & 4 != 0 { throw .textRelocations }  // DT_TEXTREL, DF_TEXTREL
    guard let stringsAddress = values[5], let symbolsAddress = values[6] else { throw .noDynamicSection }
    let strings = try offset(stringsAddress, "the dynamic string table")
    let stringsSize = values[10] ?? 0
    try check(strings, stringsSize, "the dynamic string table")
    for name in neededOffsets { needed.append(try text(strings, stringsSize, name)) }
    let symbols = try offset(symbolsAddress, "the dynamic symbol table")
    let count = try symbolCount(values, symbols: symbols, strings: strings)
    try checkEntry(Array(entry.utf8), symbols: symbols, count: count, strings: strings, stringsSize: stringsSize)
  }

  private func text(_ strings: UInt64, _ size: UInt64, _ at: UInt64) throws(ELFProblem) -> String {
    guard at < size else { throw .truncated(what: "a name") }
    let rest = bytes[Int(strings + at)..<Int(strings + size)]
    return String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The count of dynamic symbols stands in the hash tables alone: DT_HASH has it, DT_GNU_HASH's chains end with it.
  private func symbolCount(_ values: [UInt64: UInt64], symbols: UInt64, strings: UInt64) throws(ELFProblem) -> UInt64 {
    let what = "the symbol hash table"
    if let address = values[4] {
      return UInt64(try read(try offset(address, what) + 4, UInt32.self, what))
    }
    guard let address = values[0x6fff_fef5] else { throw .noDynamicSection }
    let table = try offset(address, what)
    let buckets = UInt64(try read(table, UInt32.self, what))
    let first = UInt64(try read(table + 4, UInt32.self, what))
    let bloom = UInt64(try read(table + 8, UInt32.self, what))
    let bucketTable = table + 16 + bloom * 8
    try check(bucketTable, buckets * 4, what)
    var last: UInt64 = 0
    for bucket in 0..<buckets {
      last = max(last, UInt64(try read(bucketTable + bucket * 4, UInt32.self, what)))
    }
    guard last >= first else { return first }
    let chains = bucketTable + buckets * 4
    while try read(chains + (last - first) * 4, UInt32.self, what) & 1 == 0 { last += 1 }
    return last + 1
  }

  private func checkEntry(
    _ name: [UInt8], symbols: UInt64, count: UInt64, strings: UInt64, stringsSize: UInt64
  ) throws(ELFProblem) {
    guard count <= UInt64(bytes.count) / 24 else { throw .truncated(what: "the dynamic symbol table") }
    try check(symbols, count * 24, "the dynamic symbol table")
    for index in 0..<count {
      let symbol = symbols + index * 24
      let at = UInt64(try read(symbol, UInt32.self, "a symbol"))
      guard at + UInt64(name.count) < stringsSize else { continue }
      let start = Int(strings + at)
      guard bytes[start..<(start + name.count)].elementsEqual(name), bytes[start + name.count] == 0 else { continue }
      let info = try read(symbol + 4, UInt8.self, "a symbol")
      let other = try read(symbol + 5, UInt8.self, "a symbol")
      let section = try read(symbol + 6, UInt16.self, "a symbol")
      let value = try read(symbol + 8, UInt64.self, "a symbol")
      guard section != 0, value != 0 else { throw .entryNotDefined }
      guard info & 15 == 2 else { throw .entryNotFunction }
      // Default or protected visibility: Swift exports its symbols as protected.
      guard info >> 4 == 1, other & 3 == 0 || other & 3 == 3 else { throw .entryNotGlobal }
      _ = try offset(value, "cld_plugin_entry")
      return
    }
    throw .noEntry
  }
}
