// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The signatures of certificates, which travel with the suite they were made in.
enum CertificateSignature<Suite: CipherSuite> {
  /// A client that knows suite 1 alone reads the classic part of a hybrid key and of a hybrid signature, which come first
  /// and are made over the same message. Every other client demands its own suite, whole.
  static func verify(
    _ signature: [UInt8], of message: [UInt8], publicKey: [UInt8], suite: SuiteID
  ) throws(CryptoError) {
    guard suite == Suite.id || Suite.id == .classic else { throw .unsupportedSuite }
    guard suite == Suite.id || signature.count > Suite.signatureSize else { throw .invalidSignature }
    let part = suite == Suite.id ? signature : Array(signature[0..<Suite.signatureSize])
    let key = suite == Suite.id ? publicKey : Array(publicKey.prefix(Suite.signaturePublicKeySize))
    guard Suite.isValid(signature: part, of: message, publicKey: key) else { throw .invalidSignature }
  }
}
