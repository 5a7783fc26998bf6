/// Why a shared object is not loaded. The words are made in `description`.
public enum ELFProblem: Error, Hashable, Sendable {
  case notELF
  case truncated(what: String)
  case wrongClass
  case wrongByteOrder
  case wrongMachine(found: UInt16)
  case notShared(type: UInt16)
  case executableStack
  case textRelocations
  case writableCode
  case noDynamicSection
  case tooManyHeaders(Int)
  case noEntry
  case entryNotDefined
  case entryNotFunction
  case entryNotGlobal
}

extension ELFProblem: CustomStringConvertible {
  /// What is wrong with the object, as the end of a sentence.
  public var description: String {
    switch self {
    case .notELF: "it is no ELF file"
    case .truncated(let what): "it is truncated: \(what) lies outside of the file"
    case .wrongClass: "it is no 64-bit object"
    case .wrongByteOrder: "it is not little-endian"
    case .wrongMachine(let found): "it is for another machine (e_machine \(found))"
    case .notShared(let type): "it is no shared object (e_type \(type))"
    case .executableStack: "it asks for an executable stack"
    case .textRelocations: "it has relocations in its code (DT_TEXTREL)"
    case .writableCode: "it has a segment that is writable and executable"
    case .noDynamicSection: "it has no dynamic section"
    case .tooManyHeaders(let count): "it has \(count) program headers"
    case .noEntry: "it exports no cld_plugin_entry"
    case .entryNotDefined: "cld_plugin_entry is not defined in it"
    case .entryNotFunction: "cld_plugin_entry is no function"
    case .entryNotGlobal: "cld_plugin_entry is not a global symbol that others can see"
    }
  }

  /// The last part of the refusal code.
  var code: RefusalCode {
    switch self {
    case .notELF: .elfNotELF
    case .truncated, .tooManyHeaders: .elfTruncated
    case .wrongClass: .elfClass
    case .wrongByteOrder: .elfByteOrder
    case .wrongMachine: .elfMachine
    case .notShared: .elfType
    case .executableStack: .elfStack
    case .textRelocations: .elfTextRelocations
    case .writableCode: .elfWritableCode
    case .noDynamicSection: .elfDynamic
    case .noEntry, .entryNotDefined, .entryNotFunction, .entryNotGlobal: .elfEntry
    }
  }
}
