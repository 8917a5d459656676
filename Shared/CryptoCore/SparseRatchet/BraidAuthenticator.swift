// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Ties every key and ciphertext of the braid to all epochs before it: whoever does not know the secrets so far cannot
/// slip one in.
package struct BraidAuthenticator: Sendable {
  static let macSize = 32

  package let rootKey: SecretBytes
  package let macKey: SecretBytes

  init(rootKey: SecretBytes, macKey: SecretBytes) {
    self.rootKey = rootKey
    self.macKey = macKey
  }

  /// The start: an update from a root key of zeros, for the first epoch.
  init<Profile: BraidProfile>(initialKey: SecretBytes, profile: Profile.Type) throws(CryptoError) {
    let zeros = SecretBytes(count: 32) { _ in }
    self = try BraidAuthenticator(rootKey: zeros, macKey: zeros).updated(
      with: initialKey, epoch: 1, profile: profile)
  }

  /// HKDF(salt: zeros, ikm: root key ‖ secret, label ‖ epoch) cut into root key and MAC key.
  func updated<Profile: BraidProfile>(
    with secret: SecretBytes, epoch: UInt64, profile: Profile.Type
  ) throws(CryptoError) -> BraidAuthenticator {
    let output = try Profile.Provider.hkdfSHA256(
      salt: .noSalt, inputKey: SecretBytes(concatenating: [rootKey, secret]),
      info: BraidParameters.info(Profile.braidParameters.authenticator, epoch: epoch), count: 64)
    return BraidAuthenticator(rootKey: output.slice(0..<32), macKey: output.slice(32..<64))
  }

  /// HMAC(MAC key, label ‖ epoch ‖ content)
  func mac<Profile: BraidProfile>(
    _ label: [UInt8], epoch: UInt64, content: [UInt8], profile: Profile.Type
  ) -> [UInt8] {
    Profile.Provider.hmacSHA256(key: macKey, message: BraidParameters.info(label, epoch: epoch) + content).exposed()
  }
}
