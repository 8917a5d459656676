// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import Testing
import Wire

@testable import GatewayService

@Suite("Messages out of WebSocket frames")
struct MessageAssemblerTests {
  let mask: WebSocketMaskingKey = [0x12, 0x34, 0x56, 0x78]

  func frame(
    _ opcode: WebSocketOpcode, _ bytes: [UInt8], isLast: Bool = true, isMasked: Bool = true, reserved: Bool = false
  ) -> WebSocketFrame {
    var data = ByteBuffer(bytes: bytes)
    if isMasked { data.webSocketMask(mask) }
    return WebSocketFrame(
      fin: isLast, rsv1: reserved, opcode: opcode, maskKey: isMasked ? mask : nil, data: data)
  }

  @Test("a message in one frame is unmasked", arguments: [0, 1, 3, 4, 5, 1_000])
  func single(count: Int) {
    var assembler = MessageAssembler()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
    #expect(assembler.accept(frame(.binary, bytes)) == .message(bytes))
  }

  @Test("a message in pieces is put together, with control frames in between")
  func fragments() {
    var assembler = MessageAssembler()
    #expect(assembler.accept(frame(.binary, [1, 2, 3], isLast: false)) == .fragment)
    #expect(assembler.accept(frame(.ping, [9])) == .ping(ByteBuffer(bytes: [9])))
    #expect(assembler.accept(frame(.continuation, [], isLast: false)) == .fragment)
    #expect(assembler.accept(frame(.pong, [])) == .pong)
    #expect(assembler.accept(frame(.continuation, [4, 5])) == .message([1, 2, 3, 4, 5]))
    #expect(assembler.accept(frame(.binary, [6])) == .message([6]))
  }

  @Test("a whole message is bounded, not only its frames")
  func bounded() {
    var assembler = MessageAssembler(maximumBytes: 10)
    #expect(
      assembler.accept(frame(.binary, [UInt8](repeating: 1, count: 10))) == .message([UInt8](repeating: 1, count: 10)))
    #expect(assembler.accept(frame(.binary, [1, 2, 3, 4, 5, 6], isLast: false)) == .fragment)
    #expect(assembler.accept(frame(.continuation, [7, 8, 9, 10, 11])) == .violation(.tooLarge))
    #expect(MessageAssembler().accept(frame(.binary, [1]), then: { $0 }) == .message([1]))
  }

  @Test("text is told from what is malformed")
  func violations() {
    let cases: [(WebSocketFrame, TransportViolation)] = [
      (frame(.text, Array("hello".utf8)), .text), (frame(.binary, [1], isMasked: false), .malformed),
      (frame(.binary, [1], reserved: true), .malformed), (frame(.continuation, [1]), .malformed),
      (frame(WebSocketOpcode(encodedWebSocketOpcode: 0x3) ?? .text, [1]), .malformed),
    ]
    for (frame, violation) in cases {
      var assembler = MessageAssembler()
      #expect(assembler.accept(frame) == .violation(violation))
    }
    var assembler = MessageAssembler()
    #expect(assembler.accept(frame(.binary, [1], isLast: false)) == .fragment)
    #expect(assembler.accept(frame(.binary, [1])) == .violation(.malformed))
  }

  @Test("a close frame is told")
  func close() {
    var assembler = MessageAssembler()
    #expect(assembler.accept(frame(.connectionClose, [3, 232])) == .close)
  }
}

extension MessageAssembler {
  /// For one frame on a fresh assembler.
  fileprivate func accept<Value>(_ frame: WebSocketFrame, then: (Event) -> Value) -> Value {
    var copy = self
    return then(copy.accept(frame))
  }
}
