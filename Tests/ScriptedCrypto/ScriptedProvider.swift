// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

package import CryptoCore
import NativeCrypto
import Synchronization

/// The native provider with given randomness, for known answers. The core needs no door for it: it is generic over the
/// provider.
package enum ScriptedProvider: CryptoProvider {
  typealias Native = NativeCryptoProvider

  /// Where the randomness of a call comes from.
  package enum Randomness: Sendable {
    /// These bytes, all of them.
    case exactly([UInt8])
    /// SHA-256(seed ‖ 0) ‖ SHA-256(seed ‖ 1) ‖ …, as much of it as is asked for.
    case stream(seed: [UInt8])
  }

  @TaskLocal private static var script: Script?

  /// Runs `body` and answers the randomness that it used. Throws `mismatch` if it used fewer bytes than were given.
  package static func with<Result>(
    _ randomness: Randomness, _ body: () throws -> Result
  ) throws -> (result: Result, used: [UInt8]) {
    let script = Script(randomness)
    let result = try $script.withValue(script, operation: body)
    return (result, try script.used())
  }

  private final class Script: Sendable {
    private struct State {
      var used: [UInt8] = []
      var available: [UInt8] = []
      var block: UInt8 = 0
    }

    private let randomness: Randomness
    private let state = Mutex(State())

    init(_ randomness: Randomness) {
      self.randomness = randomness
    }

    func next(_ count: Int) -> [UInt8]? {
      state.withLock { state in
        switch randomness {
        case .exactly(let bytes): state.available = bytes
        case .stream(let seed):
          while state.available.count < state.used.count + count {
            state.available += Native.sha256(seed + [state.block])
            state.block += 1
          }
        }
        guard state.used.count + count <= state.available.count else { return nil }
        let bytes = Array(state.available[state.used.count..<state.used.count + count])
        state.used += bytes
        return bytes
      }
    }

    func used() throws(VectorProblem) -> [UInt8] {
      let used = state.withLock(\.used)
      if case .exactly(let bytes) = randomness, used.count < bytes.count {
        throw .mismatch("\(used.count) bytes of randomness were used, not \(bytes.count)")
      }
      return used
    }
  }

  package static func randomBytes(count: Int) throws(CryptoError) -> [UInt8] {
    guard let bytes = script?.next(count) else { throw .randomnessUnavailable }
    return bytes
  }

  package static func randomSecret(count: Int) throws(CryptoError) -> SecretBytes {
    SecretBytes(copying: try randomBytes(count: count))
  }

  /// The core's own encapsulation, which takes its randomness from outside.
  package static func mlkemEncapsulate(
    to publicKey: [UInt8], set: MLKEMParameterSet
  ) throws(CryptoError) -> Encapsulation {
    try Native.mlkemCheck(publicKey: publicKey, set: set)
    return try MLKEMEncapsulation.encapsulate(to: publicKey, randomness: randomSecret(count: 32), set: set)
  }
}

/// Everything else is the native provider's.
extension ScriptedProvider {
  package static func x25519PublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.x25519PublicKey(of: privateKey)
  }

  package static func x25519(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    try Native.x25519(privateKey: privateKey, publicKey: publicKey)
  }

  package static func ed25519PublicKey(of seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.ed25519PublicKey(of: seed)
  }

  package static func ed25519Sign(_ message: [UInt8], seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try Native.ed25519Sign(message, seed: seed)
  }

  package static func ed25519Verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    Native.ed25519Verify(signature, of: message, publicKey: publicKey)
  }

  package static func mlkemPublicKey(of seed: SecretBytes, set: MLKEMParameterSet) throws(CryptoError) -> [UInt8] {
    try Native.mlkemPublicKey(of: seed, set: set)
  }

  package static func mlkemCheck(publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError) {
    try Native.mlkemCheck(publicKey: publicKey, set: set)
  }

  package static func mlkemDecapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> SecretBytes {
    try Native.mlkemDecapsulate(ciphertext, seed: seed, set: set)
  }

  package static func mldsaPublicKey(of seed: SecretBytes, set: MLDSAParameterSet) throws(CryptoError) -> [UInt8] {
    try Native.mldsaPublicKey(of: seed, set: set)
  }

  package static func mldsaSign(
    _ message: [UInt8], seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoError) -> [UInt8] {
    try Native.mldsaSign(message, seed: seed, set: set)
  }

  package static func mldsaVerify(
    _ signature: [UInt8], of message: [UInt8], context: [UInt8], publicKey: [UInt8], set: MLDSAParameterSet
  ) -> Bool {
    Native.mldsaVerify(signature, of: message, context: context, publicKey: publicKey, set: set)
  }

  package static func chaCha20Poly1305Seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Native.chaCha20Poly1305Seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }

  package static func chaCha20Poly1305Open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try Native.chaCha20Poly1305Open(ciphertext, key: key, nonce: nonce, associatedData: associatedData)
  }

  package static func hmacSHA256(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    Native.hmacSHA256(key: key, message: message)
  }

  package static func hmacSHA512(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    Native.hmacSHA512(key: key, message: message)
  }

  package static func hkdfSHA256(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Native.hkdfSHA256(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  package static func hkdfSHA512(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Native.hkdfSHA512(salt: salt, inputKey: inputKey, info: info, count: count)
  }

  package static func sha256(_ message: [UInt8]) -> [UInt8] { Native.sha256(message) }
  package static func sha512(_ message: [UInt8]) -> [UInt8] { Native.sha512(message) }
}
