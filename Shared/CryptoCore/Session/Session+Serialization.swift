// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension Session {
  /// Layout: role (u8: 1 initiator, 2 responder) ‖ created (u64) ‖ base key ‖ transcript digest (32) ‖ pending (u8) [‖
  /// prekey header] ‖ ratchet.
  func write(to writer: inout ByteWriter) {
    writer.write(role.rawValue)
    writer.write(createdAt)
    writer.write(baseKey)
    writer.write(transcript)
    writer.write(pending != nil)
    if let pending { writer.write(pending.encoded) }
    ratchet.write(to: &writer)
  }

  init(from reader: inout ByteReader) throws(CryptoError) {
    guard let role = Role(rawValue: try reader.readUInt8()) else { throw .malformed }
    let createdAt = try reader.readUInt64()
    let baseKey = try reader.read(Suite.agreementPublicKeySize)
    let transcript = try reader.read(32)
    var pending: PreKeyHeader<Suite>?
    if try reader.readFlag() {
      pending = try PreKeyHeader(from: &reader)
      guard role == .initiator else { throw .malformed }
    }
    self.init(
      role: role, createdAt: createdAt, baseKey: baseKey, transcript: transcript, pending: pending,
      ratchet: try DoubleRatchet(from: &reader, parameters: Suite.ratchetParameters))
  }
}
