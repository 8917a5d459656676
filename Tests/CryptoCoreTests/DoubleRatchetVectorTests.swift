// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Double Ratchet vectors")
struct DoubleRatchetVectorTests {
  @Test("ChaCha20-Poly1305 transcripts run byte for byte")
  func chaCha20Poly1305() throws {
    let file = try VectorFile.load(
      "double-ratchet", "transcripts_chacha20poly1305", as: RatchetTranscripts.self)
    #expect(file.transcripts.count == 5)
    for transcript in file.transcripts {
      var player = try TranscriptPlayer<NativeClassicSuite>(transcript, hasCipher: true)
      try player.play()
    }
  }

  @Test("AES-CBC transcripts run with every key, header, state and error but the cipher itself")
  func aesCBC() throws {
    let file = try VectorFile.load("double-ratchet", "transcripts_aescbc_hmac", as: RatchetTranscripts.self)
    #expect(file.transcripts.count == 5)
    for transcript in file.transcripts {
      var player = try TranscriptPlayer<RecordingSuite>(transcript, hasCipher: false)
      try player.play()
    }
  }

  struct Steps: Decodable {
    struct Root: Decodable {
      struct Derived: Decodable {
        let info: String
        let newRootKey: Hex
        let chainKey: Hex
      }
      let rootKey: Hex
      let ourPrivate: Hex
      let theirPublic: Hex
      let derived: [Derived]
    }
    struct Chain: Decodable {
      struct Step: Decodable {
        let messageKey: Hex
        let nextChainKey: Hex
      }
      let chainKey: Hex
      let steps: [Step]
    }
    struct Expansion: Decodable {
      struct Derived: Decodable {
        let info: String
        let length: Int
        let encryptionKey: Hex
        let authenticationKey: Hex?
        let iv: Hex?
        let nonce: Hex?
      }
      let messageKey: Hex
      let derived: [Derived]
    }
    let kdfRK: [Root]
    let kdfCK: [Chain]
    let messageKeyExpansion: [Expansion]
  }

  @Test("every step of the key derivations agrees")
  func steps() throws {
    let file = try VectorFile.load("double-ratchet", "kdf_steps", as: Steps.self)
    for test in file.kdfRK {
      let pair = try RatchetKeyPair<NativeClassicSuite>(AgreementKeyPair(privateKey: test.ourPrivate.secret))
      let exchange = try pair.agree(with: RemoteRatchetKey(bytes: test.theirPublic.bytes))
      for derived in test.derived {
        let (root, chain) = try RootKey(secret: test.rootKey.secret).advanced(
          by: exchange, info: Array(derived.info.utf8), suite: NativeClassicSuite.self)
        #expect(root.secret.exposed() == derived.newRootKey.bytes)
        #expect(chain.secret.exposed() == derived.chainKey.bytes)
      }
    }
    for test in file.kdfCK {
      var chain = ChainKey(secret: test.chainKey.secret)
      for step in test.steps {
        #expect(chain.messageKey(NativeClassicSuite.self).secret.exposed() == step.messageKey.bytes)
        chain = chain.next(NativeClassicSuite.self)
        #expect(chain.secret.exposed() == step.nextChainKey.bytes)
      }
    }
    for test in file.messageKeyExpansion {
      for derived in test.derived {
        let (key, info) = (MessageKey(secret: test.messageKey.secret), Array(derived.info.utf8))
        if let nonce = derived.nonce {
          let result = try key.expanded(sparseKey: nil, info: info, suite: NativeClassicSuite.self)
          #expect(result.key.exposed() == derived.encryptionKey.bytes && result.nonce == nonce.bytes)
        } else {
          let result = try key.expanded(sparseKey: nil, info: info, suite: RecordingSuite.self)
          let expected = try derived.encryptionKey.bytes + #require(derived.authenticationKey).bytes
          #expect(result.key.exposed() == expected && result.nonce == derived.iv?.bytes)
        }
      }
    }
    #expect(file.kdfRK.count == 6 && file.kdfCK.count == 6 && file.messageKeyExpansion.count == 6)
  }

