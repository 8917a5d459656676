// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("HPKE")
struct HPKETests {
  typealias KEM = DHKEMX25519<NativeCryptoProvider>

  private let privateKey: SecretBytes
  private let publicKey: [UInt8]
  private let info: [UInt8] = [1, 2, 3]

  init() throws {
    privateKey = try KEM.generatePrivateKey()
    publicKey = try KEM.publicKey(of: privateKey)
  }

  private func receiver(_ sender: HPKESender<KEM>, info: [UInt8]? = nil) throws -> HPKEReceiver<KEM> {
    try HPKEReceiver(encapsulatedKey: sender.encapsulatedKey, privateKey: privateKey, info: info ?? self.info)
  }

  @Test("a changed byte of a message, its associated data or the info is refused, and the right message still opens")
  func tampering() throws {
    var sender = try HPKESender<KEM>(to: publicKey, info: info)
    let message = try sender.seal([9, 8, 7], associatedData: [5])
    var receiver = try receiver(sender)
    for index in message.indices {
      var changed = message
      changed[index] ^= 1
      #expect(throws: CryptoError.authenticationFailed) { try receiver.open(changed, associatedData: [5]) }
    }
    #expect(throws: CryptoError.authenticationFailed) { try receiver.open(message, associatedData: [6]) }
    #expect(throws: CryptoError.authenticationFailed) { try receiver.open([], associatedData: [5]) }
    var other = try self.receiver(sender, info: [1, 2])
    #expect(throws: CryptoError.authenticationFailed) { try other.open(message, associatedData: [5]) }
    #expect(try receiver.open(message, associatedData: [5]) == [9, 8, 7])
  }

  @Test("messages open in their order, each once")
  func order() throws {
    var sender = try HPKESender<KEM>(to: publicKey, info: info)
    let (first, second) = (try sender.seal([1]), try sender.seal([2]))
    var receiver = try receiver(sender)
    #expect(throws: CryptoError.authenticationFailed) { try receiver.open(second) }
    #expect(try receiver.open(first) == [1])
    #expect(throws: CryptoError.authenticationFailed) { try receiver.open(first) }
    #expect(try receiver.open(second) == [2])
  }

  @Test("an authenticated message opens only for the sender's public key, and not as an anonymous one")
  func authentication() throws {
    let (own, other) = (try KEM.generatePrivateKey(), try KEM.generatePrivateKey())
    var sender = try HPKESender<KEM>(to: publicKey, from: own, info: info)
    let message = try sender.seal([1])
    func open(from publicKey: [UInt8]?) throws(CryptoError) -> [UInt8] {
      guard let publicKey else {
        var receiver = try HPKEReceiver<KEM>(
          encapsulatedKey: sender.encapsulatedKey, privateKey: privateKey, info: info)
        return try receiver.open(message)
      }
      var receiver = try HPKEReceiver<KEM>(
        encapsulatedKey: sender.encapsulatedKey, privateKey: privateKey, from: publicKey, info: info)
      return try receiver.open(message)
    }
    #expect(try open(from: KEM.publicKey(of: own)) == [1])
    #expect(throws: CryptoError.authenticationFailed) { try open(from: KEM.publicKey(of: other)) }
    #expect(throws: CryptoError.authenticationFailed) { try open(from: nil) }
  }

  @Test("a pre-shared key has at least 32 bytes and a name, and both sides must have the same")
  func preSharedKey() throws {
    let secret = SecretBytes(copying: [UInt8](repeating: 7, count: 32))
    #expect(throws: CryptoError.invalidKeyLength) {
      try HPKEPreSharedKey(secret: SecretBytes(copying: [UInt8](repeating: 7, count: 31)), id: [1])
    }
    #expect(throws: CryptoError.invalidKeyLength) { try HPKEPreSharedKey(secret: secret, id: []) }
    var sender = try HPKESender<KEM>(
      to: publicKey, info: info, preSharedKey: HPKEPreSharedKey(secret: secret, id: [1]))
    let message = try sender.seal([1])
    for (id, opens) in [([UInt8(1)], true), ([2], false)] {
      var receiver = try HPKEReceiver<KEM>(
        encapsulatedKey: sender.encapsulatedKey, privateKey: privateKey, info: info,
        preSharedKey: HPKEPreSharedKey(secret: secret, id: id))
      if opens {
        #expect(try receiver.open(message) == [1])
      } else {
        #expect(throws: CryptoError.authenticationFailed) { try receiver.open(message) }
      }
    }
    var without = try receiver(sender)
    #expect(throws: CryptoError.authenticationFailed) { try without.open(message) }
  }

  @Test("an export-only context seals and opens nothing")
  func exportOnly() throws {
    var sender = try HPKESender<KEM>(to: publicKey, info: info, encryption: .exportOnly)
    #expect(throws: CryptoError.unsupportedSuite) { try sender.seal([1]) }
    var receiver = try HPKEReceiver<KEM>(
      encapsulatedKey: sender.encapsulatedKey, privateKey: privateKey, info: info, encryption: .exportOnly)
    #expect(throws: CryptoError.unsupportedSuite) { try receiver.open([UInt8](repeating: 0, count: 32)) }
    #expect(
      try sender.export(context: [1], count: 64).isEqual(to: receiver.export(context: [1], count: 64)))
  }

  @Test("8,160 bytes can be exported, one more cannot")
  func exportBound() throws {
    let sender = try HPKESender<KEM>(to: publicKey, info: info)
    #expect(try sender.export(context: [], count: 8_160).count == 8_160)
    #expect(try sender.export(context: [], count: 0).count == 0)
    #expect(throws: CryptoError.invalidLength) { try sender.export(context: [], count: 8_161) }
    #expect(throws: CryptoError.invalidLength) { try sender.export(context: [], count: -1) }
  }

  @Test("keys of the wrong length or of low order are refused")
  func keys() throws {
    #expect(throws: CryptoError.invalidKeyLength) { try HPKESender<KEM>(to: [1], info: info) }
    let zero = [UInt8](repeating: 0, count: 32)
    #expect(throws: CryptoError.invalidKey) { try HPKESender<KEM>(to: zero, info: info) }
    #expect(throws: CryptoError.invalidKey) {
      try HPKEReceiver<KEM>(encapsulatedKey: zero, privateKey: privateKey, info: info)
    }
    #expect(throws: CryptoError.invalidKeyLength) {
      try KEM.derivePrivateKey(from: SecretBytes(copying: [UInt8](repeating: 1, count: 31)))
    }
  }
}
