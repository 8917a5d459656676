// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Decrypts one file in constant memory: push ciphertext in any pieces, pull plaintext until there is none, and after
/// `finish` pull until the end. What is pulled is authentic, chunk by chunk; the file is whole only when `isComplete`.
public struct AttachmentDecryptor<Provider: CryptoProvider>: Sendable {
  private let pointer: AttachmentPointer
  private var opener: StreamOpener<Provider>
  /// Nil when the beginning was not seen, and so the whole cannot be compared.
  private var digest: AttachmentDigest<Provider>?
  private var remaining: UInt64
  private var remainingPadding: UInt64

  public init(_ pointer: AttachmentPointer) throws(CryptoError) {
    try self.init(pointer, index: 0, digest: AttachmentDigest())
  }

  /// Goes on after a pause: push the ciphertext from byte `checkpoint.index` × 65,552. Throws `malformed` for another
  /// file's checkpoint.
  public init(_ pointer: AttachmentPointer, resuming checkpoint: AttachmentCheckpoint) throws(CryptoError) {
    guard checkpoint.key.isEqual(to: pointer.key) else { throw .malformed }
    try self.init(pointer, index: checkpoint.index, digest: AttachmentDigest(resuming: checkpoint.digest))
  }

  /// Begins in the middle, at byte `index` × 65,536 of the file. Every chunk is still authentic and in its place; only
  /// the digest of the whole is not compared.
  public init(_ pointer: AttachmentPointer, startingAt index: UInt64) throws(CryptoError) {
    try self.init(pointer, index: index, digest: nil)
  }

  private init(
    _ pointer: AttachmentPointer, index: UInt64, digest: AttachmentDigest<Provider>?
  ) throws(CryptoError) {
    let padded = SizePadding.paddedSize(of: pointer.size)
    let (offset, overflow) = index.multipliedReportingOverflow(by: UInt64(ChunkCipher<Provider>.plaintextSize))
    guard !overflow, offset < padded else { throw .malformed }
    self.pointer = pointer
    self.digest = digest
    opener = StreamOpener(cipher: try pointer.cipher(Provider.self), startingAt: index)
    remaining = pointer.size > offset ? pointer.size - offset : 0
    remainingPadding = padded - offset - remaining
  }

  /// Throws `streamEnded` after `finish`.
  public mutating func push(_ ciphertext: [UInt8]) throws(CryptoError) {
    try opener.push(ciphertext)
  }

  /// Says that all ciphertext has been pushed. The last chunk comes only after this.
  public mutating func finish() throws(CryptoError) {
    try opener.end()
  }

  /// The next bytes of the file, which may be none where there is only padding; nil when more has to be pushed first, and
  /// after the end.
  ///
  /// Throws `authenticationFailed` for a stream that was changed, cut, continued or reordered, or whose size or digest is
  /// not the pointer's, and `malformedPadding` for padding that is not zero.
  public mutating func pull() throws(CryptoError) -> [UInt8]? {
    var copy = opener
    guard let (ciphertext, plaintext) = try copy.pull() else { return nil }
    guard UInt64(plaintext.count) <= remaining + remainingPadding else { throw .authenticationFailed }
    let text = Int(min(remaining, UInt64(plaintext.count)))
    var stray: UInt8 = 0
    for index in text..<plaintext.count { stray |= plaintext[index] }
    guard stray == 0 else { throw .malformedPadding }
    var newDigest = digest
    newDigest?.update(chunk: ciphertext)
    if copy.isComplete {
      guard UInt64(plaintext.count) == remaining + remainingPadding else { throw .authenticationFailed }
      if let value = newDigest?.value {
        guard constantTimeEqual(value, pointer.digest) else { throw .authenticationFailed }
      }
    }
    opener = copy
    digest = newDigest
    remaining -= UInt64(text)
    remainingPadding -= UInt64(plaintext.count - text)
    return text == plaintext.count ? plaintext : Array(plaintext[0..<text])
  }

  /// Whether the whole file has been pulled, from where it was begun.
  public var isComplete: Bool { opener.isComplete }

  /// Where to go on after the chunks that were pulled; nil for one that was begun in the middle.
  public var checkpoint: AttachmentCheckpoint? {
    guard let digest else { return nil }
    return AttachmentCheckpoint(key: pointer.key, index: opener.index, digest: digest.value)
  }
}
