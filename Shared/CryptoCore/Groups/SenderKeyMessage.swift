// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A message to a group: encrypted once, the same for every device. It names neither group nor sender; a reader who does
/// not hold the sender key sees a distribution id and a number.
///
/// Layout: version (u8, 1) ‖ kind (u8, 3) ‖ distribution id (16) ‖ iteration (u32) ‖ AEAD output ‖ Ed25519 signature (64).
public struct SenderKeyMessage: Hashable, Sendable {
  static let version: UInt8 = 1
  /// Beside those of `CiphertextMessage.Kind`.
  package static let kind: UInt8 = 3
  static let headerSize = 22
  static let signatureSize = 64
  static let tagSize = 16

  public let bytes: [UInt8]
  /// Tells a receiver which of its sender keys the message wants.
  public let distributionID: [UInt8]
  let iteration: UInt32

  /// Throws `malformed` or `unsupportedVersion`.
  public init(bytes: [UInt8]) throws(CryptoError) {
    guard let version = bytes.first else { throw .malformed }
    guard version == Self.version else { throw .unsupportedVersion }
    guard bytes.count >= Self.headerSize + Self.tagSize + Self.signatureSize, bytes[1] == Self.kind else {
      throw .malformed
    }
    var reader = ByteReader(Array(bytes[2..<Self.headerSize]))
    distributionID = try reader.read(SenderKeyDistribution.idSize)
    iteration = try reader.readUInt32()
    self.bytes = bytes
  }

  static func header(distributionID: [UInt8], iteration: UInt32) -> [UInt8] {
    var writer = ByteWriter(capacity: headerSize)
    writer.write(version)
    writer.write(kind)
    writer.write(distributionID)
    writer.write(iteration)
    return writer.finish()
  }

  var header: [UInt8] { Array(bytes[0..<Self.headerSize]) }
  var ciphertext: [UInt8] { Array(bytes[Self.headerSize..<bytes.count - Self.signatureSize]) }
  /// All before the signature.
  var signed: [UInt8] { Array(bytes[0..<bytes.count - Self.signatureSize]) }
  var signature: [UInt8] { Array(bytes[(bytes.count - Self.signatureSize)...]) }
}
