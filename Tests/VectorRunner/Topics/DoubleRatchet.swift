// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Suite = NativeClassicSuite

extension Topic {
  static let doubleRatchet = Topic(
    "double-ratchet",
    "Double Ratchet: key derivations, whole transcripts, Signal's sessions (with AES-CBC: all but the cipher itself)",
    formats: [
      .lists([
        ("kdfRK", ["rootKey", "ourPrivate", "theirPublic"], checkRootChain),
        ("kdfCK", ["chainKey", "steps"], checkChain),
        ("messageKeyExpansion", ["messageKey", "derived"], checkExpansion),
      ]),
      .lists([("transcripts", ["sharedSecret", "bobInitialRatchetPrivate", "steps"], checkTranscript)]),
      .lists([("sessions", ["alice", "bob", "aliceAfterInit", "steps"], checkSignalSession)]),
    ])
}

private func checkRootChain(_ test: JSONValue) throws {
  let pair = try RatchetKeyPair<Suite>(AgreementKeyPair(privateKey: test.secret("ourPrivate")))
  let exchange = try pair.agree(with: RemoteRatchetKey(bytes: test.bytes("theirPublic")))
  try expect("DH output", exchange, is: test.bytes("dhOutput"))
  for derived in try test.list("derived") {
    let (root, chain) = try RootKey(secret: test.secret("rootKey")).advanced(
      by: exchange, info: Array(derived.string("info").utf8), suite: Suite.self)
    try expect("new root key", root.secret, is: derived.bytes("newRootKey"))
    try expect("chain key", chain.secret, is: derived.bytes("chainKey"))
  }
}

private func checkChain(_ test: JSONValue) throws {
  var chain = ChainKey(secret: try test.secret("chainKey"))
  for (number, step) in try test.list("steps").enumerated() {
    try expect("n", step.integer("n"), is: number)
    try expect("message key", chain.messageKey(Suite.self).secret, is: step.bytes("messageKey"))
    chain = chain.next(Suite.self)
    try expect("next chain key", chain.secret, is: step.bytes("nextChainKey"))
  }
}

private func checkExpansion(_ test: JSONValue) throws {
  let key = MessageKey(secret: try test.secret("messageKey"))
  for derived in try test.list("derived") {
    let info = try Array(derived.string("info").utf8)
    if let nonce = try derived.optionalBytes("nonce") {
      let result = try key.expanded(sparseKey: nil, info: info, suite: Suite.self)
      try expect("encryption key", result.key, is: derived.bytes("encryptionKey"))
      try expect("nonce", result.nonce, is: nonce)
      try expect("length", derived.integer("length"), is: result.key.count + nonce.count)
    } else {
      let result = try key.expanded(sparseKey: nil, info: info, suite: RecordingSuite.self)
      let keys = try derived.bytes("encryptionKey") + derived.bytes("authenticationKey")
      try expect("encryption and authentication key", result.key, is: keys)
      try expect("IV", result.nonce, is: derived.bytes("iv"))
      try expect("length", derived.integer("length"), is: keys.count + result.nonce.count)
    }
  }
}

private func checkTranscript(_ transcript: JSONValue) throws {
  switch try transcript.string("aead") {
  case "ChaCha20-Poly1305":
    var player = try RatchetTranscriptPlayer<Suite>(transcript, hasCipher: true)
    try player.play()
  case "AES-256-CBC + HMAC-SHA-256":
    var player = try RatchetTranscriptPlayer<RecordingSuite>(transcript, hasCipher: false)
    try player.play()
  case let cipher:
    throw VectorProblem.skipped("transcripts with \(cipher): no suite has it")
  }
}
