internal import CCurl
internal import Glibc
internal import Synchronization

/// HTTP over libcurl's multi interface: one thread runs all transfers, callers await.
///
/// Connections are reused, redirects are not followed, a body longer than `longestAnswer` is lost. Cancelling the
/// calling task ends its transfer. Proxies come from the process's environment, as libcurl reads it.
public final class HTTPClient: HTTPSending {
  private let loop: TransferLoop
  private let longestAnswer: Int

  /// Starts the thread.
  /// - Parameter longestAnswer: the longest body in bytes.
  public init(longestAnswer: Int = 16 * 1024 * 1024) {
    self.longestAnswer = longestAnswer
    loop = TransferLoop()
    loop.startThread()
  }

  /// Lets the running transfers fail as lost and ends the thread.
  deinit { loop.stop() }

  /// Sends once; see `HTTPSending`.
  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let id = loop.nextID()
    let longest = longestAnswer
    let result: Result<HTTPResponse, TransportError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.submit(
          .init(id: id, request: request, longestAnswer: longest) { continuation.resume(returning: $0) })
        // A cancellation before the job was queued found nothing to cancel.
        if Task.isCancelled { loop.cancel(id) }
      }
    } onCancel: {
      loop.cancel(id)
    }
    return try result.get()
  }
}
