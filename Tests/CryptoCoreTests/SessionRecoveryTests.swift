// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Recovery and attacks on sessions")
struct SessionRecoveryTests {
  @Test("a device that lost its sessions begins anew, and the other side takes it")
  func lostSessions() throws {
    var pair = try Pair.connected()
    pair.bob.record = SessionRecord()
    let unreadable = try pair.alice.send("unreadable")
    #expect(throws: CryptoError.unknownSession) { try pair.toBob(unreadable) }
    // Bob says so; Alice makes a new session and sends the message again.
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    #expect(try pair.toBob(pair.alice.send("again")) == "again")
    #expect(try pair.toAlice(pair.bob.send("good")) == "good")
  }

  @Test("or it writes first: its initial message replaces the session at the other side")
  func lostSessionsWritesFirst() throws {
    var pair = try Pair.connected()
    pair.bob.record = SessionRecord()
    try pair.bob.initiate(pair.alice.bundle(oneTime: false), of: pair.alice.remote)
    #expect(try pair.toAlice(pair.bob.send("I am back")) == "I am back")
    #expect(try pair.toBob(pair.alice.send("welcome")) == "welcome")
    #expect(pair.bob.record.isAcknowledged)
  }

  @Test("a re-installed device with new keys needs its new device list first")
  func reinstalled() throws {
    var pair = try Pair.connected()
    let old = pair.bob.remote
    pair.bob = try Party(account: 0xB0)
    try pair.bob.initiate(pair.alice.bundle(), of: pair.alice.remote)
    let message = try pair.bob.send("new phone")
    let before = pair.alice.record.serialized()
    #expect(throws: CryptoError.identityMismatch) { try pair.alice.receive(message, from: old) }
    #expect(pair.alice.record.serialized().isEqual(to: before))
    #expect(try pair.toAlice(message) == "new phone")
    #expect(try pair.toBob(pair.alice.send("hello again")) == "hello again")
  }

