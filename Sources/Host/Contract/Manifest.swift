public import JSON

/// What a plugin says of itself in manifest.json, after the strict checks of `ManifestParser` (module Plugins).
public struct Manifest: Hashable, Sendable {
  /// The plugin's name: lower-case letters, digits and dashes. Its folder has the same name.
  public var name: String
  /// The plugin's version, as semantic versioning writes it.
  public var version: String
  /// Who ships it.
  public var publisher: String
  /// The licence, as an SPDX expression.
  public var licence: String
  /// One sentence for people.
  public var description: String
  /// The inclusive range of ABI epochs that it speaks.
  public var abi: ClosedRange<UInt32>
  /// One shared object per platform.
  public var libraries: [Library]
  /// The types that it provides.
  public var provides: [Provision]
  /// The services that it may call, by the key that effects use.
  public var endpoints: [String: Endpoint]
  /// The JSON Schema of its own configuration, `null` for none.
  public var config: JSON
  /// The limits under which its worker runs.
  public var limits: Limits
  /// The plugins and types that must be there.
  public var requires: [Requirement]
  /// The plugins that must not be there.
  public var conflicts: [Requirement]

  /// A manifest; nothing is checked here (`ManifestParser` does).
  public init(
    name: String, version: String, publisher: String, licence: String, description: String,
    abi: ClosedRange<UInt32>, libraries: [Library], provides: [Provision], endpoints: [String: Endpoint],
    config: JSON = .null, limits: Limits = Limits(), requires: [Requirement] = [], conflicts: [Requirement] = []
  ) {
    self.name = name
    self.version = version
    self.publisher = publisher
    self.licence = licence
    self.description = description
    self.abi = abi
    self.libraries = libraries
    self.provides = provides
    self.endpoints = endpoints
    self.config = config
    self.limits = limits
    self.requires = requires
    self.conflicts = conflicts
  }

  /// A shared object for one platform.
  public struct Library: Hashable, Sendable {
    /// `linux`.
    public var os: String
    /// `x86_64` or `aarch64`.
    public var arch: String
    /// `glibc` or `musl`.
    public var libc: String
    /// The path below the plugin's folder.
    public var path: String
    /// SHA-256 of the file in lower-case hexadecimal.
    public var sha256: String
    /// The file's size in bytes.
    public var size: Int

    /// A library of a platform; `size` in bytes.
    public init(os: String, arch: String, libc: String, path: String, sha256: String, size: Int) {
      self.os = os
      self.arch = arch
      self.libc = libc
      self.path = path
      self.sha256 = sha256
      self.size = size
    }
  }

  /// What the worker of the plugin may use.
  public struct Limits: Hashable, Sendable {
    /// Address space beyond what the loaded code needs, in MiB.
    public var memoryMB: Int
    /// Processor time of one step in milliseconds.
    public var stepMilliseconds: Int

    /// Limits; the defaults are those of a manifest that names none.
    public init(memoryMB: Int = 256, stepMilliseconds: Int = 1000) {
      self.memoryMB = memoryMB
      self.stepMilliseconds = stepMilliseconds
    }
  }

  /// A plugin or a type that must, or must not, be there as well.
  public enum Requirement: Hashable, Sendable {
    /// A plugin, with a version range such as `>=1.2.0 <2.0.0`, or any version.
    case plugin(name: String, range: String?)
    /// A type, whoever provides it.
    case type(String)
  }
}
