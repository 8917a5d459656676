// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What one message carries for the braid.
package struct BraidMessage: Hashable, Sendable {
  package enum Payload: Hashable, Sendable {
    case none
    /// A chunk of header ‖ MAC.
    case header(Chunk)
    /// A chunk of the key's vector.
    case vector(Chunk)
    /// The same, and the sender has all of the ciphertext's first part.
    case vectorAcknowledging(Chunk)
    /// The sender has all of the ciphertext's first part.
    case acknowledgement
    /// A chunk of the ciphertext's first part.
    case firstPart(Chunk)
    /// A chunk of second part ‖ MAC.
    case secondPart(Chunk)
  }

  /// The epoch that is being agreed on, from 1. The message's own key belongs to the one before.
  package let epoch: UInt64
  /// The number of the message's key in its epoch and direction, from 1.
  package let keyIndex: UInt32
  package let payload: Payload

  static let version: UInt8 = 1
  /// version, epoch (at most 10 bytes), key index (5), type, chunk index (3), chunk.
  static let maximumSize = 1 + 10 + 5 + 1 + 3 + FieldVector.size

  /// version (u8) ‖ epoch ‖ key index ‖ type (u8) [‖ chunk index ‖ chunk (32)]; numbers in seven bits a byte, the
  /// lowest first, all but the last with the high bit.
  var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.maximumSize)
    writer.write(Self.version)
    writer.writeVariable(epoch)
    writer.writeVariable(UInt64(keyIndex))
    writer.write(type.rawValue)
    if let chunk {
      writer.writeVariable(UInt64(chunk.index))
      chunk.content.write(to: &writer)
    }
    return writer.finish()
  }

  init(epoch: UInt64, keyIndex: UInt32, payload: Payload) {
    self.epoch = epoch
    self.keyIndex = keyIndex
    self.payload = payload
  }

  package init(encoded: [UInt8]) throws(CryptoError) {
    var reader = ByteReader(encoded)
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    epoch = try reader.readVariable(below: UInt64.max)
    keyIndex = UInt32(try reader.readVariable(below: UInt64(UInt32.max)))
    guard epoch > 0, keyIndex > 0, let type = PayloadType(rawValue: try reader.readUInt8()) else { throw .malformed }
    switch type {
    case .none: payload = .none
    case .acknowledgement: payload = .acknowledgement
    case .header: payload = .header(try reader.readChunk())
    case .vector: payload = .vector(try reader.readChunk())
    case .vectorAcknowledging: payload = .vectorAcknowledging(try reader.readChunk())
    case .firstPart: payload = .firstPart(try reader.readChunk())
    case .secondPart: payload = .secondPart(try reader.readChunk())
    }
    try reader.finish()
  }

  package enum PayloadType: UInt8 {
    case none = 0
    case header = 1
    case vector = 2
    case vectorAcknowledging = 3
    case acknowledgement = 4
    case firstPart = 5
    case secondPart = 6
  }

  package var type: PayloadType {
    switch payload {
    case .none: .none
    case .header: .header
    case .vector: .vector
    case .vectorAcknowledging: .vectorAcknowledging
    case .acknowledgement: .acknowledgement
    case .firstPart: .firstPart
    case .secondPart: .secondPart
    }
  }

  private var chunk: Chunk? {
    switch payload {
    case .none, .acknowledgement: nil
    case .header(let chunk), .vector(let chunk), .vectorAcknowledging(let chunk), .firstPart(let chunk),
      .secondPart(let chunk):
      chunk
    }
  }
}

extension ByteWriter {
  fileprivate mutating func writeVariable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      write(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    write(UInt8(truncatingIfNeeded: rest))
  }
}

extension ByteReader {
  /// The one shortest form of a number below `limit`.
  fileprivate mutating func readVariable(below limit: UInt64) throws(CryptoError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try readUInt8()
      let bits = UInt64(byte & 0x7F)
      guard shift < 64, (bits << shift) >> shift == bits else { throw .malformed }
      result |= bits << shift
      if byte & 0x80 == 0 {
        guard byte != 0 || shift == 0, result < limit else { throw .malformed }
        return result
      }
      shift += 7
    }
  }

  fileprivate mutating func readChunk() throws(CryptoError) -> Chunk {
    let index = UInt16(try readVariable(below: 1 << 16))
    return Chunk(index: index, content: try FieldVector(from: &self))
  }
}
