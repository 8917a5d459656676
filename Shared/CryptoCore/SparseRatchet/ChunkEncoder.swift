// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Sends a message in chunks without end: first its own, then as many others as it takes. The state is the message and
/// a number.
package struct ChunkEncoder: Sendable {
  /// A whole number of chunks.
  package let message: [UInt8]
  /// The index of the next chunk. After 65,536 chunks it begins again: each is as good as any other.
  private(set) var next: UInt16

  package init(_ message: [UInt8], next: UInt16 = 0) {
    precondition(!message.isEmpty && message.count.isMultiple(of: FieldVector.size))
    self.message = message
    self.next = next
  }

  mutating func nextChunk() -> Chunk {
    defer { next &+= 1 }
    return chunk(at: next)
  }

  package func chunk(at index: UInt16) -> Chunk {
    let count = message.count / FieldVector.size
    if Int(index) < count {
      return Chunk(index: index, content: FieldVector(message, at: Int(index) * FieldVector.size))
    }
    let chunks = (0..<count).map { FieldVector(message, at: $0 * FieldVector.size) }
    return Chunk(index: index, content: ErasureCode.value(at: index, ofMessage: chunks))
  }
}
