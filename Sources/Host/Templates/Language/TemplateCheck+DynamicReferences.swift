internal import Contract
internal import JSON

extension TemplateCheck {
  /// The dynamic references in a text. Those that functions put together are checked when the template is resolved.
  mutating func checkDynamicReferences(_ text: String, _ place: JSONPointer) {
    guard let start = text.firstRange(of: "{{resolve:"), !text.contains("${"), text[start.upperBound...].contains("}}") else { return }
    do throws(DynamicReferenceError) {
      for case .reference(let reference) in try DynamicReference.parts(of: text) {
        dynamicReferences += 1
        if case .secureParameter = reference { checkSecure(reference, place) }
      }
    } catch {
      self.error(place, error.description)
    }
  }

  /// Secure texts go only where the service passes them on unseen ("Resources that support dynamic parameter patterns for secure strings").
  private mutating func checkSecure(_ reference: DynamicReference, _ place: JSONPointer) {
    let tokens = place.tokens.filter { !$0.utf8.allSatisfy { (48...57).contains($0) } && !$0.hasPrefix("Fn::") }
    guard tokens.first == "Resources", tokens.count > 3, tokens[2] == "Properties" else {
      return warning(place, "\(reference) can only stand in a property of a resource")
    }
    // What other clouds and other people's types do is theirs.
    guard let type = names.resources[tokens[1]], type.hasPrefix("AWS::"), !names.hasForeignTransform else { return }
    let property = tokens[3...].joined(separator: ".")
    guard Self.secure[type]?.contains(property) != true else { return }
    let allowed = Self.secure[type].map { ": of \(type) only \($0.sorted().joined(separator: ", "))" } ?? ": \(type) has no property for it"
    warning(place, "'\(property)' takes no secure text from Parameter Store\(allowed); a secretsmanager reference can stand in any property")
  }

  private static let secure: [String: Set<String>] = [
    "AWS::DirectoryService::MicrosoftAD": ["Password"], "AWS::DirectoryService::SimpleAD": ["Password"],
    "AWS::ElastiCache::ReplicationGroup": ["AuthToken"], "AWS::IAM::User": ["LoginProfile.Password"],
    "AWS::KinesisFirehose::DeliveryStream": ["RedshiftDestinationConfiguration.Password"], "AWS::OpsWorks::App": ["AppSource.Password"],
    "AWS::OpsWorks::Stack": ["CustomCookbooksSource.Password", "RdsDbInstances.DbPassword"], "AWS::RDS::DBCluster": ["MasterUserPassword"],
    "AWS::RDS::DBInstance": ["MasterUserPassword"], "AWS::Redshift::Cluster": ["MasterUserPassword"],
  ]
}
