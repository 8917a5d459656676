// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Encrypts a stream in chunks: bytes are pushed in any pieces, chunks are pulled. It holds what was pushed and not yet
/// pulled, and never more than one chunk beyond that.
struct StreamSealer<Provider: CryptoProvider>: Sendable {
  private enum Phase {
    case open
    /// The text is complete; so many zeros still follow it.
    case ending(zeros: UInt64)
    case done
  }

  private let cipher: ChunkCipher<Provider>
  private var buffer = ChunkBuffer()
  private var phase = Phase.open
  /// The index of the next chunk.
  private(set) var index: UInt64

  init(cipher: ChunkCipher<Provider>, startingAt index: UInt64 = 0) {
    self.cipher = cipher
    self.index = index
  }

  var isDone: Bool {
    if case .done = phase { true } else { false }
  }

  /// Throws `streamEnded` after `end`.
  mutating func push(_ bytes: [UInt8]) throws(CryptoError) {
    guard case .open = phase else { throw .streamEnded }
    buffer.append(bytes)
  }

  /// Closes the text, with `padding` zeros behind it. Throws `streamEnded` the second time.
  mutating func end(padding: UInt64) throws(CryptoError) {
    guard case .open = phase else { throw .streamEnded }
    phase = .ending(zeros: padding)
  }

  /// The next chunk of ciphertext; nil when more has to be pushed first, and after the last one.
  mutating func pull() throws(CryptoError) -> [UInt8]? {
    let size = ChunkCipher<Provider>.plaintextSize
    switch phase {
    case .done:
      return nil
    case .open:
      // A full chunk waits for one byte more: only then is it not the last.
      guard buffer.count > size else { return nil }
    case .ending(let zeros):
      let added = min(zeros, UInt64(max(0, size - buffer.count)))
      buffer.appendZeros(Int(added))
      phase = .ending(zeros: zeros - added)
    }
    var isLast = false
    if case .ending(zeros: 0) = phase { isLast = buffer.count <= size }
    let plaintext = buffer.first(size)
    let chunk = try cipher.seal(plaintext, index: index, isLast: isLast)
    buffer.drop(plaintext.count)
    index += 1
    if isLast { phase = .done }
    return chunk
  }
}
