// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import ScriptedCrypto
import Testing

@testable import CryptoCore

@Suite("Recovery phrases")
struct RecoveryPhraseTests {
  typealias Phrase = RecoveryPhrase<NativeCryptoProvider>

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  static let panda = words(
    """
    panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote \
    level hobby quick inner drive ghost inside
    """)

  @Test(
    "words and entropy agree with BIP-39",
    arguments: [
      (String(repeating: "00", count: 32), String(repeating: "abandon ", count: 23) + "art"),
      (String(repeating: "ff", count: 32), String(repeating: "zoo ", count: 23) + "vote"),
      (
        String(repeating: "7f", count: 32),
        String(repeating: "legal winner thank year wave sausage worth useful ", count: 2)
          + "legal winner thank year wave sausage worth title"
      ),
      (
        "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
        "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis "
          + "maple dilemma loan word shrug inflict delay length"
      ),
      ("9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863", panda.joined(separator: " ")),
    ])
  func vectors(entropy: String, text: String) throws {
    let phrase = try Phrase(entropy: Hex(entropy).secret)
    #expect(phrase.words == Self.words(text))
    #expect(try Phrase(words: Self.words(text)).serialized().exposed() == Hex(entropy).bytes)
  }

  @Test("the list has 2,048 words in order, told apart by their first four letters")
  func list() {
    let words = RecoveryWords.all
    #expect(words.count == 2_048 && words == words.sorted())
    #expect(Set(words.map { $0.prefix(4) }).count == 2_048)
    #expect(words.allSatisfy { (3...8).contains($0.count) })
    let file = NativeCryptoProvider.sha256(Array((words.joined(separator: "\n") + "\n").utf8))
    #expect(Array(file.prefix(4)) == [0x2F, 0x5E, 0xED, 0x53])
    #expect(words.indices.allSatisfy { RecoveryWords.index(of: Array(words[$0].utf8)) == $0 })
  }

  @Test("capitals and surrounding white space do not matter")
  func typing() throws {
    let typed = Self.panda.map { " \($0.uppercased())\n" }
    #expect(try Phrase(words: typed).words == Self.panda)
  }

  @Test("a word that is not in the list is told by its place")
  func unknownWord() {
    for position in [1, 13, 24] {
      for wrong in ["pandas", "", "pand", "zzz", "aaa", "pändä"] {
        var words = Self.panda
        words[position - 1] = wrong
        #expect(throws: RecoveryPhraseError.unknownWord(position: position)) { try Phrase(words: words) }
      }
    }
  }

  @Test("23 or 25 words are refused by their number")
  func count() {
    for words in [Array(Self.panda.dropLast()), Self.panda + ["panda"], []] {
      #expect(throws: RecoveryPhraseError.wrongNumberOfWords(words.count)) { try Phrase(words: words) }
    }
  }

  @Test("another word of the list, or two exchanged ones, fail the checksum")
  func checksum() {
    var words = Self.panda
    words[4] = "army"
    #expect(throws: RecoveryPhraseError.wrongChecksum) { try Phrase(words: words) }
    words = Self.panda
    words.swapAt(2, 3)
    #expect(throws: RecoveryPhraseError.wrongChecksum) { try Phrase(words: words) }
  }

  @Test("new phrases are random, and other amounts of entropy are refused")
  func entropy() throws {
    #expect(try Phrase().words != Phrase().words)
    let phrase = try Phrase()
    #expect(try Phrase(words: phrase.words).serialized().isEqual(to: phrase.serialized()))
    for count in [0, 16, 31, 33] {
      #expect(throws: CryptoError.invalidKeyLength) {
        try Phrase(entropy: SecretBytes(copying: [UInt8](repeating: 0, count: count)))
      }
    }
    #expect(throws: CryptoError.randomnessUnavailable) { try RecoveryPhrase<ScriptedProvider>() }
  }

  @Test("the root identity comes back from the words, and a hybrid one begins with that of suite 1")
  func root() throws {
    let (phrase, again) = (try Phrase(words: Self.panda), try Phrase(words: Self.panda))
    let classic = try phrase.rootIdentity(NativeClassicSuite.self)
    #expect(try again.rootIdentity(NativeClassicSuite.self).publicKey == classic.publicKey)
    let hybrid = try phrase.rootIdentity(NativeHybridSuite.self)
    #expect(hybrid.publicKey.bytes.prefix(32) == classic.publicKey.bytes[...])
    #expect(hybrid.publicKey.bytes.suffix(32) != classic.publicKey.bytes[...])
    let signature = try hybrid.signDeviceList(payload: [1])
    try again.rootIdentity(NativeHybridSuite.self).publicKey.certified
      .verifyDeviceList(payload: [1], signature: signature, as: NativeHybridSuite.self)
    #expect(try Phrase().rootIdentity(NativeClassicSuite.self).publicKey != classic.publicKey)
  }
}
