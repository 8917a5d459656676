// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What two people compare to know that nobody stands between them. It covers the root keys of both accounts, whole
/// with their post-quantum parts, and the accounts' UUIDs: linking a device does not change it, a swapped root does.
/// Both people see the same number whatever suites their clients know, because the keys are opaque to it.
public struct SafetyNumber<Provider: CryptoProvider>: Hashable, Sendable {
  /// The first byte of `qrPayload`.
  static var qrVersion: UInt8 { 1 }
  static var qrFingerprintSize: Int { 32 }

  private let local: [UInt8]
  private let remote: [UInt8]

  /// The accounts are UUIDs of 16 bytes. Throws `malformed` otherwise. Takes 10,400 SHA-512 rounds.
  public init(
    localAccount: [UInt8], localRoot: CertifiedRootKey,
    remoteAccount: [UInt8], remoteRoot: CertifiedRootKey
  ) throws(CryptoError) {
    guard localAccount.count == 16, remoteAccount.count == 16 else { throw .malformed }
    local = Self.fingerprint(account: localAccount, root: localRoot)
    remote = Self.fingerprint(account: remoteAccount, root: remoteRoot)
  }

  /// The key is suite (u8) ‖ root public key.
  private static func fingerprint(account: [UInt8], root: CertifiedRootKey) -> [UInt8] {
    let fingerprint = IdentityFingerprint<Provider>.self
    return fingerprint.compute(
      key: [root.suite.rawValue] + root.bytes, identifier: account, iterations: fingerprint.iterations)
  }

  /// 60 digits, the same on both sides: both people's 30 digits, the smaller first.
  public var digits: String {
    let own = IdentityFingerprint<Provider>.digits(of: local)
    let other = IdentityFingerprint<Provider>.digits(of: remote)
    let ordered = own.lexicographicallyPrecedes(other) ? own + other : other + own
    return String(decoding: ordered, as: UTF8.self)
  }

  /// The digits in twelve groups of five.
  public var groups: [String] {
    let all = Array(digits.utf8)
    var result: [String] = []
    for start in stride(from: 0, to: all.count, by: 5) {
      result.append(String(decoding: all[start..<start + 5], as: UTF8.self))
    }
    return result
  }

  /// What the QR code holds (65 bytes): version (u8, 1) ‖ own fingerprint (32) ‖ the other's fingerprint (32).
  public var qrPayload: [UInt8] {
    [Self.qrVersion] + local[0..<Self.qrFingerprintSize] + remote[0..<Self.qrFingerprintSize]
  }

  /// Whether a scanned code is the other person's view of the same two identities. Constant-time.
  ///
  /// Throws `malformed` for a wrong length, `unsupportedVersion` for another version.
  public func matches(scanned payload: [UInt8]) throws(CryptoError) -> Bool {
    let size = Self.qrFingerprintSize
    guard payload.count == 1 + 2 * size else { throw .malformed }
    guard payload[0] == Self.qrVersion else { throw .unsupportedVersion }
    let expected = Array(remote[0..<size] + local[0..<size])
    return constantTimeEqual(Array(payload[1...]), expected)
  }
}
