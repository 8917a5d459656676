// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Reads an archive in constant memory: push its bytes in any pieces, pull entries until there is none, and after
/// `finish` pull until the end. Each entry is authentic and in its place; the archive is whole only when `isComplete`,
/// so a client restores in one transaction and commits it then.
public struct ArchiveReader<Provider: CryptoProvider>: Sendable {
  private enum Phase {
    /// The header is still to come, at least some of it.
    case header([UInt8])
    case entries(StreamOpener<Provider>)
    /// Only zeros may follow.
    case padding(StreamOpener<Provider>)
  }

  private let key: ArchiveKey
  private var phase = Phase.header([])
  private var text = ChunkBuffer()
  /// Bytes of text that were opened, and of those the ones that entries took.
  private var opened: UInt64 = 0
  private var taken: UInt64 = 0

  public init(key: ArchiveKey) {
    self.key = key
  }

  /// Throws `malformed` or `unsupportedVersion` for another header, `streamEnded` after `finish`.
  public mutating func push(_ bytes: [UInt8]) throws(CryptoError) {
    switch phase {
    case .header(let before):
      let all = before + bytes
      guard all.count >= ArchiveHeader.size else {
        phase = .header(all)
        return
      }
      let header = try ArchiveHeader(bytes: Array(all[0..<ArchiveHeader.size]))
      var opener = StreamOpener(cipher: try header.cipher(key: key, Provider.self))
      try opener.push(Array(all[ArchiveHeader.size...]))
      phase = .entries(opener)
    case .entries(var opener):
      try opener.push(bytes)
      phase = .entries(opener)
    case .padding(var opener):
      try opener.push(bytes)
      phase = .padding(opener)
    }
  }

  /// Says that all bytes have been pushed. Throws `malformed` if there was not even a header.
  public mutating func finish() throws(CryptoError) {
    switch phase {
    case .header: throw .malformed
    case .entries(var opener):
      try opener.end()
      phase = .entries(opener)
    case .padding(var opener):
      try opener.end()
      phase = .padding(opener)
    }
  }

  /// The next entry; nil when more has to be pushed first, and after the last one.
  ///
  /// Throws `authenticationFailed` for another key or an archive that was changed, cut or continued, `malformed` or
  /// `malformedPadding` for one that an `ArchiveWriter` would not have written.
  public mutating func pull() throws(CryptoError) -> [UInt8]? {
    while true {
      if case .entries = phase, let entry = try nextEntry() { return entry }
      if case .padding = phase { try checkPadding() }
      guard try openChunk() else {
        try checkEnd()
        return nil
      }
    }
  }

  /// Whether the archive has been read to its end and is whole.
  public var isComplete: Bool {
    if case .padding(let opener) = phase { opener.isComplete && text.count == 0 } else { false }
  }

  private mutating func nextEntry() throws(CryptoError) -> [UInt8]? {
    guard text.count >= 4, case .entries(let opener) = phase else { return nil }
    var reader = ByteReader(text.first(4))
    let size = try reader.readUInt32()
    guard size <= UInt32(ArchiveLimits.maximumEntrySize) else { throw .malformed }
    let length = Int(size)
    if length == 0 {
      text.drop(4)
      taken += 4
      phase = .padding(opener)
      return nil
    }
    guard text.count >= 4 + length else { return nil }
    text.drop(4)
    let entry = text.first(length)
    text.drop(length)
    taken += UInt64(4 + length)
    return entry
  }

  private mutating func checkPadding() throws(CryptoError) {
    for byte in text.first(text.count) where byte != 0 { throw .malformedPadding }
    text.drop(text.count)
  }

  /// Moves a chunk's text into `text`, if there is a chunk.
  private mutating func openChunk() throws(CryptoError) -> Bool {
    let plaintext: [UInt8]
    switch phase {
    case .header: return false
    case .entries(var opener):
      guard let chunk = try opener.pull() else { return false }
      plaintext = chunk.plaintext
      phase = .entries(opener)
    case .padding(var opener):
      guard let chunk = try opener.pull() else { return false }
      plaintext = chunk.plaintext
      phase = .padding(opener)
    }
    text.append(plaintext)
    opened += UInt64(plaintext.count)
    return true
  }

  private func checkEnd() throws(CryptoError) {
    switch phase {
    case .header: return
    // The stream is whole, and says that it goes on.
    case .entries(let opener): if opener.isComplete { throw .malformed }
    case .padding(let opener):
      guard opener.isComplete else { return }
      guard SizePadding.paddedSize(of: taken) == opened else { throw .malformedPadding }
    }
  }
}
