// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Suite = RecordingSuite

/// A session of Signal's version 3: X3DH, then the ratchet, with Signal's labels. Its wire format and its AES-CBC are
/// not ours, so a changed message stands for the file's.
func checkSignalSession(_ session: JSONValue) throws {
  let (alice, bob) = try (session.value("alice"), session.value("bob"))
  let exchanges = try X3DH<Suite>.initiatorExchanges(
    identity: alice.secret("identityPrivate"), ephemeral: alice.secret("basePrivate"),
    remoteIdentity: bob.bytes("identityPublic"), signedPreKey: bob.bytes("signedPreKeyPublic"),
    fourthPreKey: bob.optionalBytes("oneTimePreKeyPublic"))
  let answered = try X3DH<Suite>.responderExchanges(
    identity: bob.secret("identityPrivate"), signedPreKey: bob.secret("signedPreKeyPrivate"),
    fourthPreKey: bob.optionalSecret("oneTimePreKeyPrivate"), remoteIdentity: alice.bytes("identityPublic"),
    remoteEphemeral: alice.bytes("basePublic"))
  let expected = try session.list("dh").map { hexadecimal($0.text ?? "") ?? [] }
  try expect("Alice's exchanges", exchanges.map { $0.exposed() }, is: expected)
  try expect("Bob's exchanges", answered.map { $0.exposed() }, is: expected)
  let secret = try X3DH<Suite>.sharedSecret(
    exchanges: exchanges, kemSecret: SecretBytes(copying: []), info: Array("WhisperText".utf8), count: 64)
  try expect("root and chain key", secret, is: session.bytes("rootKey") + session.bytes("chainKey"))
  var player = try SignalSessionPlayer(session)
  for (number, step) in try session.list("steps").enumerated() {
    do {
      if try step.string("action") == "send" { try player.send(step) } else { try player.receive(step) }
    } catch let problem as VectorProblem {
      throw VectorProblem.mismatch("step \(number): \(problem.text)")
    }
  }
}

private struct SignalSessionPlayer {
  private let parameters = RatchetParameters(
    rootInfo: Array("WhisperRatchet".utf8), messageInfo: Array("WhisperMessageKeys".utf8))
  private var parties: [String: DoubleRatchet<Suite>]
  private var messages: [String: (message: RatchetMessage<Suite>, key: MessageKey)] = [:]

  init(_ session: JSONValue) throws {
    let (alice, bob) = try (session.value("alice"), session.value("bob"))
    let none = SecretBytes(copying: [])
    let signedPreKey = RemoteRatchetKey(bytes: try bob.bytes("signedPreKeyPublic"))
    let first = RatchetKeyPair<Suite>(try AgreementKeyPair(privateKey: alice.secret("firstRatchetPrivate")))
    try expect("Alice's first ratchet key", first.publicKey.bytes, is: alice.bytes("firstRatchetPublic"))
    let initiator = try DoubleRatchet(
      initiatorSecret: session.secret("rootKey"), remote: signedPreKey, keyPair: first,
      sparse: NoSparseRatchet(isInitiator: true, seed: none), parameters: parameters)
    let start = try session.value("aliceAfterInit")
    try expect("Alice's first DH output", first.agree(with: signedPreKey), is: start.bytes("dhOutput"))
    try expect("Alice's root key", initiator.rootKey.secret, is: start.bytes("rootKey"))
    try expect(
      "Alice's sending chain key", initiator.sending?.chainKey.secret.exposed(), is: start.bytes("sendChainKey"))
    parties = [
      "alice": initiator,
      "bob": try DoubleRatchet(
        responderSecret: session.secret("rootKey"),
        keyPair: RatchetKeyPair(AgreementKeyPair(privateKey: bob.secret("signedPreKeyPrivate"))),
        sparse: NoSparseRatchet(isInitiator: false, seed: none)),
    ]
  }

  private func party(_ name: String) throws(VectorProblem) -> DoubleRatchet<Suite> {
    guard let ratchet = parties[name] else { throw .malformed("knows no \(name)") }
    return ratchet
  }

  mutating func send(_ step: JSONValue) throws {
    let actor = try step.string("actor")
    var ratchet = try party(actor)
    let key = try ratchet.nextMessageKey()
    try expect("message key", key.secret, is: step.bytes("messageKeySeed"))
    let message = try ratchet.encrypt(step.bytes("plaintext"), associatedData: [], parameters: parameters)
    let keys = try step.bytes("cipherKey") + step.bytes("macKey") + step.bytes("iv")
    try expect("cipher key, MAC key and IV", Array(message.ciphertext.prefix(keys.count)), is: keys)
    try expect("ratchet key", message.header.ratchetKey.bytes, is: step.bytes("ratchetPublic"))
    try expect("counter", message.header.number, is: step.uint32("counter"))
    // Signal's header has the last counter of the chain before, ours how many messages that chain has.
    let previous = message.header.previousCount
    try expect("previous counter", previous == 0 ? 0 : previous - 1, is: step.uint32("previousCounter"))
    try expect("chain key after it", ratchet.sending?.chainKey.secret.exposed(), is: step.bytes("sendChainKeyAfter"))
    try expect("root key", ratchet.rootKey.secret, is: step.bytes("rootKey"))
    parties[actor] = ratchet
    messages[try step.string("message")] = (message, key)
  }

  mutating func receive(_ step: JSONValue) throws {
    let actor = try step.string("actor")
    var ratchet = try party(actor)
    guard let (sent, key) = messages[try step.string("message")] else {
      throw VectorProblem.malformed("receives what was not sent")
    }
    let parameters = parameters
    if try step.string("expect") == "ok" {
      let fresh = try step["dhRatchet"].map {
        try $0.checkDHRatchet(Suite.self, before: ratchet, remote: sent.header.ratchetKey, parameters: parameters)
      }
      let plaintext = try ratchet.decrypt(sent, associatedData: [], parameters: parameters, fresh: fresh)
      try expect("plaintext", plaintext, is: step.bytes("plaintext"))
      try expect("message key", key.secret, is: step.bytes("messageKeySeed"))
      try expect("root key", ratchet.rootKey.secret, is: step.bytes("rootKey"))
    } else {
      var message = sent
      if step["signalMessage"] != nil {
        var ciphertext = sent.ciphertext
        ciphertext[0] ^= 1
        message = RatchetMessage(header: sent.header, ciphertext: ciphertext)
      }
      let before = ratchet.stored
      try expectRefusal(
        try step.string("reason"), with: .authenticationFailed, .duplicateMessage
      ) { () throws(CryptoError) in
        try ratchet.decrypt(message, associatedData: [], parameters: parameters, fresh: nil)
      }
      try expect("the state after an error", ratchet.stored, is: before)
    }
    parties[actor] = ratchet
  }
}
