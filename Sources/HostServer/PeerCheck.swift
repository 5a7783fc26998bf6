internal import CLinux
internal import Glibc
internal import NIOCore

/// Closes a connection whose other end is neither this user nor root: beside the modes of socket and folder, the kernel's own word
/// (SO_PEERCRED, unix(7)).
final class PeerCheck: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Any

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { check(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    check(context)
    context.fireChannelActive()
  }

  /// The option is read on the connection's own event loop, so a stranger is gone before the first byte of a request is.
  private func check(_ context: ChannelHandlerContext) {
    let channel = context.channel
    guard let provider = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
    let peer: EventLoopFuture<clinux_peer> = provider.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED))
    peer.whenComplete { result in
      if case .success(let peer) = result, peer.uid == geteuid() || peer.uid == 0 { return }
      channel.close(promise: nil)
    }
  }
}
