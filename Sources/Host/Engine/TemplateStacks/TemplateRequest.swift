/// What a client asks for a stack from a template.
public struct TemplateRequest: Sendable {
  /// The stack's name.
  public var name: String
  /// The template's file as the client named it, for messages; nil with `text` for the template that the stack has.
  public var file: String?
  /// The folder that relative paths in the template start from; nil when it is not known.
  public var folder: String?
  /// The template's text.
  public var text: String?
  /// The values of parameters.
  public var parameters: [String: String]
  /// The parameters that keep the value that they have.
  public var keptParameters: Set<String>
  /// What the request acknowledges, as CloudFormation's `Capabilities`: recorded and shown, and never asked for.
  public var capabilities: [String]
  /// What becomes of the things when the operation fails: rollback, delete or keep.
  public var onFailure: String
  /// Where credentials and region come from.
  public var client: ClientVariables
  /// A key of the client's; a second request with it gives the first one's operation.
  public var idempotencyKey: String?

  /// A request.
  public init(
    name: String, file: String?, folder: String? = nil, text: String?, parameters: [String: String] = [:], keptParameters: Set<String> = [],
    capabilities: [String] = [], onFailure: String = "rollback", client: ClientVariables, idempotencyKey: String? = nil
  ) {
    self.name = name
    self.file = file
    self.folder = folder
    self.text = text
    self.parameters = parameters
    self.keptParameters = keptParameters
    self.capabilities = capabilities
    self.onFailure = onFailure
    self.client = client
    self.idempotencyKey = idempotencyKey
  }
}
