// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import Wire

/// What becomes of the frames of one connection that no `ask` waits for; called on its event loop.
protocol FrameReceiver: AnyObject {
  func received(_ frame: Frame)
  /// All that came at once has been handed over.
  func readComplete()
  func closed()
}

/// The client's end of a WebSocket, as cheap as it can be: frames are written in bundles and flushed by hand. Confined
/// to its event loop.
final class LoadHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  var receiver: (any FrameReceiver)?
  private var context: ChannelHandlerContext?
  private var promises: [UInt64: EventLoopPromise<Frame>] = [:]
  private var nextRequest: UInt64 = 1
  private var hasWritten = false
  // A mask protects proxies from scripts in browsers (RFC 6455, section 10.3), not us, so one serves all frames.
  private let mask = WebSocketMaskingKey.random()

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  /// Sends a request and completes with its answer.
  func ask(_ kind: UInt64, _ body: [UInt8], on eventLoop: any EventLoop) -> EventLoopFuture<Frame> {
    let promise = eventLoop.makePromise(of: Frame.self)
    guard context != nil else {
      promise.fail(LoadError("the gateway has closed the connection"))
      return promise.futureResult
    }
    let number = takeRequest()
    promises[number] = promise
    write(Frame(kind: kind, request: number, body: body[...]))
    flush()
    return promise.futureResult
  }

  func takeRequest() -> UInt64 {
    defer { nextRequest += 1 }
    return nextRequest
  }

  func write(_ frame: Frame) {
    guard let context else { return }
    let data = context.channel.allocator.buffer(bytes: frame.encoded())
    context.write(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: .binary, maskKey: mask, data: data)), promise: nil)
    hasWritten = true
  }

  func flush() {
    guard hasWritten else { return }
    hasWritten = false
    context?.flush()
  }

  func close() { context?.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .binary:
      do { take(try Frame(encoded: [UInt8](frame.data.readableBytesView))) } catch { context.close(promise: nil) }
    case .ping:
      let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: mask, data: frame.data)
      context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
    case .connectionClose: context.close(promise: nil)
    default: break
    }
  }

  private func take(_ frame: Frame) {
    if let promise = promises.removeValue(forKey: frame.request) { return promise.succeed(frame) }
    receiver?.received(frame)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    receiver?.readComplete()
    flush()
  }

  func channelInactive(context: ChannelHandlerContext) {
    let waiting = promises.values
    promises = [:]
    for promise in waiting { promise.fail(LoadError("the gateway has closed the connection")) }
    receiver?.closed()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Why a load could not be made, in a sentence.
struct LoadError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
