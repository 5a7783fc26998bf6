public import JSON
public import PluginKit

extension Step {
  /// `pending`, to be read again soon at first and then ever more rarely, up to `slowest`. The count of looks is in the driver's state.
  public func pending(
    id: String?, _ reason: String, attributes: JSON? = nil, properties: JSON? = nil, slowest milliseconds: Int = 5000
  ) -> Done {
    let what = awaiting ?? op
    let looks = current.state["awaiting"]?.string == what ? Int(current.state["looks"]?.int ?? 0) : 0
    var state = current.state.object ?? [:]
    state["awaiting"] = .string(what)
    state["looks"] = .int(Int64(looks + 1))
    let next = min(milliseconds, 500 << min(looks, 6))
    return .pending(id: id, attributes: attributes, properties: properties, state: .object(state), reason: reason, nextMilliseconds: next)
  }
}
