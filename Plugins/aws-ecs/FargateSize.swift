internal import PluginKit

/// The sizes that Fargate has ("Task CPU and memory" of the ECS developer guide).
struct FargateSize: Equatable {
  let cpu: Int64
  let memory: Int64

  /// The smallest that has at least so much.
  init(memory wanted: Int64, cpu wantedCPU: Int64?) throws {
    for (cpu, sizes) in Self.sizes where cpu >= wantedCPU ?? 0 {
      if let memory = sizes.first(where: { $0 >= wanted }) {
        self.cpu = cpu
        self.memory = memory
        return
      }
    }
    throw Failure(
      .badRequest, "Fargate has no size with \(wanted) MiB of memory and \(wantedCPU ?? 256) CPU units; at most 30720 MiB and 4096",
      property: "/configuration/memory")
  }

  private static let sizes: [(Int64, [Int64])] = [
    (256, [512, 1024, 2048]),
    (512, [1024, 2048, 3072, 4096]),
    (1024, Array(stride(from: 2048, through: 8192, by: 1024))),
    (2048, Array(stride(from: 4096, through: 16384, by: 1024))),
    (4096, Array(stride(from: 8192, through: 30720, by: 1024))),
  ]
}
