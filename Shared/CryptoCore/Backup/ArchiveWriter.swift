// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Writes an archive in constant memory: push entries, pull bytes until there are none, and after `finish` pull until
/// the end. What an entry holds is the client's business.
///
/// Text of the stream: for each entry its length (u32) and its bytes; then a length of zero, and zeros up to the padded
/// size.
public struct ArchiveWriter<Provider: CryptoProvider>: Sendable {
  private var header: [UInt8]?
  private var sealer: StreamSealer<Provider>
  private var size: UInt64 = 0

  /// A new archive. Throws `randomnessUnavailable`.
  public init(key: ArchiveKey) throws(CryptoError) {
    let header = ArchiveHeader(salt: try Provider.randomBytes(count: 32))
    self.header = header.bytes
    sealer = StreamSealer(cipher: try header.cipher(key: key, Provider.self))
  }

  /// Throws `invalidLength` for an empty entry or one of more than 1 MiB, `streamEnded` after `finish`.
  public mutating func push(_ entry: [UInt8]) throws(CryptoError) {
    guard (1...ArchiveLimits.maximumEntrySize).contains(entry.count) else { throw .invalidLength }
    var length = ByteWriter(capacity: 4)
    length.write(UInt32(entry.count))
    try sealer.push(length.finish())
    try sealer.push(entry)
    size += UInt64(4 + entry.count)
  }

  /// There are no more entries.
  public mutating func finish() throws(CryptoError) {
    let withEnd = size + 4
    try sealer.end(padding: 4 + SizePadding.paddedSize(of: withEnd) - withEnd)
  }

  /// The next bytes of the archive; nil when more has to be pushed first, and after the last ones.
  public mutating func pull() throws(CryptoError) -> [UInt8]? {
    if let header {
      self.header = nil
      return header
    }
    return try sealer.pull()
  }
}
