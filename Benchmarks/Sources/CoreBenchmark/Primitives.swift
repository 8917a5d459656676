// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// The bare primitives through the provider: what the protocol cannot do without.
struct Primitives {
  private typealias Provider = NativeCryptoProvider

  let times: [Measurement]

  init() throws {
    let key = try Provider.randomSecret(count: 32)
    let publicKey = try Provider.x25519PublicKey(of: key)
    let nonce = [UInt8](repeating: 0, count: 12)
    // 256 bytes are padded to 320.
    let text = [UInt8](repeating: 0x61, count: 320)
    let data = [UInt8](repeating: 1, count: 73)
    let sealed = try Provider.chaCha20Poly1305Seal(text, key: key, nonce: nonce, associatedData: data)
    let signature = try Provider.ed25519Sign(text, seed: key)
    let signer = try Provider.ed25519PublicKey(of: key)
    let info = [UInt8](repeating: 2, count: 26)
    // The sparse ratchet's: a number and its label.
    let sparseInfo = [UInt8](repeating: 2, count: 36)
    times = [
      try .measure("X25519") { _ in _ = try Provider.x25519(privateKey: key, publicKey: publicKey) },
      try .measure("X25519 public key") { _ in _ = try Provider.x25519PublicKey(of: key) },
      try .measure("Ed25519 sign") { _ in _ = try Provider.ed25519Sign(text, seed: key) },
      .measure("Ed25519 verify") { _ in _ = Provider.ed25519Verify(signature, of: text, publicKey: signer) },
      try .measure("ChaCha20-Poly1305 seal 320 bytes") { _ in
        _ = try Provider.chaCha20Poly1305Seal(text, key: key, nonce: nonce, associatedData: data)
      },
      try .measure("ChaCha20-Poly1305 open 320 bytes") { _ in
        _ = try Provider.chaCha20Poly1305Open(sealed, key: key, nonce: nonce, associatedData: data)
      },
      .measure("HMAC-SHA256") { _ in _ = Provider.hmacSHA256(key: key, message: [1]) },
      try .measure("HKDF-SHA256, 44 bytes") { _ in
        _ = try Provider.hkdfSHA256(salt: key, inputKey: key, info: info, count: 44)
      },
      try .measure("HKDF-SHA256, 64 bytes") { _ in
        _ = try Provider.hkdfSHA256(salt: key, inputKey: key, info: info, count: 64)
      },
      try .measure("HKDF-SHA256, 64 bytes, a longer info") { _ in
        _ = try Provider.hkdfSHA256(salt: key, inputKey: key, info: sparseInfo, count: 64)
      },
      try .measure("32 random bytes") { _ in _ = try Provider.randomSecret(count: 32) },
    ]
  }

  subscript(_ name: String) -> Double { times.first { $0.name == name }?.nanoseconds ?? .nan }

  /// One message in a chain: AEAD, its key and nonce, message key and next chain key.
  var chainMessage: Double {
    self["ChaCha20-Poly1305 seal 320 bytes"] + self["HKDF-SHA256, 44 bytes"] + 2 * self["HMAC-SHA256"]
  }

  /// The same in a hybrid suite, with the next keys of the sparse ratchet's chain.
  var hybridChainMessage: Double { chainMessage + self["HKDF-SHA256, 64 bytes, a longer info"] }

  /// A message sent and received in ping-pong: twice a message in a chain, two exchanges, a new key pair, and the root key
  /// turned twice.
  var pingPong: Double {
    2 * chainMessage + 2 * self["X25519"] + self["X25519 public key"] + self["32 random bytes"]
      + 2 * self["HKDF-SHA256, 64 bytes"]
  }
}
