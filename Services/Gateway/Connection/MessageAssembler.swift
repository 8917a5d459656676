// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import Wire

/// Puts a client's WebSocket frames together into messages, within bounds, and finds what breaks RFC 6455.
struct MessageAssembler {
  enum Event: Equatable {
    /// A whole binary message, unmasked.
    case message([UInt8])
    /// A part of one; the rest is to come.
    case fragment
    case ping(ByteBuffer)
    case pong
    case close
    case violation(TransportViolation)
  }

  private let maximumBytes: Int
  /// What has come of a message in several frames.
  private var fragments: [UInt8]?

  init(maximumBytes: Int = WireLimits.frameBytes) {
    self.maximumBytes = maximumBytes
  }

  mutating func accept(_ frame: WebSocketFrame) -> Event {
    // Section 5.1: a client masks; section 5.2: no extension was agreed on that would give the reserved bits a meaning.
    guard let mask = frame.maskKey, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .violation(.malformed) }
    switch frame.opcode {
    case .binary:
      guard fragments == nil else { return .violation(.malformed) }
      return add(frame.data, mask: mask, isLast: frame.fin)
    case .continuation:
      guard fragments != nil else { return .violation(.malformed) }
      return add(frame.data, mask: mask, isLast: frame.fin)
    case .text: return .violation(.text)
    case .ping: return .ping(frame.unmaskedData)
    case .pong: return .pong
    case .connectionClose: return .close
    default: return .violation(.malformed)
    }
  }

  private mutating func add(_ data: ByteBuffer, mask: WebSocketMaskingKey, isLast: Bool) -> Event {
    var message = fragments ?? []
    fragments = nil
    guard message.count + data.readableBytes <= maximumBytes else { return .violation(.tooLarge) }
    message.append(contentsOf: data.readableBytesView)
    let start = message.count - data.readableBytes
    for index in start..<message.count { message[index] ^= mask[(index - start) & 3] }
    if isLast { return .message(message) }
    fragments = message
    return .fragment
  }
}
