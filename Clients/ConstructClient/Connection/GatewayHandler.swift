// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import Wire

/// The client's end of one WebSocket: numbers requests, matches answers, keeps deadlines, notices silence.
///
/// Confined to the channel's event loop. Requests beyond `maximumOutstanding` wait here, at most
/// `maximumWaiting` of them; what the server sends by itself goes to `pushes`.
final class GatewayHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  /// Requests that wait for their turn.
  static let maximumWaiting = 256

  struct Request {
    let kind: FrameKind
    let body: [UInt8]
    let timeout: TimeAmount
    let promise: EventLoopPromise<Frame>
  }

  private enum Phase {
    case open
    /// Closing for this reason; nothing is sent or taken any more.
    case closing(GatewayCloseReason)
    case closed(GatewayCloseReason)
  }

  private let pushes: PushQueue<GatewayPush>
  private let closeTimeout: TimeAmount
  private let closed: EventLoopPromise<GatewayCloseReason>
  private var phase = Phase.open
  private var context: ChannelHandlerContext?
  private var nextRequest: UInt64 = 1
  private var outstanding: [UInt64: (promise: EventLoopPromise<Frame>, deadline: Scheduled<Void>)] = [:]
  private var waiting: [Request] = []
  /// 1 until `Welcome` says more: only `Hello` goes out before it.
  private var maximumOutstanding = 1
  private var maximumFrameBytes = WireLimits.frameBytes
  private var lastHeard: NIODeadline = .uptimeNanoseconds(0)
  private var silenceCheck: RepeatedTask?

  init(
    pushes: PushQueue<GatewayPush>, closeTimeout: TimeAmount, closed: EventLoopPromise<GatewayCloseReason>
  ) {
    self.pushes = pushes
    self.closeTimeout = closeTimeout
    self.closed = closed
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    lastHeard = context.eventLoop.now
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    finish()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The decoder and the aggregator report what the peer did wrong; everything else is the network's.
    let isViolation = error is NIOWebSocketError || error is NIOWebSocketFrameAggregator.Error
    close(isViolation ? .violation : .remote)
  }

  // What the connection asks for.

  /// The bounds that the server named. From now on it is expected to be heard.
  func welcomed(_ welcome: Welcome) {
    maximumOutstanding = Int(min(max(welcome.maximumOutstanding, 1), 1_024))
    maximumFrameBytes = Int(min(max(welcome.maximumFrameBytes, 1_024), UInt64(WireLimits.frameBytes)))
    let interval = TimeAmount.milliseconds(Int64(min(max(welcome.pingIntervalMilliseconds, 100), 300_000)))
    guard let context, silenceCheck == nil else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    silenceCheck = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      bound.value.checkSilence(interval)
    }
    sendWaiting()
  }

  func submit(_ request: Request) {
    if let reason { return request.promise.fail(RequestError.closed(reason)) }
    guard waiting.count < Self.maximumWaiting else { return request.promise.fail(RequestError.tooBusy) }
    waiting.append(request)
    sendWaiting()
  }

  /// Sends a frame that has no answer.
  func post(_ frame: Frame, promise: EventLoopPromise<Void>) {
    if let reason { return promise.fail(RequestError.closed(reason)) }
    write(frame.encoded(), promise: promise)
  }

  /// Says goodbye, and closes when the server has answered or the time for it is over.
  func close(_ reason: GatewayCloseReason) {
    guard case .open = phase, let context else { return }
    phase = .closing(reason)
    end(reason)
    let code: WebSocketErrorCode = reason == .violation ? .protocolError : .normalClosure
    var data = context.channel.allocator.buffer(capacity: 2)
    data.write(webSocketErrorCode: code)
    let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) {
      self.context?.close(promise: nil)
    }
  }

  private var reason: GatewayCloseReason? {
    switch phase {
    case .open: nil
    case .closing(let reason), .closed(let reason): reason
    }
  }

  private func finish() {
    if case .closed = phase { return }
    let reason = reason ?? .remote
    phase = .closed(reason)
    end(reason)
    closed.succeed(reason)
  }

  /// Nothing is sent or taken any more: whoever waits for an answer or a delivery hears so now, not when the other side
  /// has said goodbye, too.
  private func end(_ reason: GatewayCloseReason) {
    silenceCheck?.cancel()
    let unanswered = outstanding.values
    let unsent = waiting
    outstanding = [:]
    waiting = []
    for request in unanswered {
      request.deadline.cancel()
      request.promise.fail(RequestError.closed(reason))
    }
    for request in unsent { request.promise.fail(RequestError.closed(reason)) }
    pushes.finish()
  }

  // Requests.

  private func sendWaiting() {
    while outstanding.count < maximumOutstanding, !waiting.isEmpty { send(waiting.removeFirst()) }
  }

  private func send(_ request: Request) {
    guard let context else { return request.promise.fail(RequestError.closed(.local)) }
    let number = nextRequest
    let bytes = Frame(kind: request.kind.rawValue, request: number, body: request.body[...]).encoded()
    guard bytes.count <= maximumFrameBytes else { return request.promise.fail(RequestError.tooLarge) }
    nextRequest += 1
    let deadline = context.eventLoop.assumeIsolated().scheduleTask(in: request.timeout) {
      self.complete(number, .failure(.timeout))
    }
    outstanding[number] = (request.promise, deadline)
    // A caller that was cancelled fails its promise itself; its number is free for another then.
    request.promise.futureResult.assumeIsolated().whenFailure { _ in self.complete(number, .failure(.cancelled)) }
    write(bytes, promise: nil)
  }

  private func complete(_ number: UInt64, _ result: Result<Frame, RequestError>) {
    // An answer to a request that is unknown or came too late is dropped.
    guard let request = outstanding.removeValue(forKey: number) else { return }
    request.deadline.cancel()
    switch result {
    case .success(let frame): request.promise.succeed(frame)
    case .failure(let error): request.promise.fail(error)
    }
    sendWaiting()
  }

  private func write(_ bytes: [UInt8], promise: EventLoopPromise<Void>?) {
    guard let context else {
      promise?.fail(RequestError.closed(.local))
      return
    }
    let data = context.channel.allocator.buffer(bytes: bytes)
    let frame = WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: data)
    context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
  }

  // What the server sends.

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    lastHeard = context.eventLoop.now
    // A server never masks (RFC 6455, section 5.1).
    guard frame.maskKey == nil else { return close(.violation) }
    switch frame.opcode {
    case .binary: receive([UInt8](frame.data.readableBytesView))
    case .ping:
      let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.data)
      context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
    case .pong: break
    case .connectionClose:
      close(.remote)
      context.close(promise: nil)
    default: close(.violation)
    }
  }

  private func receive(_ bytes: [UInt8]) {
    guard case .open = phase else { return }
    do {
      let frame = try Frame(encoded: bytes)
      if frame.request == 0 { try receivePush(frame) } else { complete(frame.request, .success(frame)) }
    } catch {
      close(.violation)
    }
  }

  private func receivePush(_ frame: Frame) throws(WireError) {
    let push: GatewayPush
    switch FrameKind(rawValue: frame.kind) {
    case .deliver: push = .deliver(try frame.decode())
    case .mailboxDrained: push = .mailboxDrained(try frame.decode())
    case .draining: push = .draining(try frame.decode())
    case .failure: return close(.failure(try frame.decode()))
    // A later version may send what this one does not know.
    default: return
    }
    // The server sends no more than it may have unacknowledged; one that does is not waited for.
    if !pushes.append(push) { close(.violation) }
  }

  private func checkSilence(_ interval: TimeAmount) {
    guard let context, case .open = phase else { return }
    let silence = context.eventLoop.now - lastHeard
    if silence >= interval * 3 { return close(.silent) }
    guard silence >= interval else { return }
    let ping = WebSocketFrame(
      fin: true, opcode: .ping, maskKey: .random(), data: context.channel.allocator.buffer(capacity: 0))
    context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
  }
}
