/// Why a plugin is refused: stable codes `CLD-P-<STAGE>-<CAUSE>`. Never reuse one for another cause.
public enum RefusalCode: String, Hashable, Sendable, CaseIterable {
  case manifestUnreadable = "CLD-P-MANIFEST-UNREADABLE"
  case manifestSyntax = "CLD-P-MANIFEST-SYNTAX"
  case manifestInvalid = "CLD-P-MANIFEST-INVALID"
  case manifestABI = "CLD-P-MANIFEST-ABI"
  case manifestPlatform = "CLD-P-MANIFEST-PLATFORM"
  case filePermissions = "CLD-P-FILE-PERMISSIONS"
  case fileUnreadable = "CLD-P-FILE-UNREADABLE"
  case hashSize = "CLD-P-HASH-SIZE"
  case hashMismatch = "CLD-P-HASH-MISMATCH"
  case elfNotELF = "CLD-P-ELF-NOTELF"
  case elfTruncated = "CLD-P-ELF-TRUNCATED"
  case elfClass = "CLD-P-ELF-CLASS"
  case elfByteOrder = "CLD-P-ELF-BYTEORDER"
  case elfMachine = "CLD-P-ELF-MACHINE"
  case elfType = "CLD-P-ELF-TYPE"
  case elfStack = "CLD-P-ELF-STACK"
  case elfTextRelocations = "CLD-P-ELF-TEXTREL"
  case elfWritableCode = "CLD-P-ELF-WRITABLECODE"
  case elfDynamic = "CLD-P-ELF-DYNAMIC"
  case elfEntry = "CLD-P-ELF-ENTRY"
  case probeSpawn = "CLD-P-PROBE-SPAWN"
  case probeCage = "CLD-P-PROBE-CAGE"
  case probeNeeded = "CLD-P-PROBE-NEEDED"
  case probeSymbol = "CLD-P-PROBE-SYMBOL"
  case probeABI = "CLD-P-PROBE-ABI"
  case probeDescriptor = "CLD-P-PROBE-DESCRIPTOR"
  case probeRefused = "CLD-P-PROBE-REFUSED"
  case probeCrash = "CLD-P-PROBE-CRASH"
  case probeExit = "CLD-P-PROBE-EXIT"
  case probeDenied = "CLD-P-PROBE-DENIED"
  case probeTimeout = "CLD-P-PROBE-TIMEOUT"
  case probeProtocol = "CLD-P-PROBE-PROTOCOL"
  case describeInvalid = "CLD-P-DESCRIBE-INVALID"
  case describeName = "CLD-P-DESCRIBE-NAME"
  case describeVersion = "CLD-P-DESCRIBE-VERSION"
  case describeTypes = "CLD-P-DESCRIBE-TYPES"
  case conflictType = "CLD-P-CONFLICT-TYPE"
  case conflictPlugin = "CLD-P-CONFLICT-PLUGIN"
  case requiresMissing = "CLD-P-REQUIRES-MISSING"
  case requiresVersion = "CLD-P-REQUIRES-VERSION"
  case requiresCycle = "CLD-P-REQUIRES-CYCLE"
  case policyDisabled = "CLD-P-POLICY-DISABLED"
  case policyUnreadable = "CLD-P-POLICY-UNREADABLE"
  case policyPlace = "CLD-P-POLICY-PLACE"
  case policyLock = "CLD-P-POLICY-LOCK"
  case signatureMissing = "CLD-P-SIGNATURE-MISSING"
  case signatureInvalid = "CLD-P-SIGNATURE-INVALID"
  case signatureUntrusted = "CLD-P-SIGNATURE-UNTRUSTED"
  case quarantineDeaths = "CLD-P-QUARANTINE-DEATHS"

  /// The stage of the pipeline that refused.
  public var stage: Stage {
    switch rawValue.split(separator: "-")[2] {
    case "MANIFEST": .manifest
    case "POLICY", "SIGNATURE", "QUARANTINE": .policy
    case "FILE": .files
    case "HASH": .snapshot
    case "ELF": .elf
    case "PROBE": .probe
    case "DESCRIBE": .describe
    default: .register
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .manifestUnreadable: "make manifest.json and the schemas readable for the user of cld"
    case .manifestSyntax, .manifestInvalid: "correct the file at that place, or install a release of the plugin again"
    case .manifestABI: "install a version of the plugin, or of cld, that speaks the other's ABI epoch"
    case .manifestPlatform: "install a build of the plugin for this platform"
    case .filePermissions: "chown the path to root or yourself and chmod go-w it"
    case .fileUnreadable: "install the plugin again: its library is missing or not readable"
    case .hashSize, .hashMismatch: "install the plugin again: the library is not the one that the manifest describes"
    case .probeSpawn: "check that cld-worker is installed and executable"
    case .probeCage: "run cld on a kernel with Landlock and seccomp, or set \"allow\": [\"weak-cage\"] in the policy"
    case .probeNeeded: "install the library in the evidence where the system's loader finds it, or another version of the plugin"
    case .probeSymbol: "install the version of the library that the plugin was built with, or another version of the plugin"
    case .probeABI: "install a version of the plugin, or of cld, that speaks the other's ABI epoch"
    case .probeDenied: "report it to the publisher: a driver must not make that system call"
    case .conflictType: "say which plugin is to provide it: cld plugin pin TYPE NAME"
    case .conflictPlugin: "remove or disable one of the two plugins"
    case .requiresMissing: "install or enable the plugin that provides it"
    case .requiresVersion: "install a version of the required plugin in that range"
    case .requiresCycle: "report it to the publishers: plugins must not require each other in a circle"
    case .policyDisabled: "cld plugin enable NAME, or change the rule in that file"
    case .policyUnreadable: "correct the policy file at that place, or its owner and mode"
    case .policyPlace: "install the plugin in a folder that the policy allows, such as /usr/local/lib/cld/plugins"
    case .policyLock: "check what changed with cld plugin verify; when it is wanted, cld plugin lock"
    case .signatureMissing, .signatureInvalid: "install a release of the plugin that its publisher has signed"
    case .signatureUntrusted: "add the publisher's public key to \"publishers\" of a policy file, if you trust it"
    case .quarantineDeaths: "install another version of the plugin, or let it try again: cld plugin quarantine clear NAME"
    default: "report it to the publisher and install another version"
    }
  }
}

/// The stages of the pipeline, in order.
public enum Stage: String, Hashable, Sendable, CaseIterable {
  case discover, manifest, policy, files, snapshot, elf, probe, describe, register
}

/// A refusal: what, the evidence in one sentence, and what to do.
public struct Refusal: Error, Hashable, Sendable {
  /// The stable code.
  public var code: RefusalCode
  /// What was found, in one sentence.
  public var evidence: String

  /// A refusal.
  public init(_ code: RefusalCode, _ evidence: String) {
    self.code = code
    self.evidence = evidence
  }
}
