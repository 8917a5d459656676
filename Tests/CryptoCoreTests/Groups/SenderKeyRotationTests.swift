// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import ScriptedCrypto
import Testing

@testable import CryptoCore

@Suite("Sender key rotation and storage")
struct SenderKeyRotationTests {
  @Test("when somebody leaves, the key is replaced, and who left cannot read on")
  func leaving() throws {
    var parties = try SenderKeyParties()
    var leaver = parties.record
    #expect(try leaver.decrypt(parties.send("all")) == Array("all".utf8))
    let staying = Array(parties.members.dropLast())
    #expect(try parties.key.reconcile(with: staying, now: 0) == staying)
    #expect(throws: CryptoError.senderKeyNotDistributed) { try parties.send("too early") }
    try parties.record.add(parties.key.distribute(to: staying))
    // Who left asks for the key as those do who have lost it, and is not given it.
    let before = parties.key.serialized()
    #expect(throws: CryptoError.identityMismatch) { try parties.key.distribute(to: parties.members) }
    #expect(parties.key.serialized().isEqual(to: before))
    let secret = try parties.send("without you")
    #expect(throws: CryptoError.unknownSenderKey) { try leaver.decrypt(secret) }
    #expect(try parties.receive(secret) == "without you")
  }

  @Test("who joins gets the running key, and nobody else needs anything")
  func joining() throws {
    var parties = try SenderKeyParties()
    let id = parties.key.id
    let newcomer = try SenderKeyParties.member(SenderKeyParties.device(9))
    #expect(try parties.key.reconcile(with: parties.members + [newcomer], now: 0) == [newcomer])
    #expect(throws: CryptoError.senderKeyNotDistributed) { try parties.send("too early") }
    // The state remembers who still lacks the key.
    parties.key = try .init(serialized: parties.key.serialized())
    #expect(try parties.key.reconcile(with: parties.members + [newcomer, newcomer], now: 0) == [newcomer])
    _ = try parties.key.distribute(to: [newcomer])
    #expect(parties.key.id == id)
    #expect(try parties.receive(parties.send("welcome")) == "welcome")
  }

  @Test("somebody who left before getting the key is no reason for another")
  func neverHadIt() throws {
    var parties = try SenderKeyParties()
    let id = parties.key.id
    let newcomer = try SenderKeyParties.member(SenderKeyParties.device(9))
    _ = try parties.key.reconcile(with: parties.members + [newcomer], now: 0)
    #expect(try parties.key.reconcile(with: parties.members, now: 0) == [])
    #expect(parties.key.id == id)
    _ = try parties.send("x")
  }

  @Test("a device with a new identity is another device, and so is one of another account or number")
  func identities() throws {
    let device = try SenderKeyParties.device(1)
    let again = try SenderKeyParties.device(1)
    #expect(SenderKeyParties.member(device) == SenderKeyParties.member(device))
    #expect(SenderKeyParties.member(device) != SenderKeyParties.member(again))
    for address in [
      try DeviceAddress(account: device.address.account, device: 2),
      try DeviceAddress(account: [UInt8](repeating: 2, count: 16), device: 1),
    ] {
      let moved = RemoteDevice(address: address, root: device.root, keys: device.keys)
      #expect(SenderKeyParties.member(device) != SenderKeyParties.member(moved))
    }
  }

  @Test("a key is used for 14 days and not a second longer")
  func age() throws {
    var parties = try SenderKeyParties()
    let lifetime: UInt64 = 14 * 86_400
    #expect(try parties.key.reconcile(with: parties.members, now: lifetime) == [])
    #expect(try parties.key.reconcile(with: parties.members, now: lifetime + 1) == parties.members)
    // A clock that was an hour ahead is no reason; one that was further ahead says nothing of the key's age.
    _ = try parties.key.distribute(to: parties.members)
    #expect(try parties.key.reconcile(with: parties.members, now: lifetime + 1 - 3_600) == [])
    #expect(try parties.key.reconcile(with: parties.members, now: lifetime - 3_600) == parties.members)
  }

  @Test("without randomness nothing changes")
  func noRandomness() throws {
    let parties = try SenderKeyParties()
    var key = try OutgoingSenderKey<ScriptedProvider>(serialized: parties.key.serialized())
    #expect(throws: CryptoError.randomnessUnavailable) { try key.reconcile(with: [], now: 0) }
    #expect(key.serialized().isEqual(to: parties.key.serialized()))
  }

  @Test("stored states cut anywhere, continued or of another version are refused")
  func stored() throws {
    var parties = try SenderKeyParties()
    _ = try parties.send("skipped")
    #expect(try parties.receive(parties.send("x")) == "x")
    let outgoing = parties.key.serialized().exposed()
    let record = parties.record.serialized().exposed()
    #expect(outgoing.count == 133 + 17 * 3)
    #expect(record.count == 38 + 86 + 36)
    func check(_ bytes: [UInt8], _ parse: (SecretBytes) throws(CryptoError) -> SecretBytes) {
      for count in bytes.indices {
        #expect(throws: CryptoError.self) { try parse(SecretBytes(copying: Array(bytes.prefix(count)))) }
      }
      #expect(throws: CryptoError.malformed) { try parse(SecretBytes(copying: bytes + [0])) }
      var newer = bytes
      newer[0] = 2
      #expect(throws: CryptoError.unsupportedVersion) { try parse(SecretBytes(copying: newer)) }
      // Any other byte either parses to what it says or is refused.
      for index in bytes.indices {
        var changed = bytes
        changed[index] ^= 0xFF
        let secret = SecretBytes(copying: changed)
        do throws(CryptoError) {
          #expect(try parse(secret).isEqual(to: secret))
        } catch {
          #expect([.malformed, .unsupportedVersion].contains(error))
        }
      }
    }
    check(outgoing) { bytes throws(CryptoError) in
      try SenderKeyParties.Outgoing(serialized: bytes).serialized()
    }
    check(record) { bytes throws(CryptoError) in try SenderKeyParties.Record(serialized: bytes).serialized() }
  }

  @Test("a distribution is read to its last byte")
  func distribution() throws {
    let bytes = try SenderKeyParties().key.distribution.serialized().exposed()
    #expect(bytes.count == 101)
    for wrong in [[], Array(bytes.dropLast()), bytes + [0]] {
      #expect(throws: CryptoError.malformed) { try SenderKeyDistribution(serialized: SecretBytes(copying: wrong)) }
    }
    #expect(throws: CryptoError.unsupportedVersion) {
      try SenderKeyDistribution(serialized: SecretBytes(copying: [2] + bytes.dropFirst()))
    }
  }

  @Test("a group id has 16 bytes", arguments: [0, 15, 17])
  func groupID(count: Int) {
    #expect(throws: CryptoError.malformed) { try GroupID(bytes: [UInt8](repeating: 0, count: count)) }
  }
}
