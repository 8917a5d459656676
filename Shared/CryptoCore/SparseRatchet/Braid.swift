// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The ML-KEM Braid (Signal's specification of that name, revision 1): two devices agree on one secret after another,
/// epoch by epoch, while key and ciphertext travel in chunks.
///
/// One side has the epoch's key pair, the other encapsulates to it; for the next epoch they change places. The key's
/// vector and the ciphertext's first part, which are the large ones, cross at the same time. The states have the
/// specification's names.
package struct Braid<Profile: BraidProfile>: Sendable {
  /// The epoch that is being agreed on, from 1.
  package var epoch: UInt64
  package var authenticator: BraidAuthenticator
  package var state: BraidState

  init(isInitiator: Bool, initialKey: SecretBytes) throws(CryptoError) {
    epoch = 1
    authenticator = try BraidAuthenticator(initialKey: initialKey, profile: Profile.self)
    state = isInitiator ? .keysUnsampled : Self.awaitingHeader
  }

  init(epoch: UInt64, authenticator: BraidAuthenticator, state: BraidState) {
    self.epoch = epoch
    self.authenticator = authenticator
    self.state = state
  }

  static var awaitingHeader: BraidState {
    .noHeaderReceived(header: ChunkDecoder(size: Profile.braidParameters.promiseSize))
  }

  func headerMAC(_ header: [UInt8]) -> [UInt8] {
    authenticator.mac(Profile.braidParameters.headerMAC, epoch: epoch, content: header, profile: Profile.self)
  }

  func ciphertextMAC(_ ciphertext: [UInt8]) -> [UInt8] {
    authenticator.mac(Profile.braidParameters.ciphertextMAC, epoch: epoch, content: ciphertext, profile: Profile.self)
  }

  /// The epoch's secret of ML-KEM's: HKDF(salt: zeros, ikm: shared secret, label ‖ epoch); the authenticator takes it in.
  mutating func epochSecret(of sharedSecret: SecretBytes) throws(CryptoError) -> SecretBytes {
    let secret = try Profile.Provider.hkdfSHA256(
      salt: .noSalt, inputKey: sharedSecret,
      info: BraidParameters.info(Profile.braidParameters.epochSecret, epoch: epoch), count: 32)
    authenticator = try authenticator.updated(with: secret, epoch: epoch, profile: Profile.self)
    return secret
  }
}

/// Where one side is in its epoch.
package enum BraidState: Sendable {
  // The side with the key pair. `seed` is d ‖ z.

  /// Will make a key pair with its next message.
  case keysUnsampled
  /// Sends header ‖ MAC.
  case keysSampled(seed: SecretBytes, header: ChunkEncoder)
  /// The other side has the header, since it sends the first part: sends the vector and collects.
  case headerSent(seed: SecretBytes, vector: ChunkEncoder, firstPart: ChunkDecoder)
  /// Has the first part, says so, and still sends the vector.
  case ct1Received(seed: SecretBytes, vector: ChunkEncoder, firstPart: [UInt8])
  /// The other side has the vector, since it sends the second part: collects that.
  case ekSentCt1Received(seed: SecretBytes, firstPart: [UInt8], secondPart: ChunkDecoder)

  // The side that encapsulates. `randomness` is m.

  /// Collects header ‖ MAC.
  case noHeaderReceived(header: ChunkDecoder)
  /// Will encapsulate with its next message.
  case headerReceived(header: [UInt8])
  /// Sends the first part and collects the vector.
  case ct1Sampled(offer: EncapsulationOffer, firstPart: ChunkEncoder, vector: ChunkDecoder)
  /// Has the vector, and with it made the second part; still sends the first.
  case ekReceivedCt1Sampled(firstPart: ChunkEncoder, secondPart: [UInt8])
  /// The other side has the first part: collects the vector.
  case ct1Acknowledged(offer: EncapsulationOffer, firstPart: [UInt8], vector: ChunkDecoder)
  /// Sends second part ‖ MAC until the other side shows that it is in the next epoch.
  case ct2Sampled(secondPart: ChunkEncoder)
}

/// What the second part of a ciphertext is made of when the vector comes.
package struct EncapsulationOffer: Sendable {
  /// ρ ‖ H(ek)
  package let header: [UInt8]
  package let randomness: SecretBytes
}
