// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Answers what is not a WebSocket upgrade at the right path, and closes: nothing else is served at this port.
final class HTTPStageHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// Where the WebSocket is; another version of the protocol's framing would be at another path.
  static let path = "/v1"

  private var isAnswered = false

  static func isPath(_ uri: String) -> Bool {
    uri.prefix { $0 != "?" } == path
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let request) = unwrapInboundIn(data), !isAnswered else { return }
    isAnswered = true
    let isPath = Self.isPath(request.uri)
    let text = isPath ? "This is a WebSocket: upgrade.\n" : "There is nothing here.\n"
    var headers = HTTPHeaders([
      ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "\(text.utf8.count)"), ("Connection", "close"),
    ])
    if isPath {
      // RFC 9110, section 15.5.22, and RFC 6455, section 4.4.
      headers.add(name: "Upgrade", value: "websocket")
      headers.add(name: "Sec-WebSocket-Version", value: "13")
    }
    let head = HTTPResponseHead(version: .http1_1, status: isPath ? .upgradeRequired : .notFound, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
