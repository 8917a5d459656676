// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension Braid {
  /// What the next message carries, and the epoch's secret if it is born with it. `randomness` gives fresh secret bytes.
  package mutating func send(
    randomness: (Int) throws(CryptoError) -> SecretBytes
  ) throws(CryptoError) -> (payload: BraidMessage.Payload, secret: SecretBytes?) {
    switch state {
    case .keysUnsampled:
      return (try sampleKeys(seed: randomness(MLKEMParameterSet.seedSize)), nil)
    case .keysSampled(let seed, var header):
      let chunk = header.nextChunk()
      state = .keysSampled(seed: seed, header: header)
      return (.header(chunk), nil)
    case .headerSent(let seed, var vector, let firstPart):
      let chunk = vector.nextChunk()
      state = .headerSent(seed: seed, vector: vector, firstPart: firstPart)
      return (.vector(chunk), nil)
    case .ct1Received(let seed, var vector, let firstPart):
      let chunk = vector.nextChunk()
      state = .ct1Received(seed: seed, vector: vector, firstPart: firstPart)
      return (.vectorAcknowledging(chunk), nil)
    case .ekSentCt1Received:
      return (.acknowledgement, nil)
    case .noHeaderReceived, .ct1Acknowledged:
      return (.none, nil)
    case .headerReceived(let header):
      return try encapsulate(EncapsulationOffer(header: header, randomness: randomness(MLKEMParameterSet.blockSize)))
    case .ct1Sampled(let offer, var firstPart, let vector):
      let chunk = firstPart.nextChunk()
      state = .ct1Sampled(offer: offer, firstPart: firstPart, vector: vector)
      return (.firstPart(chunk), nil)
    case .ekReceivedCt1Sampled(var firstPart, let secondPart):
      let chunk = firstPart.nextChunk()
      state = .ekReceivedCt1Sampled(firstPart: firstPart, secondPart: secondPart)
      return (.firstPart(chunk), nil)
    case .ct2Sampled(var secondPart):
      let chunk = secondPart.nextChunk()
      state = .ct2Sampled(secondPart: secondPart)
      return (.secondPart(chunk), nil)
    }
  }

  private mutating func sampleKeys(seed: SecretBytes) throws(CryptoError) -> BraidMessage.Payload {
    let set = Profile.braidParameters.set
    let key = try Profile.Provider.mlkemPublicKey(of: seed, set: set)
    let header = try MLKEMEncapsulation.header(of: key, set: set)
    var encoder = ChunkEncoder(header + headerMAC(header))
    let chunk = encoder.nextChunk()
    state = .keysSampled(seed: seed, header: encoder)
    return .header(chunk)
  }

  private mutating func encapsulate(
    _ offer: EncapsulationOffer
  ) throws(CryptoError) -> (payload: BraidMessage.Payload, secret: SecretBytes?) {
    let set = Profile.braidParameters.set
    let (ciphertext, sharedSecret) = try MLKEMEncapsulation.firstPart(
      header: offer.header, randomness: offer.randomness, set: set)
    let secret = try epochSecret(of: sharedSecret)
    var encoder = ChunkEncoder(ciphertext)
    let chunk = encoder.nextChunk()
    state = .ct1Sampled(offer: offer, firstPart: encoder, vector: ChunkDecoder(size: set.vectorSize))
    return (.firstPart(chunk), secret)
  }
}
