import Contract
import Effects
import JSON
import Synchronization

/// An endpoint of every format, and what performing on it needs.
enum Fixtures {
  static let keys = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "not-a-real-secret-key", source: "profile \"test\" (config:1)")

  static let query = Endpoint(
    url: "https://rds.{region}.{partitionSuffix}", authentication: .awsSigV4(service: "rds", region: nil),
    wireFormat: .awsQuery(version: "2014-10-31"), overrides: ["AWS_ENDPOINT_URL_RDS", "AWS_ENDPOINT_URL"],
    calls: [
      "Describe": Call(mutates: false, repeating: .safe),
      "Create": Call(mutates: true, repeating: .check, secrets: [JSONPointer(["Result", "Password"])]),
      "CreateSafe": Call(mutates: true, repeating: .safe),
    ])

  static let rest = Endpoint(
    url: "https://api.example.com", authentication: .none, wireFormat: .rest, overrides: ["EXAMPLE_URL"],
    calls: ["Get": Call(mutates: false, rest: .init(method: "GET", path: "/v1/things/{id}/parts/{part}"))])

  static func context(_ variables: [String: String] = [:], credentials: (any CredentialProviding)? = nil) -> CloudContext {
    CloudContext(
      environment: ClientEnvironment(variables: variables), region: "eu-west-1", account: "123456789012",
      credentials: credentials ?? StaticCredentials(keys))
  }

  static let evaluator = ExpressionEvaluator(secret: { "value-of-\($0)" }, token: { "token-\($0)" })
}

/// Counts calls.
final class Counter: Sendable {
  private let count = Mutex<[String]>([])
  var notes: [String] { count.withLock { $0 } }
  func note(_ text: String) { count.withLock { $0.append(text) } }
}

/// Credentials that tests may replace by fresh ones.
final class RenewableCredentials: CredentialProviding {
  private let generation = Mutex(0)
  var current: Int { generation.withLock { $0 } }

  func credentials() async throws(CredentialError) -> AWSCredentials {
    AWSCredentials(accessKeyID: "KEY\(current)", secretAccessKey: "not-a-real-secret", source: "test")
  }
  func invalidate(_ credentials: AWSCredentials) async { generation.withLock { $0 += 1 } }
}
