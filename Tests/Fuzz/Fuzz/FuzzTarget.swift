import Contract
import JSON
import Plugins
import Templates

/// What reads bytes that somebody else wrote.
enum FuzzTarget: String, CaseIterable {
  case manifest, schema, elf, frames, answer, template

  func run(_ input: UnsafeRawBufferPointer) {
    switch self {
    case .manifest: _ = try? ManifestParser.manifest(Array(input), file: "manifest.json")
    case .schema: _ = try? SchemaParser.schema(Array(input), file: "type.json", type: "Test::Fixture::Thing")
    case .elf: _ = ELFInspector.inspect(input)
    case .frames: decodeFrames(input)
    case .answer:
      guard let json = try? JSON.parse(Array(input)), let answer = try? StepAnswer(json: json) else { return }
      _ = "\(answer)"
    case .template: runTemplate(String(decoding: input, as: UTF8.self))
    }
  }

  /// Everything that a template goes through before a stack is made of it. It includes itself wherever it includes something.
  private func runTemplate(_ text: String) {
    guard let source = try? SourceDocument(text: text, file: "t.yaml", dialect: .template) else { return }
    let document = IncludeExpansion(source) { _ in text }.document
    let context = ResolutionContext(
      pseudo: ["AWS::Region": "eu-west-1", "AWS::StackName": "stack", "AWS::NotificationARNs": []], exports: ["export": "value"],
      availabilityZones: ["eu-west-1": ["a", "b"]])
    let isRight = !TemplateCheck(document).problems.contains { $0.severity == .error }
    _ = TypeCheck(document, schemas: [:]).problems
    guard var values = try? ParameterValues(document, given: [:], areComplete: false) else { return }
    values.conceal { name, index, _ in ["$secret": .string("\(name)-\(index)")] }
    var resolver = TemplateResolver(document, parameters: values, context: context)
    if let resolved = try? resolver.resolved() {
      for resource in resolved.resources.values { _ = try? resource.evaluated(with: Values(resources: [:], pseudo: [:])) }
      _ = (resolved.requiredImports, resolved.requiredZones)
    }
    if let graph = try? TemplateGraph(document, parameters: values, context: context) {
      _ = (graph.text, graph.json.text, graph.dot, graph.svg)
      precondition(!isRight || graph.edges.allSatisfy { edge in graph.nodes.contains { $0.id == edge.to } }, "an arrow leads nowhere")
    }
  }

  /// The first byte says in what pieces the rest comes. However it is cut, the verdict is the same.
  private func decodeFrames(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    let whole = verdict(bytes, pieces: max(1, bytes.count))
    let cut = verdict(bytes, pieces: Int(first) + 1)
    // Bytes behind a frame are only seen when they come with its last piece; before that the frame is whole.
    if case .refused(.bytesWithoutRequest) = whole { return }
    precondition(whole == cut, "the verdict depends on how the bytes come: \(whole), \(cut)")
  }

  private enum Verdict: Equatable {
    case frame(FrameDecoder.Frame), refused(WorkerFailure.Breach), incomplete
  }

  private func verdict(_ bytes: [UInt8], pieces: Int) -> Verdict {
    var decoder = FrameDecoder(answer: UInt8(ascii: "s"))
    var index = 0
    while index < bytes.count {
      let end = min(bytes.count, index + pieces)
      do throws(WorkerFailure.Breach) {
        if let frame = try decoder.take(bytes[index..<end]) { return .frame(frame) }
      } catch { return .refused(error) }
      index = end
    }
    return .incomplete
  }
}
