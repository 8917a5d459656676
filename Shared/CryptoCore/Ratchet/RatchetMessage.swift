// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The header of a ratchet message: sent in the clear, authenticated with the message.
///
/// Layout: ratchet public key ‖ PN (u32) ‖ N (u32), and in suites with a sparse ratchet: length (u16) ‖ its bytes.
package struct RatchetHeader<Suite: CipherSuite>: Sendable {
  package let ratchetKey: RemoteRatchetKey
  /// PN: how many messages the sender's previous chain has.
  package let previousCount: UInt32
  /// N: this message's number in its chain, from 0.
  package let number: UInt32
  package let sparse: [UInt8]

  init(ratchetKey: RemoteRatchetKey, previousCount: UInt32, number: UInt32, sparse: [UInt8]) {
    self.ratchetKey = ratchetKey
    self.previousCount = previousCount
    self.number = number
    self.sparse = sparse
  }

  package init(from reader: inout ByteReader) throws(CryptoError) {
    ratchetKey = RemoteRatchetKey(bytes: try reader.read(Suite.agreementPublicKeySize))
    previousCount = try reader.readUInt32()
    number = try reader.readUInt32()
    if Suite.Sparse.headerLimit > 0 {
      let count = Int(try reader.readUInt16())
      guard count <= Suite.Sparse.headerLimit else { throw .malformed }
      sparse = try reader.read(count)
    } else {
      sparse = []
    }
  }

  /// Bytes of it as it travels.
  var encodedSize: Int { Suite.agreementPublicKeySize + 8 + (Suite.Sparse.headerLimit > 0 ? 2 + sparse.count : 0) }

  func write(to writer: inout ByteWriter) {
    writer.write(ratchetKey.bytes)
    writer.write(previousCount)
    writer.write(number)
    if Suite.Sparse.headerLimit > 0 {
      writer.write(UInt16(truncatingIfNeeded: sparse.count))
      writer.write(sparse)
    }
  }

  /// As it travels, behind `prefix`: there is one way to write a header, so what is authenticated is what came.
  package func encoded(behind prefix: [UInt8] = []) -> [UInt8] {
    var writer = ByteWriter(capacity: prefix.count + encodedSize)
    writer.write(prefix)
    write(to: &writer)
    return writer.finish()
  }
}

/// One message of a ratchet: header and AEAD output.
package struct RatchetMessage<Suite: CipherSuite>: Sendable {
  package let header: RatchetHeader<Suite>
  package let ciphertext: [UInt8]

  package init(header: RatchetHeader<Suite>, ciphertext: [UInt8]) {
    self.header = header
    self.ciphertext = ciphertext
  }

  /// Header, then all that is left, which must at least hold the AEAD's tag.
  package init(from reader: inout ByteReader) throws(CryptoError) {
    header = try RatchetHeader(from: &reader)
    ciphertext = reader.readRest()
    guard ciphertext.count >= Suite.aeadTagSize else { throw .malformed }
  }
}
