// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// ML-KEM encapsulation (FIPS 203, algorithms 14, 17 and 20) in two steps, as a ratchet needs it that sends keys and
/// ciphertexts in pieces: the first part of the ciphertext and the shared secret come from the key's header
/// (ρ ‖ H(ek)) alone, the second part from the key's vector (t̂), which may arrive later. Both parts joined are exactly
/// FIPS 203's ciphertext.
///
/// No library offers this, and so it is written here. Key generation and decapsulation are the provider's.
package enum MLKEMEncapsulation {
  /// ρ ‖ H(ek) of an encapsulation key.
  package static func header(of key: [UInt8], set: MLKEMParameterSet) throws(CryptoError) -> [UInt8] {
    guard key.count == set.publicKeySize else { throw .invalidKeyLength }
    return key[set.vectorSize...] + SHA3.hash256(key)
  }

  /// t̂ of an encapsulation key.
  package static func vector(of key: [UInt8], set: MLKEMParameterSet) throws(CryptoError) -> [UInt8] {
    guard key.count == set.publicKeySize else { throw .invalidKeyLength }
    return Array(key[..<set.vectorSize])
  }

  /// Whether `vector` is the one that `header` promised, and its coefficients are below q (FIPS 203, section 7.2).
  package static func isValid(vector: [UInt8], for header: [UInt8], set: MLKEMParameterSet) -> Bool {
    guard header.count == MLKEMParameterSet.headerSize, vector.count == set.vectorSize else { return false }
    var elements = RingElements(count: set.rank)
    guard elements.decode(vector) else { return false }
    let hash = SHA3.hash256(vector + header[..<MLKEMParameterSet.blockSize])
    return constantTimeEqual(hash, Array(header[MLKEMParameterSet.blockSize...]))
  }

  /// The first part of the ciphertext, and the shared secret K. `randomness` is m: fresh, secret, 32 bytes; whoever
  /// keeps it for the second part keeps K.
  package static func firstPart(
    header: [UInt8], randomness: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> (ciphertext: [UInt8], sharedSecret: SecretBytes) {
    let (sharedSecret, seed) = try secrets(header: header, randomness: randomness)
    let noise = noise(seed, set: set)
    var first = RingElements(count: set.rank)
    var entry = RingElements(count: 1)
    var error = RingElements(count: 1)
    for row in 0..<set.rank {
      for column in 0..<set.rank {
        // Â transposed
        entry.sampleUniform(
          0, seed: header.span.extracting(..<MLKEMParameterSet.blockSize), first: UInt8(row), second: UInt8(column))
        first.addProduct(of: entry, 0, and: noise, column, to: row)
      }
      first.reduce(row)
      first.transformBack(row)
      error.sampleSmall(0, seed: seed, nonce: UInt8(set.rank + row))
      first.add(error, 0, to: row)
    }
    return (first.compressed(bits: set.firstPartBits), sharedSecret)
  }

  /// The second part of the ciphertext. Throws `invalidKey` if `isValid(vector:for:)` does not hold.
  package static func secondPart(
    header: [UInt8], randomness: SecretBytes, vector: [UInt8], set: MLKEMParameterSet
  ) throws(CryptoError) -> [UInt8] {
    guard isValid(vector: vector, for: header, set: set) else { throw .invalidKey }
    let (_, seed) = try secrets(header: header, randomness: randomness)
    let noise = noise(seed, set: set)
    var key = RingElements(count: set.rank)
    _ = key.decode(vector)
    var second = RingElements(count: 1)
    for index in 0..<set.rank { second.addProduct(of: key, index, and: noise, index, to: 0) }
    second.reduce(0)
    second.transformBack(0)
    var error = RingElements(count: 1)
    error.sampleSmall(0, seed: seed, nonce: UInt8(2 * set.rank))
    second.add(error, 0, to: 0)
    second.addMessage(randomness, to: 0)
    return second.compressed(bits: set.secondPartBits)
  }

  /// ML-KEM.Encaps_internal: both parts at once. Throws `invalidKeyLength` or `invalidKey`.
  package static func encapsulate(to key: [UInt8], randomness: SecretBytes, set: MLKEMParameterSet) throws(CryptoError)
    -> Encapsulation
  {
    let (header, vector) = (try header(of: key, set: set), try vector(of: key, set: set))
    let second = try secondPart(header: header, randomness: randomness, vector: vector, set: set)
    let (first, sharedSecret) = try firstPart(header: header, randomness: randomness, set: set)
    return Encapsulation(ciphertext: first + second, secret: sharedSecret)
  }

  /// (K, r) = G(m ‖ H(ek))
  private static func secrets(
    header: [UInt8], randomness: SecretBytes
  ) throws(CryptoError) -> (sharedSecret: SecretBytes, seed: SecretBytes) {
    guard header.count == MLKEMParameterSet.headerSize, randomness.count == MLKEMParameterSet.blockSize else {
      throw .invalidKeyLength
    }
    var sponge = KeccakSponge.sha3_512()
    sponge.absorb(randomness)
    sponge.absorb(header.span.extracting(MLKEMParameterSet.blockSize...))
    return (sponge.squeezeSecret(32), sponge.squeezeSecret(32))
  }

  /// ŷ
  private static func noise(_ seed: SecretBytes, set: MLKEMParameterSet) -> RingElements {
    var noise = RingElements(count: set.rank)
    for index in 0..<set.rank {
      noise.sampleSmall(index, seed: seed, nonce: UInt8(index))
      noise.transform(index)
    }
    return noise
  }
}