  struct SignalSessions: Decodable {
    struct Session: Decodable {
      struct Alice: Decodable {
        let identityPrivate: Hex
        let basePrivate: Hex
        let firstRatchetPrivate: Hex
      }
      struct Bob: Decodable {
        let identityPublic: Hex
        let signedPreKeyPrivate: Hex
        let signedPreKeyPublic: Hex
        let oneTimePreKeyPublic: Hex?
      }
      struct Step: Decodable {
        struct DHRatchet: Decodable {
          let newRatchetPrivate: Hex
        }
        let actor: String
        let action: String
        let message: String
        let plaintext: Hex?
        let ratchetPublic: Hex?
        let counter: UInt32?
        let cipherKey: Hex?
        let macKey: Hex?
        let iv: Hex?
        let expect: String?
        let rootKey: Hex?
        let dhRatchet: DHRatchet?
      }
      let alice: Alice
      let bob: Bob
      let dh: [Hex]
      let rootKey: Hex
      let chainKey: Hex
      let steps: [Step]
    }
    let sessions: [Session]
  }

  @Test("Signal's version 3 sessions agree in handshake, root keys, counters and message keys")
  func signalSessions() throws {
    let parameters = RatchetParameters(
      rootInfo: Array("WhisperRatchet".utf8), messageInfo: Array("WhisperMessageKeys".utf8))
    for session in try VectorFile.load("double-ratchet", "signal_v3_sessions", as: SignalSessions.self).sessions {
      let exchanges = try X3DH<RecordingSuite>.initiatorExchanges(
        identity: session.alice.identityPrivate.secret, ephemeral: session.alice.basePrivate.secret,
        remoteIdentity: session.bob.identityPublic.bytes, signedPreKey: session.bob.signedPreKeyPublic.bytes,
        fourthPreKey: session.bob.oneTimePreKeyPublic?.bytes)
      #expect(exchanges.map { $0.exposed() } == session.dh.map(\.bytes))
      let secret = try X3DH<RecordingSuite>.sharedSecret(
        exchanges: exchanges, kemSecret: SecretBytes(copying: []), info: Array("WhisperText".utf8), count: 64)
      #expect(secret.exposed() == session.rootKey.bytes + session.chainKey.bytes)

      let none = SecretBytes(copying: [])
      var parties: [String: DoubleRatchet<RecordingSuite>] = [
        "alice": try DoubleRatchet(
          initiatorSecret: session.rootKey.secret,
          remote: RemoteRatchetKey(bytes: session.bob.signedPreKeyPublic.bytes),
          keyPair: RatchetKeyPair(AgreementKeyPair(privateKey: session.alice.firstRatchetPrivate.secret)),
          sparse: NoSparseRatchet(isInitiator: true, seed: none), parameters: parameters),
        "bob": try DoubleRatchet(
          responderSecret: session.rootKey.secret,
          keyPair: RatchetKeyPair(AgreementKeyPair(privateKey: session.bob.signedPreKeyPrivate.secret)),
          sparse: NoSparseRatchet(isInitiator: false, seed: none)),
      ]
      var messages: [String: RatchetMessage<RecordingSuite>] = [:]
      for step in session.steps {
        var ratchet = try #require(parties[step.actor])
        if step.action == "send" {
          let message = try ratchet.encrypt(
            #require(step.plaintext).bytes, associatedData: [], parameters: parameters)
          let keys = try #require(step.cipherKey).bytes + #require(step.macKey).bytes + #require(step.iv).bytes
          #expect(message.ciphertext.starts(with: keys))
          #expect(message.header.ratchetKey.bytes == step.ratchetPublic?.bytes)
          #expect(message.header.number == step.counter)
          messages[step.message] = message
        } else if step.expect == "ok" {
          let fresh = try step.dhRatchet.map {
            RatchetKeyPair<RecordingSuite>(try AgreementKeyPair(privateKey: $0.newRatchetPrivate.secret))
          }
          let plaintext = try ratchet.decrypt(
            #require(messages[step.message]), associatedData: [], parameters: parameters,
            freshKeyPair: { () throws(CryptoError) in
              if let fresh { return fresh }
              return try .generate()
            })
          #expect(plaintext == step.plaintext?.bytes)
        }
        if let root = step.rootKey { #expect(ratchet.rootKey.secret.exposed() == root.bytes) }
        parties[step.actor] = ratchet
      }
    }
  }
}
