// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A TCP client that knows nothing of HTTP.
enum PlainClient {
  /// Sends bytes, and returns as text what comes back until the other side closes.
  static func exchange(_ bytes: [UInt8], port: Int) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      if !bytes.isEmpty { try await outbound.write(ByteBuffer(bytes: bytes)) }
      var answer: [UInt8] = []
      for try await part in inbound { answer += part.readableBytesView }
      return String(decoding: answer, as: UTF8.self)
    }
  }
}
