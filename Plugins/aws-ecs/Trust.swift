internal import JSON

/// Policy documents for roles.
enum Trust {
  /// Lets a service of AWS take the role.
  static func document(_ service: String) -> JSON {
    statement(["Effect": "Allow", "Principal": ["Service": .string(service)], "Action": "sts:AssumeRole"])
  }

  /// Lets tasks read these secrets and no others.
  static func reading(_ secrets: [JSON]) -> JSON {
    statement(["Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": .array(secrets)])
  }

  private static func statement(_ statement: JSON) -> JSON { ["Version": "2012-10-17", "Statement": [statement]] }
}
