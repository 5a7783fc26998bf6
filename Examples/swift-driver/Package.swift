// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "swift-driver",
  products: [.library(name: "swift_driver", type: .dynamic, targets: ["SwiftDriver"])],
  targets: [
    .systemLibrary(name: "CJansson", path: "Kit/CJansson", pkgConfig: "jansson"),
    .target(name: "PluginABI", path: "Kit/PluginABI", exclude: ["plugin.map", "author"]),
    .target(name: "JSON", dependencies: ["CJansson"], path: "Kit/JSON"),
    .target(name: "PluginKit", dependencies: ["PluginABI", "JSON"], path: "Kit/PluginKit"),
    .target(name: "AWSDriver", dependencies: ["PluginKit", "JSON"], path: "Kit/AWSDriver"),
    .target(
      name: "SwiftDriver", dependencies: ["PluginKit", "PluginABI", "JSON", "AWSDriver"],
      linkerSettings: [
        .unsafeFlags([
          "-Xlinker", "--version-script=\(Context.packageDirectory)/Kit/PluginABI/plugin.map",
          "-Xlinker", "-z", "-Xlinker", "nodelete", "-use-ld=lld",
        ])
      ]),
  ],
  swiftLanguageModes: [.v6])