  @Test("an initial message whose prekey is gone is told as such", arguments: [true, false])
  func unknownPreKeys(signed: Bool) throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let message = try pair.alice.send("hello")
    if signed { pair.bob.signed = [2: try SignedPreKeyPair(id: 2)] } else { pair.bob.oneTime = [:] }
    #expect(throws: CryptoError.unknownPreKey) { try pair.toBob(message) }
    #expect(!pair.bob.record.hasUsableSession(now: 0))
  }

  @Test("a prekey of another id does not stand in for the one that is named")
  func wrongPreKey() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let message = try pair.alice.send("hello")
    let other = LocalPreKeys(signedPreKey: pair.bob.signed[1], oneTimePreKey: try OneTimePreKeyPair(id: 77))
    #expect(throws: CryptoError.unknownPreKey) {
      try pair.bob.record.decrypt(
        message, local: pair.bob.local, remote: pair.alice.remote, preKeys: other, now: 0)
    }
  }

  @Test("any changed byte of an initial message is refused and leaves no trace")
  func tamperedInitialMessage() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let bytes = try pair.alice.send("hello").bytes
    let before = pair.bob.record.serialized()
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x01
      #expect(throws: CryptoError.self, "byte \(index)") {
        try pair.toBob(CiphertextMessage(bytes: changed))
      }
      #expect(pair.bob.record.serialized().isEqual(to: before))
    }
    #expect(try pair.toBob(CiphertextMessage(bytes: bytes)) == "hello")
  }

  @Test("any changed byte of a repeated initial message is refused, and so is its other kind")
  func tamperedRepeatedMessage() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    #expect(try pair.toBob(pair.alice.send("first")) == "first")
    let bytes = try pair.alice.send("second").bytes
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x04
      #expect(throws: CryptoError.self, "byte \(index)") {
        try pair.toBob(CiphertextMessage(bytes: changed))
      }
    }
    // The same message without its prekey header (3 bytes of prefix, 73 of header), as one of a known session.
    let stripped = try CiphertextMessage(bytes: [1, 2, 1] + bytes[76...])
    #expect(throws: CryptoError.authenticationFailed) { try pair.toBob(stripped) }
    #expect(try pair.toBob(CiphertextMessage(bytes: bytes)) == "second")
  }

  @Test("any changed byte of a later message is refused and leaves the record as it was")
  func tamperedRatchetMessage() throws {
    var pair = try Pair.connected()
    let bytes = try pair.alice.send("hello").bytes
    let before = pair.bob.record.serialized()
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x80
      #expect(throws: CryptoError.self, "byte \(index)") {
        try pair.toBob(CiphertextMessage(bytes: changed))
      }
      #expect(pair.bob.record.serialized().isEqual(to: before))
    }
    #expect(try pair.toBob(CiphertextMessage(bytes: bytes)) == "hello")
  }

  @Test("a message cut anywhere is refused", arguments: [true, false])
  func truncated(initial: Bool) throws {
    var pair = try initial ? Pair() : Pair.connected()
    if initial { try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote) }
    let bytes = try pair.alice.send("hello").bytes
    for count in bytes.indices {
      #expect(throws: CryptoError.self) { try pair.toBob(CiphertextMessage(bytes: Array(bytes.prefix(count)))) }
    }
    #expect(throws: CryptoError.authenticationFailed) { try pair.toBob(CiphertextMessage(bytes: bytes + [0])) }
    #expect(throws: CryptoError.malformed) { try CiphertextMessage(bytes: []) }
  }

  @Test("another suite's or version's message is refused by name")
  func downgrade() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    var bytes = try pair.alice.send("hello").bytes
    #expect(Array(bytes.prefix(3)) == [1, 1, 1])
    bytes[2] = 2
    #expect(throws: CryptoError.unsupportedSuite) { try pair.toBob(CiphertextMessage(bytes: bytes)) }
    bytes[2] = 1
    bytes[0] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try CiphertextMessage(bytes: bytes) }
    bytes[0] = 1
    for kind in 0...UInt8.max where CiphertextMessage.Kind(rawValue: kind) == nil {
      bytes[1] = kind
      #expect(throws: CryptoError.malformed) { try CiphertextMessage(bytes: bytes) }
    }
    #expect(CiphertextMessage.Kind(rawValue: SenderKeyMessage.kind) == nil)
  }

  @Test("a message of one kind that is made one of the other is not authentic, and changes nothing")
  func otherKind() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let first = try pair.alice.send("first").bytes
    let header = first[3..<76]
    #expect(try pair.toBob(CiphertextMessage(bytes: first)) == "first")
    var stripped = try pair.alice.send("second").bytes
    #expect(stripped[3..<76] == header)
    stripped.removeSubrange(3..<76)
    stripped[1] = CiphertextMessage.Kind.ratchet.rawValue
    #expect(try pair.toAlice(pair.bob.send("answer")) == "answer")
    var extended = try pair.alice.send("third").bytes
    extended.insert(contentsOf: header, at: 3)
    extended[1] = CiphertextMessage.Kind.preKey.rawValue
    let before = pair.bob.record.serialized()
    for bytes in [stripped, extended] {
      #expect(throws: CryptoError.authenticationFailed) { try pair.toBob(CiphertextMessage(bytes: bytes)) }
      #expect(pair.bob.record.serialized().isEqual(to: before))
    }
  }

  @Test("a message reflected to its sender is refused")
  func reflection() throws {
    var pair = try Pair.connected()
    let message = try pair.alice.send("hello")
    #expect(throws: CryptoError.authenticationFailed) { try pair.toAlice(message) }
  }

  enum Binding: CaseIterable {
    case senderAccount, senderDevice, senderRoot, receiverAccount, receiverDevice, receiverRoot
  }

  @Test("the receiver must see the same accounts, devices and roots as the sender", arguments: Binding.allCases)
  func associatedData(binding: Binding) throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let message = try pair.alice.send("hello")
    let otherRoot = try RootIdentityKeyPair<NativeClassicSuite>().publicKey.certified
    func altered(
      _ address: DeviceAddress, _ root: CertifiedRootKey, _ changes: [Binding]
    ) throws -> (DeviceAddress, CertifiedRootKey) {
      let account = binding == changes[0] ? [UInt8](repeating: 9, count: 16) : address.account
      let device = binding == changes[1] ? address.device + 1 : address.device
      return (try DeviceAddress(account: account, device: device), binding == changes[2] ? otherRoot : root)
    }
    let (senderAddress, senderRoot) = try altered(
      pair.alice.remote.address, pair.alice.remote.root, [.senderAccount, .senderDevice, .senderRoot])
    let (receiverAddress, receiverRoot) = try altered(
      pair.bob.remote.address, pair.bob.remote.root, [.receiverAccount, .receiverDevice, .receiverRoot])
    let sender = RemoteDevice(address: senderAddress, root: senderRoot, keys: pair.alice.remote.keys)
    let receiver = LocalDevice(address: receiverAddress, root: receiverRoot, identity: pair.bob.identity)
    let keys = LocalPreKeys(signedPreKey: pair.bob.signed[1], oneTimePreKey: pair.bob.oneTime[1])
    #expect(throws: CryptoError.authenticationFailed) {
      try pair.bob.record.decrypt(message, local: receiver, remote: sender, preKeys: keys, now: 0)
    }
    #expect(try pair.toBob(message) == "hello")
  }
}
