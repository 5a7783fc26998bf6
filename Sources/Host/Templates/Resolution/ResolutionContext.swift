public import JSON

/// What is known of the outside when a template is resolved. What is nil was not looked up yet: the functions that ask for it stay as they are.
public struct ResolutionContext: Sendable {
  /// `AWS::Region` and the like; `AWS::NotificationARNs` is a list.
  public var pseudo: [String: JSON]
  /// The values of the exports of other stacks by name, for `Fn::ImportValue`.
  public var exports: [String: JSON]?
  /// The names of the availability zones by region, for `Fn::GetAZs`.
  public var availabilityZones: [String: [String]]?

  /// A context.
  public init(pseudo: [String: JSON], exports: [String: JSON]? = nil, availabilityZones: [String: [String]]? = nil) {
    self.pseudo = pseudo
    self.exports = exports
    self.availabilityZones = availabilityZones
  }
}
