// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension RecoveryPhrase {
  /// The account's root identity, the same whenever it is derived.
  ///
  /// HKDF info is "Construct recovery root v1" ‖ 00 ‖ suite. The first 32 bytes of the private key are derived under
  /// suite 1 in every suite, the rest under the suite itself: a hybrid root's classic part is the root of suite 1, as
  /// devices that know only that suite see it.
  public func rootIdentity<Suite: CipherSuite>(
    _ suite: Suite.Type
  ) throws(CryptoError) -> RootIdentityKeyPair<Suite> {
    let classicSize = 32
    let classic = try derive(
      ProtocolLabel.bytes(ProtocolLabel.recoveryRoot, suite: .classic), count: classicSize)
    guard Suite.signaturePrivateKeySize > classicSize else { return try RootIdentityKeyPair(serialized: classic) }
    let rest = try derive(
      ProtocolLabel.bytes(ProtocolLabel.recoveryRoot, suite: Suite.id),
      count: Suite.signaturePrivateKeySize - classicSize)
    return try RootIdentityKeyPair(serialized: SecretBytes(concatenating: [classic, rest]))
  }

  /// The key of the account's archives.
  public func archiveKey() throws(CryptoError) -> ArchiveKey {
    ArchiveKey(secret: try derive(ProtocolLabel.bytes(ProtocolLabel.recoveryArchive), count: 32))
  }

  private func derive(_ info: [UInt8], count: Int) throws(CryptoError) -> SecretBytes {
    try Provider.hkdfSHA256(
      salt: SecretBytes(copying: [UInt8](repeating: 0, count: 32)), inputKey: entropy, info: info, count: count)
  }
}

/// Encrypts the archives of one account. It cannot be turned back into the phrase, so a device may keep it for regular
/// archives without being able to give the root identity away.
public struct ArchiveKey: Sendable {
  let secret: SecretBytes

  init(secret: SecretBytes) {
    self.secret = secret
  }

  /// Throws `invalidKeyLength` unless there are 32 bytes.
  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == 32 else { throw .invalidKeyLength }
    secret = serialized
  }

  /// For an encrypted store.
  public func serialized() -> SecretBytes { secret }
}
