// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What an initial message says beside its ratchet message: which prekeys were used and who asks.
///
/// Layout: SHA-256 fingerprint of the sender's device identity (32) ‖ base key EK_A ‖ signed prekey id (u32) ‖ kind of
/// the fourth prekey (u8: 0 none, 1 one-time, 2 last resort) ‖ its id (u32, 0 if none) ‖ KEM ciphertext (suites with a
/// KEM), to the fourth prekey or, without one, to the signed prekey.
struct PreKeyHeader<Suite: CipherSuite>: Sendable {
  static var fingerprintSize: Int { 32 }

  enum FourthReference: Equatable, Sendable {
    case none
    case oneTime(UInt32)
    case lastResort(UInt32)
  }

  let senderFingerprint: [UInt8]
  let baseKey: [UInt8]
  let signedPreKeyID: UInt32
  let fourth: FourthReference
  let kemCiphertext: [UInt8]

  var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 80 + Suite.agreementPublicKeySize + Suite.KEM.ciphertextSize)
    writer.write(senderFingerprint)
    writer.write(baseKey)
    writer.write(signedPreKeyID)
    switch fourth {
    case .none:
      writer.write(UInt8(0))
      writer.write(UInt32(0))
    case .oneTime(let id):
      writer.write(UInt8(1))
      writer.write(id)
    case .lastResort(let id):
      writer.write(UInt8(2))
      writer.write(id)
    }
    writer.write(kemCiphertext)
    return writer.finish()
  }

  init(
    senderFingerprint: [UInt8], baseKey: [UInt8], signedPreKeyID: UInt32, fourth: FourthReference,
    kemCiphertext: [UInt8]
  ) {
    self.senderFingerprint = senderFingerprint
    self.baseKey = baseKey
    self.signedPreKeyID = signedPreKeyID
    self.fourth = fourth
    self.kemCiphertext = kemCiphertext
  }

  init(from reader: inout ByteReader) throws(CryptoError) {
    senderFingerprint = try reader.read(Self.fingerprintSize)
    baseKey = try reader.read(Suite.agreementPublicKeySize)
    signedPreKeyID = try reader.readUInt32()
    let kind = try reader.readUInt8()
    let id = try reader.readUInt32()
    switch kind {
    case 0 where id == 0: fourth = .none
    case 1: fourth = .oneTime(id)
    case 2: fourth = .lastResort(id)
    default: throw .malformed
    }
    kemCiphertext = try reader.read(Suite.KEM.ciphertextSize)
  }
}
