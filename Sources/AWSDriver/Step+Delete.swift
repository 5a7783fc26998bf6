public import PluginKit

extension Step {
  /// Does a delete's call: a thing that is not there is deleted already, and one that something else still uses is asked for again until
  /// nothing does. There is no limit on the count: the cloud takes the time it takes.
  /// - Returns: whether the thing was there.
  @discardableResult
  public func deleting(whileIn busy: Set<String>, retryMilliseconds: Int = 2000, _ call: () throws -> Void) throws -> Bool {
    do {
      try call()
      return true
    } catch let error as AWSError where error.isNotFound {
      return false
    } catch let error as AWSError where busy.contains(error.code) {
      throw retry(afterMilliseconds: retryMilliseconds, "\(error.call): \(error.message)")
    }
  }
}
