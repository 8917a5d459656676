// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension SessionRecord {
  /// The version of the stored layout.
  static var storedVersion: UInt8 { 1 }

  /// The record for an encrypted store. Layout: version (u8, 1) ‖ suite (u8) ‖ current (u8) [‖ session] ‖ number of
  /// archived sessions (u8), each a session.
  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: 512)
    writer.write(Self.storedVersion)
    writer.write(Suite.id.rawValue)
    writer.write(current != nil)
    current?.write(to: &writer)
    writer.write(UInt8(truncatingIfNeeded: archived.count))
    for session in archived { session.write(to: &writer) }
    return writer.finishSecret()
  }

  /// Reads a stored record. Throws `malformed`, `unsupportedVersion` or `unsupportedSuite`.
  public init(serialized: SecretBytes) throws(CryptoError) {
    self = try serialized.read { (reader: inout ByteReader) throws(CryptoError) in try Self(from: &reader) }
  }

  private init(from reader: inout ByteReader) throws(CryptoError) {
    guard try reader.readUInt8() == Self.storedVersion else { throw .unsupportedVersion }
    guard try reader.readUInt8() == Suite.id.rawValue else { throw .unsupportedSuite }
    var current: Session<Suite>?
    if try reader.readFlag() { current = try Session(from: &reader) }
    let count = Int(try reader.readUInt8())
    guard count <= SessionLimits.maximumArchivedSessions else { throw .malformed }
    var archived: [Session<Suite>] = []
    for _ in 0..<count { archived.append(try Session(from: &reader)) }
    self.init(current: current, archived: archived)
  }
}
