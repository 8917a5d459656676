// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Encrypts one file in constant memory: push its bytes in any pieces, pull chunks of ciphertext until there is none,
/// and after `finish` pull until the end; then `pointer` is what the message carries.
public struct AttachmentEncryptor<Provider: CryptoProvider>: Sendable {
  private let key: SecretBytes
  private var sealer: StreamSealer<Provider>
  private var digest: AttachmentDigest<Provider>
  private var size: UInt64
  /// Where to go on from if this encryptor is lost: behind the last chunk that was pulled, or behind the last one that
  /// the file fills. From within the padding nobody could tell how large the file was.
  public private(set) var checkpoint: AttachmentCheckpoint

  /// A new file, with a key of its own. Throws `randomnessUnavailable`.
  public init() throws(CryptoError) {
    try self.init(
      resuming: AttachmentCheckpoint(
        key: Provider.randomSecret(count: 32), index: 0, digest: AttachmentDigest<Provider>().value))
  }

  /// Goes on with a file whose first chunks have been encrypted: push it from byte `checkpoint.index` × 65,536.
  ///
  /// The file must be the same: chunks that were made after the checkpoint are made again under the same nonces, and
  /// two texts under one nonce give away what they differ in. If it may have changed, encrypt it anew.
  public init(resuming checkpoint: AttachmentCheckpoint) throws(CryptoError) {
    self.checkpoint = checkpoint
    key = checkpoint.key
    sealer = StreamSealer(
      cipher: try AttachmentPointer.cipher(key: key, Provider.self), startingAt: checkpoint.index)
    digest = AttachmentDigest(resuming: checkpoint.digest)
    size = checkpoint.index * UInt64(ChunkCipher<Provider>.plaintextSize)
  }

  /// Throws `plaintextTooLarge` beyond 4 GiB, `streamEnded` after `finish`; neither changes anything.
  public mutating func push(_ bytes: [UInt8]) throws(CryptoError) {
    guard UInt64(bytes.count) <= AttachmentLimits.maximumSize - size else { throw .plaintextTooLarge }
    try sealer.push(bytes)
    size += UInt64(bytes.count)
  }

  /// The file is complete: what `pull` still gives holds its end and the padding.
  public mutating func finish() throws(CryptoError) {
    try sealer.end(padding: SizePadding.paddedSize(of: size) - size)
  }

  /// The next chunk of ciphertext; nil when more has to be pushed first, and after the last one.
  public mutating func pull() throws(CryptoError) -> [UInt8]? {
    guard let chunk = try sealer.pull() else { return nil }
    digest.update(chunk: chunk)
    if !sealer.isDone, sealer.index * UInt64(ChunkCipher<Provider>.plaintextSize) <= size {
      checkpoint = AttachmentCheckpoint(key: key, index: sealer.index, digest: digest.value)
    }
    return chunk
  }

  /// Nil until the last chunk has been pulled.
  public var pointer: AttachmentPointer? {
    guard sealer.isDone else { return nil }
    return AttachmentPointer(key: key, size: size, digest: digest.value)
  }
}
