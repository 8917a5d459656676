// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import MessagePack

extension SelfTest {
  /// One published answer for each primitive, to see that it is the right one and not its cousin.
  mutating func checkPrimitives() {
    check("randomness") { () throws(CryptoError) in
      try Provider.randomBytes(count: 32) != Provider.randomBytes(count: 32)
    }
    check("SHA-256 (FIPS 180-4)") { () throws(CryptoError) in
      Provider.sha256(Array("abc".utf8))
        == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
    check("SHA-512 (FIPS 180-4)") { () throws(CryptoError) in
      Array(Provider.sha512(Array("abc".utf8))[..<16]) == bytes("ddaf35a193617abacc417349ae204131")
    }
    check("HMAC-SHA256 (RFC 4231, case 2)") { () throws(CryptoError) in
      Provider.hmacSHA256(key: secret(Array("Jefe".utf8)), message: Array("what do ya want for nothing?".utf8))
        .exposed()
        == bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }
    check("HKDF-SHA256 (RFC 5869, case 1)") { () throws(CryptoError) in
      let key = try Provider.hkdfSHA256(
        salt: secret(bytes("000102030405060708090a0b0c")), inputKey: secret([UInt8](repeating: 0x0b, count: 22)),
        info: bytes("f0f1f2f3f4f5f6f7f8f9"), count: 42)
      return key.exposed()
        == bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
    }
    check("X25519 (RFC 7748, section 6.1)") { () throws(CryptoError) in
      let alice = secret(bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
      let bob = bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
      let low = [UInt8](repeating: 0, count: 32)
      let shared = try Provider.x25519(privateKey: alice, publicKey: bob)
      let publicKey = try Provider.x25519PublicKey(of: alice)
      return shared.exposed() == bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
        && publicKey == bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        && Self.expect(.invalidKey) { () throws(CryptoError) in try Provider.x25519(privateKey: alice, publicKey: low) }
    }
    check("Ed25519 (RFC 8032, test 1)") { () throws(CryptoError) in
      let seed = secret(bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
      let key = try Provider.ed25519PublicKey(of: seed)
      let signature = try Provider.ed25519Sign([], seed: seed)
      return key == bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        && Array(signature[..<16]) == bytes("e5564300c360ac729086e2cc806e828a")
        && Provider.ed25519Verify(signature, of: [], publicKey: key)
        && !Provider.ed25519Verify(signature, of: [0], publicKey: key)
    }
    check("ChaCha20-Poly1305") { () throws(CryptoError) in
      let (key, nonce) = (try Provider.randomSecret(count: 32), [UInt8](repeating: 7, count: 12))
      var sealed = try Provider.chaCha20Poly1305Seal([1, 2, 3], key: key, nonce: nonce, associatedData: [4])
      let opened = try Provider.chaCha20Poly1305Open(sealed, key: key, nonce: nonce, associatedData: [4])
      sealed[0] ^= 1
      return opened == [1, 2, 3]
        && Self.expect(.authenticationFailed) { () throws(CryptoError) in
          try Provider.chaCha20Poly1305Open(sealed, key: key, nonce: nonce, associatedData: [4])
        }
    }
  }

  static func lattices(of kem: MLKEMParameterSet, _ dsa: MLDSAParameterSet) throws(CryptoError) -> Bool {
    let seed = try Provider.randomSecret(count: MLKEMParameterSet.seedSize)
    let made = try Provider.mlkemEncapsulate(to: Provider.mlkemPublicKey(of: seed, set: kem), set: kem)
    var changed = made.ciphertext
    changed[0] ^= 1
    guard try Provider.mlkemDecapsulate(made.ciphertext, seed: seed, set: kem).isEqual(to: made.secret),
      try !Provider.mlkemDecapsulate(changed, seed: seed, set: kem).isEqual(to: made.secret)
    else { return false }
    let signer = try Provider.randomSecret(count: MLDSAParameterSet.seedSize)
    let key = try Provider.mldsaPublicKey(of: signer, set: dsa)
    let signature = try Provider.mldsaSign([1, 2, 3], seed: signer, set: dsa)
    return Provider.mldsaVerify(signature, of: [1, 2, 3], context: [], publicKey: key, set: dsa)
      && !Provider.mldsaVerify(signature, of: [1, 2, 4], context: [], publicKey: key, set: dsa)
  }

  static func xWing() throws(CryptoError) -> Bool {
    let key = try XWing<Provider>.generatePrivateKey()
    let made = try XWing<Provider>.encapsulate(to: XWing<Provider>.publicKey(of: key))
    return try XWing<Provider>.decapsulate(made.ciphertext, privateKey: key).isEqual(to: made.secret)
  }

  static func messagePack() -> Bool {
    var writer = MessagePackWriter()
    writer.writeMapHeader(count: 1)
    writer.write(1 as UInt64)
    writer.writeString("é")
    do throws(MessagePackError) {
      var reader = MessagePackReader(writer.bytes)
      guard writer.bytes == [0x81, 0x01, 0xA2, 0xC3, 0xA9], try reader.readMapHeader() == 1,
        try reader.readUInt64() == 1
      else { return false }
      return try reader.readString() == "é"
    } catch { return false }
  }
}

func secret(_ bytes: [UInt8]) -> SecretBytes { SecretBytes(copying: bytes) }

/// Of hexadecimal digits.
func bytes(_ hex: StaticString) -> [UInt8] {
  var result: [UInt8] = []
  var high: UInt8?
  for digit in hex.description.utf8 {
    let value = digit < 0x40 ? digit - 0x30 : digit - 0x57
    if let first = high {
      result.append(first << 4 | value)
      high = nil
    } else {
      high = value
    }
  }
  return result
}
