// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Decrypts a stream in chunks: ciphertext is pushed in any pieces, plaintext is pulled chunk by chunk, each
/// authenticated before it is handed out. Only `isComplete` says that nothing is missing at the end.
struct StreamOpener<Provider: CryptoProvider>: Sendable {
  private enum Phase {
    case open
    case ending
    case complete
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

  /// Whether the last chunk has been opened.
  var isComplete: Bool { phase == .complete }

  /// Throws `streamEnded` after `end`.
  mutating func push(_ ciphertext: [UInt8]) throws(CryptoError) {
    guard phase == .open else { throw .streamEnded }
    buffer.append(ciphertext)
  }

  /// Says that no more comes: what is left must be the last chunk. Throws `streamEnded` the second time.
  mutating func end() throws(CryptoError) {
    guard phase == .open else { throw .streamEnded }
    phase = .ending
  }

  /// The next chunk, encrypted and decrypted; nil when more has to be pushed first, and after the last one. Throws
  /// `authenticationFailed` for a stream that was changed, cut, continued or put in another order, again and again.
  mutating func pull() throws(CryptoError) -> (ciphertext: [UInt8], plaintext: [UInt8])? {
    let size = ChunkCipher<Provider>.ciphertextSize
    guard phase != .complete, phase == .ending || buffer.count > size else { return nil }
    let isLast = phase == .ending && buffer.count <= size
    let ciphertext = buffer.first(size)
    let plaintext = try cipher.open(ciphertext, index: index, isLast: isLast)
    buffer.drop(ciphertext.count)
    index += 1
    if isLast { phase = .complete }
    return (ciphertext, plaintext)
  }
}
