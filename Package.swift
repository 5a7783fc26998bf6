// swift-tools-version: 6.2
import PackageDescription

// The arrows between modules only point down (docs/architecture.md); a target can import only what it names here.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A driver: a dynamic library whose only exported symbol is the entry point of the plugin ABI.
func plugin(
  _ module: String, path: String, exclude: [String] = ["manifest.json", "types", "cassettes"], _ dependencies: [Target.Dependency]
) -> Target {
  .target(
    name: module,
    dependencies: ["PluginKit", "PluginABI", "JSON"] + dependencies,
    path: path,
    exclude: exclude,
    swiftSettings: strict,
    linkerSettings: [
      .unsafeFlags([
        "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/PluginABI/plugin.map",
        "-Xlinker", "-z", "-Xlinker", "nodelete",
        // gold leaves local symbols of Swift's metadata in the dynamic table; lld exports the entry and nothing else.
        "-use-ld=lld",
      ])
    ])
}

let package = Package(
  name: "cld",
  products: [
    .executable(name: "cld", targets: ["cld"]),
    .executable(name: "cld-host", targets: ["HostServer"]),
    .executable(name: "cld-worker", targets: ["PluginWorker"]),
    .executable(name: "cld-template", targets: ["TemplateTool"]),
    .executable(name: "cld-check", targets: ["Conformance"]),
    .library(name: "aws_basics", type: .dynamic, targets: ["AWSBasics"]),
    .library(name: "aws_ec2", type: .dynamic, targets: ["AWSEC2"]),
    .library(name: "aws_rds", type: .dynamic, targets: ["AWSRDS"]),
    .library(name: "aws_ecs", type: .dynamic, targets: ["AWSECS"]),
    // The driver of the tests' cloud, in two versions; scripts/assemble installs only what is in Plugins.
    .library(name: "simulated", type: .dynamic, targets: ["Simulated1"]),
    .library(name: "simulated_2", type: .dynamic, targets: ["Simulated2"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
  ],
  targets: [
    .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    // Without pkgConfig: who links says how, since the client takes the few functions it needs from the archive.
    .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // libcurl's setters are variadic, which Swift cannot call: a C target wraps the few that are used.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CLinux"),

    .target(name: "PluginABI", exclude: ["plugin.map", "author"]),
    .executableTarget(
      name: "PluginWorker", dependencies: ["PluginABI"],
      linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: strict),
    .target(name: "PluginKit", dependencies: ["PluginABI", "JSON"], swiftSettings: strict),
    .target(name: "AWSDriver", dependencies: ["PluginKit", "JSON"], swiftSettings: strict),
    plugin("AWSBasics", path: "Plugins/aws-basics", ["AWSDriver"]),
    plugin("AWSEC2", path: "Plugins/aws-ec2", ["AWSDriver"]),
    plugin("AWSRDS", path: "Plugins/aws-rds", ["AWSDriver"]),
    plugin("AWSECS", path: "Plugins/aws-ecs", ["AWSDriver"]),
    .target(name: "Simulated", dependencies: ["PluginKit", "JSON"], path: "Tests/Simulation/Driver", swiftSettings: strict),
    plugin("Simulated1", path: "Tests/Simulation/Version1", exclude: [], ["Simulated"]),
    plugin("Simulated2", path: "Tests/Simulation/Version2", exclude: [], ["Simulated"]),

    .target(name: "Contract", dependencies: ["JSON"], path: "Sources/Host/Contract", swiftSettings: strict),
    .target(name: "Faults", path: "Sources/Host/Faults", swiftSettings: strict),
    .target(
      name: "Plugins", dependencies: ["Contract", "Faults", "JSON", "CLinux", "COpenSSL", "CZlib"],
      path: "Sources/Host/Plugins", swiftSettings: strict),
    .target(
      name: "Templates", dependencies: ["JSON", "Contract", .product(name: "Yams", package: "Yams")],
      path: "Sources/Host/Templates", swiftSettings: strict),
    .target(
      name: "Store", dependencies: ["Faults", "JSON", "CSQLite", "COpenSSL", "CLinux"],
      path: "Sources/Host/Store", swiftSettings: strict, linkerSettings: [.linkedLibrary("crypto")]),
    .target(
      name: "Effects",
      dependencies: [
        "Contract", "JSON", "CCurl", "CExpat", "COpenSSL", "CLinux",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Sources/Host/Effects", swiftSettings: strict),
    .target(
      name: "Engine",
      dependencies: [
        "Plugins", "Templates", "Store", "Effects", "Contract", "Faults", "JSON", "COpenSSL",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Sources/Host/Engine", swiftSettings: strict),
    .target(
      name: "Service",
      dependencies: ["Engine", "Store", "Templates", "Contract", "Faults", "JSON", .product(name: "Logging", package: "swift-log")],
      path: "Sources/Host/Service", swiftSettings: strict),
    .executableTarget(
      name: "HostServer",
      dependencies: [
        "Service", "Engine", "Store", "Effects", "Plugins", "JSON", "CLinux",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // The conformance kit, which `cld plugin check` runs: a program of its own, so that the client stays small.
    .executableTarget(
      name: "Conformance",
      dependencies: [
        "JSON", "Contract", "Plugins", "Effects", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict, linkerSettings: [.linkedLibrary("crypto")]),
    .executableTarget(
      name: "TemplateTool",
      dependencies: ["Templates", "Plugins", "Contract", "JSON", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict, linkerSettings: [.linkedLibrary("crypto")]),
    .executableTarget(
      name: "cld",
      dependencies: [
        "JSON", "Plugins", "Contract", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict,
      linkerSettings: [
        // Loading the whole of libcrypto would take a tenth of the client's start.
        .unsafeFlags(["-use-ld=lld", "-Xlinker", "-l:libcrypto.a"])
      ]),

    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "ContractTests", dependencies: ["Contract", "JSON"]),
    .testTarget(name: "PluginKitTests", dependencies: ["PluginKit", "JSON"]),
    .testTarget(name: "AWSDriverTests", dependencies: ["AWSDriver", "PluginKit", "JSON"]),
    .testTarget(name: "PluginsTests", dependencies: ["Plugins", "Contract", "JSON"]),
    .testTarget(name: "ConformanceTests", dependencies: ["Conformance", "JSON"]),
    .testTarget(name: "TemplatesTests", dependencies: ["Templates", "Contract", "JSON"]),
    .testTarget(name: "FaultsTests", dependencies: ["Faults"]),
    .testTarget(name: "StoreTests", dependencies: ["Store", "JSON"]),
    .testTarget(name: "EffectsTests", dependencies: ["Effects", "Contract", "JSON"]),
    .testTarget(
      name: "EngineTests",
      dependencies: ["Engine", "Store", "Contract", "JSON", .product(name: "Logging", package: "swift-log")]),
  ],
  swiftLanguageModes: [.v6]
)

// What scripts/bench times steps with; nothing that is installed.
if Context.environment["CLD_BENCH"] != nil {
  package.targets.append(
    .executableTarget(name: "WorkerBench", dependencies: ["Plugins", "JSON", "PluginABI"], path: "Tests/Bench", exclude: ["engine.py", "parts.py"], swiftSettings: strict,
      linkerSettings: [.linkedLibrary("crypto")]))
}

// What scripts/campaign fuzz runs, built with libFuzzer in a folder of its own.
if Context.environment["CLD_FUZZ"] != nil {
  package.targets += [
    .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
      name: "Fuzz", dependencies: ["CFuzzer", "Plugins", "Templates", "Contract", "JSON"], path: "Tests/Fuzz/Fuzz", swiftSettings: strict,
      linkerSettings: [.linkedLibrary("crypto"), .unsafeFlags(["-use-ld=lld"])]),
  ]
}
