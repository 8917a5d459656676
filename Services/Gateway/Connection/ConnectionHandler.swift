// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOWebSocket
import ServiceKit
import Wire

/// One client's channel: feeds a `ConnectionState` with what happens to it and does what comes out.
///
/// Lives on its event loop and does no waiting. What it writes in one turn of the loop is flushed once.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let shard: Shard
  private var state: ConnectionState
  private var assembler = MessageAssembler()
  private var context: ChannelHandlerContext?
  private var unflushedBytes = 0

  /// More than this is not gathered before it is given to the system.
  private static let flushBytes = 65_536

  init(connection: UInt64, shard: Shard, acceptedAt: Moment) {
    self.shard = shard
    state = ConnectionState(connection: connection, settings: shard.settings, acceptedAt: acceptedAt)
  }

  var connection: UInt64 { state.connection }
  var outstandingCount: Int { state.outstanding.count }
  var attachment: (partition: Partition, command: PartitionCommand)? { state.attachment }

  /// Feeds the state machine and does what it asks for.
  func drive(_ input: (inout ConnectionState, inout [ConnectionAction]) -> Void) {
    var actions = shard.borrowActions()
    input(&state, &actions)
    for action in actions { perform(action) }
    shard.giveBack(&actions)
  }

  /// Flushes what was written in this turn.
  func flush() {
    guard unflushedBytes > 0 else { return }
    unflushedBytes = 0
    context?.flush()
  }
}

extension ConnectionHandler {
  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    shard.add(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    leave()
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  private func leave() {
    guard context != nil else { return }
    drive { state, actions in state.disconnected(into: &actions) }
    context = nil
    shard.remove(self)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let now = shard.now()
    switch assembler.accept(unwrapInboundIn(data)) {
    case .message(let bytes):
      shard.tally.receive(bytes)
      drive { state, actions in state.received(bytes, at: now, into: &actions) }
    case .fragment, .pong: state.heard(at: now)
    case .ping(let payload):
      state.heard(at: now)
      if state.phase.isLive { write(WebSocketFrame(fin: true, opcode: .pong, data: payload)) }
    case .close: drive { state, actions in state.peerClosed(at: now, into: &actions) }
    case .violation(let violation):
      drive { state, actions in state.violated(violation, at: now, into: &actions) }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush()
    context.fireChannelReadComplete()
  }

  /// More than the write buffer's high-water mark is waiting: the client does not read what it is sent.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if !context.channel.isWritable {
      shard.tally.slowReaders += 1
      drive { state, actions in state.abandon(into: &actions) }
    }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? NIOWebSocketError else {
      context.close(promise: nil)
      return
    }
    let violation: TransportViolation
    switch error {
    case .invalidFrameLength: violation = .tooLarge
    case .fragmentedControlFrame, .multiByteControlFrameLength: violation = .malformed
    }
    drive { state, actions in state.violated(violation, at: shard.now(), into: &actions) }
    flush()
  }
}

extension ConnectionHandler {
  private func perform(_ action: ConnectionAction) {
    switch action {
    case .send(let frame): write(frame)
    case .fail(let failure, let request):
      shard.tally.fail(failure.code)
      write(Frame(failure, request: request))
    case .ping: write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
    case .verify(let token): verify(token)
    case .take(let portion, let device):
      if !shard.take(portion, of: device, for: connection) { answered(.unknown) }
    case .request(let queue, let request):
      if request.address == nil, let wait = shard.strangerWaits(at: context?.remoteAddress) {
        drive { state, actions in state.limited(request.serial, wait: wait, at: shard.now(), into: &actions) }
      } else if !shard.append(serviceRequest(request), to: queue) {
        refuse(request.serial)
      }
    case .append(let command, let partition):
      if !shard.append(command, to: partition), let send = command.send { refuse(send.request) }
    case .close(let code):
      var payload = ByteBuffer()
      payload.writeInteger(code.rawValue)
      write(WebSocketFrame(fin: true, opcode: .connectionClose, data: payload))
      flush()
    case .abort:
      flush()
      context?.close(promise: nil)
    }
  }

  private func refuse(_ serial: UInt64) {
    drive { state, actions in state.appendFailed([serial], at: shard.now(), into: &actions) }
  }

  func answered(_ answer: PortionAnswer) { state.answered(answer, at: shard.now()) }

  private func verify(_ token: String) {
    guard !shard.verify(token, for: connection) else { return }
    drive { state, actions in state.refused(state.unavailable, into: &actions) }
  }

  private func serviceRequest(_ request: OutgoingRequest) -> ServiceRequest {
    ServiceRequest(
      gateway: shard.gateway, connection: connection, request: request.serial, kind: request.kind, body: request.body,
      deadline: request.deadline, account: request.address?.account, device: request.address?.device,
      origin: shard.origin(of: context?.remoteAddress))
  }

  private func write(_ frame: Frame) {
    shard.tally.send(kind: frame.kind)
    let bytes = frame.encoded()
    // Room in front, so that the WebSocket encoder puts its header there instead of into a buffer of its own.
    var buffer = ByteBufferAllocator().buffer(capacity: Self.headroom + bytes.count)
    buffer.moveWriterIndex(to: Self.headroom)
    buffer.moveReaderIndex(to: Self.headroom)
    buffer.writeBytes(bytes)
    write(WebSocketFrame(fin: true, opcode: .binary, data: buffer))
  }

  /// The longest header of an unmasked frame (RFC 6455, section 5.2).
  private static let headroom = 10

  private func write(_ frame: WebSocketFrame) {
    guard let context else { return }
    unflushedBytes += frame.data.readableBytes + 2
    context.write(wrapOutboundOut(frame), promise: nil)
    if unflushedBytes >= Self.flushBytes { flush() }
  }
}
