// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Collects chunks until they give the message: as many different ones as it has chunks of its own, whichever they are.
package struct ChunkDecoder: Sendable {
  /// Chunks of the whole message.
  package let count: Int
  /// By rising index, fewer than `count`.
  private(set) var chunks: [Chunk] = []

  /// For a message of `size` bytes, a whole number of chunks.
  package init(size: Int) {
    precondition(size > 0 && size.isMultiple(of: FieldVector.size))
    count = size / FieldVector.size
  }

  /// Takes a chunk and answers the message once it is complete. A chunk that came before changes nothing. Throws
  /// `malformed` if it contradicts one that came before: its sender sends two messages as one.
  package mutating func add(_ chunk: Chunk) throws(CryptoError) -> [UInt8]? {
    let position = chunks.firstIndex { $0.index >= chunk.index } ?? chunks.count
    if position < chunks.count, chunks[position].index == chunk.index {
      guard chunks[position].content == chunk.content else { throw .malformed }
      return nil
    }
    chunks.insert(chunk, at: position)
    guard chunks.count == count else { return nil }
    var message = ByteWriter(capacity: count * FieldVector.size)
    for content in ErasureCode.message(through: chunks) { content.write(to: &message) }
    return message.finish()
  }
}
