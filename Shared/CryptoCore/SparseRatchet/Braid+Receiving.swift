// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension Braid {
  /// Takes what an authenticated message carried, and answers the secret of this epoch if that completed it. What
  /// belongs to an earlier epoch or does not fit the state is late or early, and changes nothing.
  ///
  /// Throws `authenticationFailed` for a wrong MAC or an epoch that the sender cannot be in, `invalidKey` for a vector
  /// that is not canonical or not the promised one, `malformed` for contradictory chunks. An honest sender causes none
  /// of them.
  package mutating func receive(epoch other: UInt64, _ payload: BraidMessage.Payload) throws(CryptoError)
    -> SecretBytes?
  {
    if other > epoch {
      guard case .ct2Sampled = state, other == epoch + 1 else { throw .authenticationFailed }
      epoch = other
      state = .keysUnsampled
      return nil
    }
    guard other == epoch else { return nil }
    switch (state, payload) {
    case (.keysSampled(let seed, _), .firstPart(let chunk)):
      let set = Profile.braidParameters.set
      let key = try Profile.Provider.mlkemPublicKey(of: seed, set: set)
      let vector = ChunkEncoder(try MLKEMEncapsulation.vector(of: key, set: set))
      try collect(chunk, seed: seed, vector: vector, firstPart: ChunkDecoder(size: set.firstPartSize))
    case (.headerSent(let seed, let vector, let firstPart), .firstPart(let chunk)):
      try collect(chunk, seed: seed, vector: vector, firstPart: firstPart)
    case (.ct1Received(let seed, _, let firstPart), .secondPart(let chunk)):
      let decoder = ChunkDecoder(size: Profile.braidParameters.closingSize)
      return try collect(chunk, seed: seed, firstPart: firstPart, secondPart: decoder)
    case (.ekSentCt1Received(let seed, let firstPart, let secondPart), .secondPart(let chunk)):
      return try collect(chunk, seed: seed, firstPart: firstPart, secondPart: secondPart)
    case (.noHeaderReceived(let header), .header(let chunk)):
      try collect(chunk, header: header)
    case (.ct1Sampled(let offer, let firstPart, let vector), .vector(let chunk)):
      try collect(chunk, offer: offer, firstPart: firstPart, vector: vector)
    case (.ct1Sampled(let offer, let firstPart, let vector), .vectorAcknowledging(let chunk)):
      try collect(chunk, offer: offer, firstPart: firstPart.message, vector: vector)
    case (.ct1Acknowledged(let offer, let firstPart, let vector), .vector(let chunk)),
      (.ct1Acknowledged(let offer, let firstPart, let vector), .vectorAcknowledging(let chunk)):
      try collect(chunk, offer: offer, firstPart: firstPart, vector: vector)
    case (.ekReceivedCt1Sampled(_, let secondPart), .vectorAcknowledging),
      (.ekReceivedCt1Sampled(_, let secondPart), .acknowledgement):
      state = .ct2Sampled(secondPart: ChunkEncoder(secondPart))
    default:
      break
    }
    return nil
  }

  private mutating func collect(
    _ chunk: Chunk, seed: SecretBytes, vector: ChunkEncoder, firstPart: ChunkDecoder
  ) throws(CryptoError) {
    var decoder = firstPart
    if let ciphertext = try decoder.add(chunk) {
      state = .ct1Received(seed: seed, vector: vector, firstPart: ciphertext)
    } else {
      state = .headerSent(seed: seed, vector: vector, firstPart: decoder)
    }
  }

  /// The second part closes the epoch: this side has its secret and waits for the other's key.
  private mutating func collect(
    _ chunk: Chunk, seed: SecretBytes, firstPart: [UInt8], secondPart: ChunkDecoder
  ) throws(CryptoError) -> SecretBytes? {
    var decoder = secondPart
    guard let closing = try decoder.add(chunk) else {
      state = .ekSentCt1Received(seed: seed, firstPart: firstPart, secondPart: decoder)
      return nil
    }
    let set = Profile.braidParameters.set
    let ciphertext = firstPart + closing[..<set.secondPartSize]
    let secret = try epochSecret(of: Profile.Provider.mlkemDecapsulate(ciphertext, seed: seed, set: set))
    guard constantTimeEqual(ciphertextMAC(ciphertext), Array(closing[set.secondPartSize...])) else {
      throw .authenticationFailed
    }
    epoch += 1
    state = Self.awaitingHeader
    return secret
  }

  private mutating func collect(_ chunk: Chunk, header: ChunkDecoder) throws(CryptoError) {
    var decoder = header
    guard let promise = try decoder.add(chunk) else {
      state = .noHeaderReceived(header: decoder)
      return
    }
    let header = Array(promise[..<MLKEMParameterSet.headerSize])
    guard constantTimeEqual(headerMAC(header), Array(promise[MLKEMParameterSet.headerSize...])) else {
      throw .authenticationFailed
    }
    state = .headerReceived(header: header)
  }

  /// While the other side has not yet said that it has the first part.
  private mutating func collect(
    _ chunk: Chunk, offer: EncapsulationOffer, firstPart: ChunkEncoder, vector: ChunkDecoder
  ) throws(CryptoError) {
    var decoder = vector
    if let vector = try decoder.add(chunk) {
      let closing = try close(offer, firstPart: firstPart.message, vector: vector)
      state = .ekReceivedCt1Sampled(firstPart: firstPart, secondPart: closing)
    } else {
      state = .ct1Sampled(offer: offer, firstPart: firstPart, vector: decoder)
    }
  }

  /// Once it has.
  private mutating func collect(
    _ chunk: Chunk, offer: EncapsulationOffer, firstPart: [UInt8], vector: ChunkDecoder
  ) throws(CryptoError) {
    var decoder = vector
    if let vector = try decoder.add(chunk) {
      state = .ct2Sampled(secondPart: ChunkEncoder(try close(offer, firstPart: firstPart, vector: vector)))
    } else {
      state = .ct1Acknowledged(offer: offer, firstPart: firstPart, vector: decoder)
    }
  }

  /// Second part ‖ MAC over both parts. After this nobody here knows m any more.
  private func close(
    _ offer: EncapsulationOffer, firstPart: [UInt8], vector: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    let secondPart = try MLKEMEncapsulation.secondPart(
      header: offer.header, randomness: offer.randomness, vector: vector, set: Profile.braidParameters.set)
    return secondPart + ciphertextMAC(firstPart + secondPart)
  }
}
