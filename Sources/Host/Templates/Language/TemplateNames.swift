internal import Contract
internal import JSON

/// The names that a template defines, as far as its form allows to see them.
struct TemplateNames {
  static let sections = [
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Transform", "Resources",
    "Outputs", "Hooks",
  ]
  /// "Pseudo parameters reference" of the user guide; and the address of helper scripts, which is ours.
  static let pseudo: Set<String> = [
    "AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName",
    "AWS::URLSuffix", "Cld::HelperURL",
  ]
  static let languageExtensions = "AWS::LanguageExtensions"
  static let include = "AWS::Include"

  /// The parameters and their types.
  let parameters: [String: String]
  /// The resources and their types.
  let resources: [String: String]
  let mappings: [String: JSON]
  let conditions: Set<String>
  /// The names of the macros that the whole template goes through.
  let transforms: [String]

  /// Whether names may exist that nobody can see before a macro has run or a loop is unrolled.
  let areOpen: Bool

  init(_ template: JSON) {
    func section(_ name: String) -> [String: JSON] { template[name]?.object ?? [:] }
    func isWritten(_ name: String) -> Bool { !name.hasPrefix("Fn::") }
    parameters = section("Parameters").mapValues { $0["Type"]?.string ?? "" }
    resources = section("Resources").filter { isWritten($0.key) }.mapValues { $0["Type"]?.string ?? "" }
    mappings = section("Mappings").filter { isWritten($0.key) }
    conditions = Set(section("Conditions").keys.filter(isWritten))
    let transform = template["Transform"]
    transforms = (transform?.array ?? [transform ?? .null]).compactMap { $0.string ?? $0["Name"]?.string }
    let foreign = transforms.contains { $0 != Self.languageExtensions }
    let loops = ["Resources", "Conditions", "Mappings"].contains { section($0).keys.contains { !isWritten($0) } }
    areOpen = foreign || loops
  }

  var hasLanguageExtensions: Bool { transforms.contains(Self.languageExtensions) }
  /// Whether a macro of somebody else's may turn the template into anything.
  var hasForeignTransform: Bool { transforms.contains { $0 != Self.languageExtensions } }

  /// Whether a resource of that name may be there: it is, or a macro, a loop or a module may make it. What a module makes has the module's
  /// name before its own.
  func mayBeResource(_ name: String) -> Bool {
    areOpen || resources[name] != nil || resources.contains { name.hasPrefix($0.key) && $0.value.hasSuffix("::MODULE") }
  }

  /// ", did you mean ...": for a reference to nothing.
  func hint(_ name: String, _ known: some Sequence<String>) -> String {
    EditDistance.nearest(name, known).map { "; did you mean '\($0)'?" } ?? ""
  }
}
