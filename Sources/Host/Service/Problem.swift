internal import Engine
internal import JSON
internal import Store
internal import Templates

/// An error as `application/problem+json` (RFC 9457). `exit` is the status with which the client ends (interfaces.md).
struct Problem {
  let type: String
  let status: Int
  let title: String
  let detail: String
  let exit: Int

  /// The words and codes of an error, made in this one place.
  init(_ error: any Error) {
    switch error {
    case let error as RequestError:
      switch error {
      case .usage(let detail): self.init(400, "The request is wrong", detail, 64)
      case .snapshotDecision(let detail): self.init(400, "A decision is needed", detail, 64, type: "urn:cld:snapshot-decision")
      case .notFound(let detail): self.init(404, "There is no such object", detail, 66)
      case .unavailable(let detail): self.init(503, "Something needed is not available", detail, 69)
      case .conflict(let detail): self.init(409, "Something is in the way", detail, 73)
      case .permission(let detail): self.init(403, "Permission is missing", detail, 77)
      }
    case let error as TemplateProblems: self.init(400, "The template is wrong", error.description, 64)
    case let error as SourceError: self.init(400, "The file is wrong", error.description, 64)
    case let error as TemplateError: self.init(400, "The template is wrong", error.description, 64)
    case let error as DriverFault: self.init(503, "A plugin failed", error.description, 69)
    case let error as SQLiteError where error.isUniqueViolation: self.init(409, "Something is in the way", "that name is taken: choose another", 73)
    case let error as SQLiteError where error.isFull:
      self.init(507, "There is no room for the state", "\(error.sentence); nothing was begun, and what runs goes on by itself once there is room", 69)
    case let error as SQLiteError where error.isPassing: self.init(503, "The state cannot be used at the moment", "\(error.sentence); nothing was begun", 69)
    case let error as SQLiteError where error.isDamage: self.init(500, "The state is damaged", error.sentence, 69)
    case let error as StoreError: self.init(500, "The state cannot be used", error.description, 69)
    case let error as CorruptRecordError:
      self.init(500, "The state is damaged", "a row of the state is not what any cld writes: \(error); put a backup of the folder data back, or mend the row with sqlite3 while no host runs", 69)
    default: self.init(500, "The host has a fault", "\(error)", 69)
    }
  }

  private init(_ status: Int, _ title: String, _ detail: String, _ exit: Int, type: String = "about:blank") {
    self.type = type
    self.status = status
    self.title = title
    self.detail = detail
    self.exit = exit
  }

  var response: ServiceResponse {
    ServiceResponse(
      status: status, headers: ["content-type": "application/problem+json"],
      body: [
        "type": .string(type), "title": .string(title), "status": .int(Int64(status)), "detail": .string(detail),
        "exit": .int(Int64(exit)),
      ])
  }
}
