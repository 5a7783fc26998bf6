/// Reads the files of the credential chain.
enum CredentialFile {
  /// The text; nil when there is no such file.
  static func read(_ path: String) throws(CredentialError) -> String? {
    do throws(SmallFile.ReadError) { return try SmallFile.read(path) } catch {
      throw CredentialError.unreadableFile(path: error.path, reason: error.reason)
    }
  }
}
