// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

/// Two sparse ratchets, 0 the initiator and 1 the responder, without a Double Ratchet around them. Every message that
/// is received must give the key it was sent with.
struct BraidPair<Profile: BraidProfile> {
  struct Letter {
    let sender: Int
    let header: [UInt8]
    let key: [UInt8]

    var message: BraidMessage {
      get throws { try BraidMessage(encoded: header) }
    }
  }

  var ratchets: [PostQuantumRatchet<Profile>]

  init() throws {
    let seed = try Profile.Provider.randomSecret(count: 32)
    ratchets = [
      try PostQuantumRatchet(isInitiator: true, seed: seed), try PostQuantumRatchet(isInitiator: false, seed: seed),
    ]
  }

  mutating func send(from sender: Int) throws -> Letter {
    let step = try ratchets[sender].send()
    return Letter(sender: sender, header: step.header, key: try #require(step.key).exposed())
  }

  mutating func deliver(_ letter: Letter) throws {
    var ratchet = ratchets[1 - letter.sender]
    #expect(try ratchet.receivingKey(header: letter.header)?.exposed() == letter.key)
    try ratchet.receive(header: letter.header)
    ratchets[1 - letter.sender] = ratchet
  }

  /// One message there and one back.
  mutating func roundTrip() throws {
    for sender in 0...1 { try deliver(send(from: sender)) }
  }

  /// Round trips until `ratchets[party]` is in `state`.
  mutating func advance(_ party: Int, to state: BraidState.Tag) throws {
    for _ in 0..<200 where ratchets[party].braid.state.tag != state { try roundTrip() }
    try #require(ratchets[party].braid.state.tag == state)
  }
}
