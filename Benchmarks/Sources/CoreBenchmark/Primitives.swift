// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// The bare primitives through the provider: what the protocol cannot do without, and what it is measured by.
struct Primitives {
  private typealias Provider = NativeCryptoProvider

  private let key: SecretBytes
  private let publicKey: [UInt8]
  private let nonce = [UInt8](repeating: 0, count: 12)
  // 256 bytes are padded to 320.
  private let text = [UInt8](repeating: 0x61, count: 320)
  private let data = [UInt8](repeating: 1, count: 73)
  private let info = [UInt8](repeating: 2, count: 26)
  /// The sparse ratchet's: a number and its label.
  private let sparseInfo = [UInt8](repeating: 2, count: 36)
  private let noSalt = SecretBytes(copying: [])
  private let sealed: [UInt8]
  private let result = Result()

  /// Holds what a primitive answered, as its caller would: an object that nobody uses the compiler does not allocate.
  private final class Result {
    var secret: SecretBytes?
  }

  init() throws {
    key = try Provider.randomSecret(count: 32)
    publicKey = try Provider.x25519PublicKey(of: key)
    sealed = try Provider.chaCha20Poly1305Seal(text, key: key, nonce: nonce, associatedData: data)
  }

  var x25519: Yardstick {
    Yardstick(name: "X25519") { result.secret = try Provider.x25519(privateKey: key, publicKey: publicKey) }
  }

  var hmac: Yardstick {
    Yardstick(name: "HMAC-SHA256") { result.secret = Provider.hmacSHA256(key: key, message: [1]) }
  }

  /// What one message encrypted in a chain calls: message key and next chain key, key and nonce of the AEAD, the AEAD; in a
  /// hybrid suite the next keys of the sparse ratchet's chain besides.
  func encryption(isHybrid: Bool) -> Yardstick {
    Yardstick(name: "its primitives") {
      try deriveKeys(isHybrid: isHybrid)
      _ = try Provider.chaCha20Poly1305Seal(text, key: key, nonce: nonce, associatedData: data)
    }
  }

  /// The same for one that is decrypted.
  func decryption(isHybrid: Bool) -> Yardstick {
    Yardstick(name: "its primitives") {
      try deriveKeys(isHybrid: isHybrid)
      _ = try Provider.chaCha20Poly1305Open(sealed, key: key, nonce: nonce, associatedData: data)
    }
  }

  /// What a message encrypted and decrypted in ping-pong calls: that of both, two exchanges, a new key pair, and the root key
  /// turned twice.
  func pingPong(isHybrid: Bool) -> Yardstick {
    let (encryption, decryption) = (encryption(isHybrid: isHybrid), decryption(isHybrid: isHybrid))
    return Yardstick(name: "its primitives") {
      try encryption.body()
      try decryption.body()
      let fresh = try Provider.randomSecret(count: 32)
      _ = try Provider.x25519PublicKey(of: fresh)
      for _ in 0..<2 {
        let exchange = try Provider.x25519(privateKey: key, publicKey: publicKey)
        result.secret = try Provider.hkdfSHA256(salt: key, inputKey: exchange, info: info, count: 64)
      }
    }
  }

  private func deriveKeys(isHybrid: Bool) throws {
    let messageKey = Provider.hmacSHA256(key: key, message: [1])
    result.secret = try Provider.hkdfSHA256(salt: key, inputKey: messageKey, info: info, count: 44)
    result.secret = Provider.hmacSHA256(key: key, message: [2])
    if isHybrid { result.secret = try Provider.hkdfSHA256(salt: noSalt, inputKey: key, info: sparseInfo, count: 64) }
  }

  func times() throws -> [Measurement] {
    let signature = try Provider.ed25519Sign(text, seed: key)
    let signer = try Provider.ed25519PublicKey(of: key)
    func measure(_ name: String, _ body: () throws -> Void) throws -> Measurement {
      try .measure(name, by: hmac) { _ in try body() }
    }
    func measure(_ name: String, _ yardstick: Yardstick) throws -> Measurement {
      try measure(name, yardstick.body)
    }
    return try [
      measure("X25519", x25519),
      measure("X25519 public key") { _ = try Provider.x25519PublicKey(of: key) },
      measure("Ed25519 sign") { _ = try Provider.ed25519Sign(text, seed: key) },
      measure("Ed25519 verify") { _ = Provider.ed25519Verify(signature, of: text, publicKey: signer) },
      measure("ChaCha20-Poly1305 seal 320 bytes") {
        _ = try Provider.chaCha20Poly1305Seal(text, key: key, nonce: nonce, associatedData: data)
      },
      measure("ChaCha20-Poly1305 open 320 bytes") {
        _ = try Provider.chaCha20Poly1305Open(sealed, key: key, nonce: nonce, associatedData: data)
      },
      measure("HMAC-SHA256", hmac),
      measure("HKDF-SHA256, 44 bytes") {
        result.secret = try Provider.hkdfSHA256(salt: key, inputKey: key, info: info, count: 44)
      },
      measure("HKDF-SHA256, 64 bytes") {
        result.secret = try Provider.hkdfSHA256(salt: key, inputKey: key, info: info, count: 64)
      },
      measure("32 random bytes") { result.secret = try Provider.randomSecret(count: 32) },
      measure("the primitives of encrypting in a chain, suite 1", encryption(isHybrid: false)),
      measure("the same, suites 2 and 3", encryption(isHybrid: true)),
      measure("the primitives of ping-pong, suite 1", pingPong(isHybrid: false)),
      measure("the same, suites 2 and 3", pingPong(isHybrid: true)),
    ]
  }
}
