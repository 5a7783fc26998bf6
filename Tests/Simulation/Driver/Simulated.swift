internal import JSON
public import PluginKit

/// The driver of the simulated cloud in one of its versions.
/// - Parameter stamp: what create sends beside the rest; it makes the digests of one version others than those of the next.
public func simulated(version: String, stamp: String?) -> Driver {
  let classes: [IdentityClass] = [.named, .token, .tagged, .plain, .waiting]
  let things = classes.map { Things(kind: $0, stamp: stamp.map { .string($0) }).handlers }
  return Driver(name: "simulated", version: version, types: things + [nothing, image])
}

/// `Sim::Cloud::Nothing`: asks for no effect at all, so that only the host's own work is left.
private let nothing = TypeHandlers(
  "Sim::Cloud::Nothing",
  [
    "create": { step in .ready(id: step.name, attributes: ["Address": .string("sim://nothing/\(step.name)")]) },
    "read": { step in
      guard let id = step.current.id else { return .absent }
      return .ready(id: id, attributes: ["Address": .string("sim://nothing/\(id)")])
    },
    "update": { step in .ready(id: step.current.id ?? step.name, attributes: ["Address": .string("sim://nothing/\(step.current.id ?? step.name)")]) },
    "delete": { _ in .absent },
  ])

/// `Sim::Cloud::Image`: what the cloud calls the newest image at the moment.
private let image = TypeHandlers(
  "Sim::Cloud::Image", kind: .lookup,
  [
    "read": { step in
      guard let image = try step.ask("NewestImage")?["image"]?.string else { throw Failure(.notFound, "the cloud has no image; make one") }
      return .ready(id: image, attributes: ["Image": .string(image)])
    }
  ])
