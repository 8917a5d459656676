// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Keys and signatures of any suite as an implemented one sees them: whole if they are its own; in suite 1 the classic
/// part of another suite's, which comes first and signs the same message. That is how a client that knows suite 1 alone
/// believes everybody's device lists and certificates; every other client demands its own suite, whole.
extension CipherSuite {
  /// The part of a signing key that checks signatures. Throws `unsupportedSuite` for a suite that this one does not see.
  static func signingKey(_ key: [UInt8], of certified: SuiteID) throws(CryptoError) -> [UInt8] {
    if id == certified { return key }
    guard id == .classic else { throw .unsupportedSuite }
    return Array(key.prefix(KeySizes.classicKey))
  }

  /// Throws `invalidSignature` unless a key of suite `certified` signed this message in that suite, and the signature has
  /// the suite's size, so that none of it was cut off. Throws `unsupportedSuite` like `signingKey`.
  static func verify(
    _ signature: [UInt8], of message: [UInt8], publicKey: [UInt8], madeIn certified: SuiteID
  ) throws(CryptoError) {
    let key = try signingKey(publicKey, of: certified)
    let size = id == certified ? signatureSize : KnownSuite(certified)?.keySizes.signature
    guard KeySizes.fits(signature.count, size, atLeast: signatureSize),
      isValid(signature: Array(signature[..<signatureSize]), of: message, publicKey: key)
    else { throw .invalidSignature }
  }
}

extension KeySizes {
  /// Whether a key or signature has the size of its suite, or, of a suite that is not known, at least the classic one.
  static func fits(_ count: Int, _ exact: Int?, atLeast minimum: Int) -> Bool {
    if let exact { return count == exact }
    return count >= minimum
  }
}
