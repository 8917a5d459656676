// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

@testable import CryptoCore

extension Schedule {
  /// Which letter comes next: one of the first four, as long as none is overtaken too often.
  mutating func position(in party: Int) -> Int {
    if network[party][0].overtaken >= 3 { return 0 }
    return Int.random(in: 0..<min(4, network[party].count), using: &generator)
  }

  mutating func deliver(to party: Int) throws {
    guard !network[party].isEmpty else { return }
    let position = position(in: party)
    let letter = network[party].remove(at: position)
    for index in 0..<position { network[party][index].overtaken += 1 }
    guard correspondence[party].receive(letter.id) else {
      // A client knows it by its id. The session it was read in refuses it as well.
      if opened[party].contains(where: { $0.id == letter.id }) { try refuse(letter, at: party) }
      return
    }
    let before = parties[party]
    do {
      // Crashes after decrypting, before its transaction: the letter comes again.
      if generator.isOne(of: 8) {
        try open(letter, at: party)
        parties[party] = before
      }
      try open(letter, at: party)
    } catch let error as CryptoError {
      return fail(to: letter, error, at: party)
    }
    opened[party].append(letter)
    readable += 1
    if fault == .showsBeforeStoring { parties[party] = before }
    switch letter.content {
    case .request(let letters): try answer(letters, of: letter, from: party)
    case .text(let text, let earlier):
      if !correspondence[party].show(text) { found(.shownAgain, letter.content) }
      if !earlier.isEmpty { recovered += 1 }
    }
  }

  private mutating func open(_ letter: Letter, at party: Int) throws {
    let text = try parties[party].receive(letter.message, from: parties[1 - party].remote)
    if text != letter.content.plaintext { found(.wrongText, letter.content) }
  }

  /// Only where a device has lost something may a letter be unreadable. Usually the session is then unknown; where a late
  /// initial message has opened its first half again, the two sides no longer agree.
  private mutating func fail(to letter: Letter, _ error: CryptoError, at party: Int) {
    let hasLost = lives != letter.sessionLives ?? [0, 0]
    let expected: [CryptoError] = [
      .unknownSession, .unknownPreKey, .authenticationFailed, .identityMismatch, .duplicateMessage,
    ]
    if !hasLost || !expected.contains(error) { found(.unreadable, letter.content, error) }
    // What is asked for in it nobody asks for again.
    if case .request(let letters) = letter.content { excuse(letters, of: party) }
    // Another device than the list has is not asked.
    if error != .identityMismatch { correspondence[party].want(letter.id) }
  }

  /// A letter that was read comes again.
  mutating func replay(to party: Int) throws {
    guard let letter = opened[party].randomElement(using: &generator) else { return }
    try refuse(letter, at: party)
  }

  /// A letter comes with another byte.
  mutating func forge(to party: Int) throws {
    guard let letter = network[party].first else { return }
    var bytes = letter.message.bytes
    bytes[Int.random(in: bytes.indices, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
    try refuse(letter, as: bytes, at: party)
  }

  /// A message that must not open, and change nothing: the letter, which was read before, or a changed one.
  private mutating func refuse(_ letter: Letter, as forged: [UInt8]? = nil, at party: Int) throws {
    let before = parties[party].record.serialized()
    do {
      let message = try CiphertextMessage(bytes: forged ?? letter.message.bytes)
      _ = try parties[party].receive(message, from: parties[1 - party].remote)
      found(forged == nil ? .readAgain : .forgeryOpened, letter.content)
    } catch is CryptoError {
      if !parties[party].record.serialized().isEqual(to: before) { found(.changedByRefused, letter.content) }
    }
  }
}
