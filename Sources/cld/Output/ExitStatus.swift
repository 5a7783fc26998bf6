/// With what status `cld` ends (sysexits.h; docs: interfaces).
enum ExitStatus: Int32 {
  case done = 0
  /// The operation failed.
  case failed = 1
  case usage = 64
  /// A named input file or object does not exist.
  case missing = 66
  /// The server or a plugin is unavailable.
  case unavailable = 69
  case conflict = 73
  case permission = 77
}
