// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Synchronization

@testable import CryptoCore

/// The native provider with randomness that a test writes down, for known answers. The core needs no door for it: it is
/// generic over the provider.
enum ScriptedProvider: CryptoProvider {
  typealias Native = NativeCryptoProvider

  /// What the next calls for randomness get; with none, or when it runs out, `randomnessUnavailable`.
  @TaskLocal private static var script: Script?

  /// Runs `body` with `bytes` as all the randomness there is, and checks that it was used up.
  static func withRandomness<Result>(_ bytes: [UInt8], _ body: () throws -> Result) throws -> Result {
    let script = Script(bytes)
    let result = try $script.withValue(script) { try body() }
    guard script.isUsedUp else { throw Surplus() }
    return result
  }

  struct Surplus: Error {}

  private final class Script: Sendable {
    private let remaining: Mutex<ArraySlice<UInt8>>

    init(_ bytes: [UInt8]) { remaining = Mutex(bytes[...]) }

    var isUsedUp: Bool { remaining.withLock(\.isEmpty) }

    func next(_ count: Int) -> [UInt8]? {
      remaining.withLock { remaining in
        guard count <= remaining.count else { return nil }
        defer { remaining.removeFirst(count) }
        return Array(remaining.prefix(count))
      }
    }
  }

  static func randomBytes(count: Int) throws(CryptoError) -> [UInt8] {
    guard let bytes = script?.next(count) else { throw .randomnessUnavailable }
    return bytes
  }

  static func randomSecret(count: Int) throws(CryptoError) -> SecretBytes {
    SecretBytes(copying: try randomBytes(count: count))
  }

  static func x25519PublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.x25519PublicKey(of: privateKey)
  }

  static func x25519(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    try Native.x25519(privateKey: privateKey, publicKey: publicKey)
  }

  static func ed25519PublicKey(of seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.ed25519PublicKey(of: seed)
  }

  static func ed25519Sign(_ message: [UInt8], seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.ed25519Sign(message, seed: seed)
  }

  static func ed25519Verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    Native.ed25519Verify(signature, of: message, publicKey: publicKey)
  }

  static func mlkemPublicKey(of seed: SecretBytes, set: MLKEMParameterSet) throws(CryptoError) -> [UInt8] {
    try Native.mlkemPublicKey(of: seed, set: set)
  }

  static func mlkemCheck(publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError) {
    try Native.mlkemCheck(publicKey: publicKey, set: set)
  }

  /// The core's own encapsulation, which takes its randomness from outside.
  static func mlkemEncapsulate(to publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError) -> Encapsulation {
    try Native.mlkemCheck(publicKey: publicKey, set: set)
    let header = try MLKEMEncapsulation.header(of: publicKey, set: set)
    let randomness = try randomSecret(count: 32)
    let (first, secret) = try MLKEMEncapsulation.firstPart(header: header, randomness: randomness, set: set)
    let second = try MLKEMEncapsulation.secondPart(
      header: header, randomness: randomness, vector: MLKEMEncapsulation.vector(of: publicKey, set: set), set: set)
    return Encapsulation(ciphertext: first + second, secret: secret)
  }

  static func mlkemDecapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> SecretBytes {
    try Native.mlkemDecapsulate(ciphertext, seed: seed, set: set)
  }

  static func mldsaPublicKey(of seed: SecretBytes, set: MLDSAParameterSet) throws(CryptoError) -> [UInt8] {
    try Native.mldsaPublicKey(of: seed, set: set)
  }

  static func mldsaSign(
    _ message: [UInt8], seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoError) -> [UInt8] {
    try Native.mldsaSign(message, seed: seed, set: set)
  }

  static func mldsaVerify(
    _ signature: [UInt8], of message: [UInt8], context: [UInt8], publicKey: [UInt8], set: MLDSAParameterSet
  ) -> Bool {
    Native.mldsaVerify(signature, of: message, context: context, publicKey: publicKey, set: set)
  }

  static func chaCha20Poly1305Seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Native.chaCha20Poly1305Seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }

  static func chaCha20Poly1305Open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Native.chaCha20Poly1305Open(ciphertext, key: key, nonce: nonce, associatedData: associatedData)
  }

  static func hmacSHA256(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    Native.hmacSHA256(key: key, message: message)
  }

  static func hmacSHA512(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    Native.hmacSHA512(key: key, message: message)
  }

  static func hkdfSHA256(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Native.hkdfSHA256(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  static func hkdfSHA512(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Native.hkdfSHA512(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  static func sha256(_ message: [UInt8]) -> [UInt8] { Native.sha256(message) }
  static func sha512(_ message: [UInt8]) -> [UInt8] { Native.sha512(message) }
}
