// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

@testable import CryptoCore

extension Schedule {
  mutating func begin(at party: Int) throws {
    let bundle = try parties[1 - party].bundle(oneTime: Bool.random(using: &generator))
    try parties[party].initiate(bundle, of: parties[1 - party].remote)
  }

  /// A new text.
  mutating func write(from party: Int) throws {
    // What has to be asked for waits before it.
    try ask(from: party)
    texts += 1
    try post(.text(texts, replacing: []), from: party)
  }

  /// Asks for what could not be read, in a new session.
  mutating func ask(from party: Int) throws {
    let letters = correspondence[party].ask()
    guard !letters.isEmpty else { return }
    if !isQuiet, generator.isOne(of: 8) {
      // It has fetched too many bundles: the session there is has to do, if there is one.
      guard parties[party].record.hasUsableSession(now: 0) else { return excuse(letters, of: 1 - party) }
      try post(.request(letters), from: party)
    } else {
      try post(.request(letters), from: party, opensSession: true, sessionLives: lives)
    }
    if fault == .asksTwice { try post(.request(letters), from: party) }
  }

  /// Sends again what is asked for, each text twice at most.
  mutating func answer(_ letters: [Int], of request: Letter, from party: Int) throws {
    for letter in letters where fault != .neverAnswers {
      // Requests are not answered with requests, and a new installation knows nothing of before.
      guard let text = correspondence[party].text(of: letter), let earlier = correspondence[party].sent[text] else {
        continue
      }
      guard earlier.count <= 2 || fault == .answersWithoutEnd else {
        excused.insert(text)
        continue
      }
      try post(.text(text, replacing: earlier), from: party, sessionLives: request.lives)
    }
  }

  private mutating func post(
    _ content: Letter.Content, from party: Int, opensSession: Bool = false, sessionLives: [Int]? = nil
  ) throws {
    let opensSession = opensSession || !parties[party].record.hasUsableSession(now: 0)
    if generator.isOne(of: 8) {
      // Crashes after encrypting, before its transaction: nothing has left, and another message takes the key.
      let before = parties[party]
      if opensSession { try begin(at: party) }
      _ = try parties[party].send("never leaves")
      parties[party] = before
      recorder.undone()
    }
    if opensSession { try begin(at: party) }
    letters += 1
    let before = parties[party]
    let letter = Letter(
      id: letters, content: content, message: try parties[party].send(content.plaintext), lives: lives,
      sessionLives: sessionLives)
    if !recorder.left() { found(.keyUsedTwice, content) }
    if fault == .sendsBeforeStoring { parties[party] = before }
    if case .text(let text, let earlier) = content {
      correspondence[party].send(letter.id, of: text)
      if earlier.count > 2 { found(.sentTooOften, content) }
    }
    network[1 - party].append(letter)
    // Crashes before it hears that the message was taken, and hands in the stored one again.
    if generator.isOne(of: 8) { network[1 - party].append(letter) }
  }

  /// A letter that never arrives.
  mutating func drop(to party: Int) {
    guard !network[party].isEmpty else { return }
    switch network[party].remove(at: position(in: party)).content {
    case .request(let letters): excuse(letters, of: party)
    case .text(let text, let earlier): if !earlier.isEmpty { excused.insert(text) }
    }
  }

  /// The texts in these letters of a party are not sent again, or not as often as they could be.
  mutating func excuse(_ letters: [Int], of party: Int) {
    excused.formUnion(letters.compactMap { correspondence[party].text(of: $0) })
  }
}
