internal import Contract
internal import JSON

/// The IAM policy that lets a plugin do what its manifest lists and no more.
enum IAMPolicy {
  /// A policy document with one statement; the actions are sorted, so that two versions can be compared.
  static func least(for manifest: Manifest) -> JSON {
    let actions = Set(manifest.endpoints.values.flatMap { $0.calls.values.flatMap(\.iam) })
    return [
      "Version": "2012-10-17",
      "Statement": [
        [
          "Sid": .string(sid(manifest.name)), "Effect": "Allow",
          "Action": .array(actions.sorted().map { .string($0) }), "Resource": "*",
        ]
      ],
    ]
  }

  /// A statement's id may hold letters and digits only.
  private static func sid(_ name: String) -> String {
    "Cld" + name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
