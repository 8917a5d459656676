// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Sessions")
struct SessionTests {
  typealias Record = SessionRecord<NativeClassicSuite>

  @Test("initial messages repeat until the first answer, then the session is acknowledged")
  func initialMessagesRepeat() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let first = try pair.alice.send("one")
    let second = try pair.alice.send("two")
    #expect(first.kind == .preKey && second.kind == .preKey)
    #expect(!pair.alice.record.isAcknowledged)
    #expect(try pair.toBob(first) == "one")
    #expect(pair.bob.oneTime.isEmpty)
    #expect(try pair.toBob(second) == "two")
    let answer = try pair.bob.send("three")
    #expect(answer.kind == .ratchet)
    #expect(try pair.toAlice(answer) == "three")
    #expect(pair.alice.record.isAcknowledged)
    #expect(try pair.alice.send("four").kind == .ratchet)
  }

  @Test("the first messages may be lost: the third opens the session, and the others open late")
  func lostFirstMessages() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    let (first, second, third) = (try pair.alice.send("1"), try pair.alice.send("2"), try pair.alice.send("3"))
    #expect(try pair.toBob(third) == "3")
    #expect(try pair.toAlice(pair.bob.send("answer")) == "answer")
    #expect(try pair.toBob(first) == "1")
    #expect(try pair.toBob(second) == "2")
    #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(second) }
  }

  @Test(
    "the fourth prekey may be one-time, last resort or none", arguments: [(true, true), (false, true), (false, false)])
  func fourthPreKey(oneTime: Bool, lastResort: Bool) throws {
    var pair = try Pair()
    let bundle = try pair.bob.bundle(oneTime: oneTime, lastResort: lastResort)
    try pair.alice.initiate(bundle, of: pair.bob.remote)
    let message = try pair.alice.send("hello")
    let needed = try #require(try Record.preKeys(neededBy: message))
    #expect(needed.signedPreKey == 1)
    #expect((needed.oneTimePreKey != nil) == oneTime)
    #expect(needed.lastResortPreKey == (!oneTime && lastResort ? 900 : nil))
    #expect(try pair.toBob(message) == "hello")
    #expect(try pair.toAlice(pair.bob.send("hi")) == "hi")
  }

  @Test("a one-time prekey is told as consumed, and without one the base key as to be remembered")
  func consumption() throws {
    for oneTime in [true, false] {
      var pair = try Pair()
      try pair.alice.initiate(pair.bob.bundle(oneTime: oneTime), of: pair.bob.remote)
      let message = try pair.alice.send("hello")
      let keys = LocalPreKeys(
        signedPreKey: pair.bob.signed[1], oneTimePreKey: pair.bob.oneTime[1], lastResortPreKey: pair.bob.lastResort)
      let result = try pair.bob.record.decrypt(
        message, local: pair.bob.local, remote: pair.alice.remote, preKeys: keys, now: 0)
      #expect(result.consumedOneTimePreKey == (oneTime ? 1 : nil))
      let needed = try #require(try Record.preKeys(neededBy: message))
      #expect(result.baseKeyToRemember == (oneTime ? nil : needed.baseKey))
      #expect(result.startedSession)
    }
  }

  @Test("a replayed initial message is a duplicate, with whatever prekey it was made", arguments: [true, false])
  func replay(oneTime: Bool) throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(oneTime: oneTime), of: pair.bob.remote)
    let message = try pair.alice.send("hello")
    #expect(try pair.toBob(message) == "hello")
    let before = pair.bob.record.serialized()
    #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(message) }
    #expect(pair.bob.record.serialized().isEqual(to: before))

    // Also when the session has long been archived.
    for number in 0..<SessionLimits.maximumArchivedSessions {
      try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
      #expect(try pair.toBob(pair.alice.send("\(number)")) == "\(number)")
    }
    #expect(pair.bob.record.archived.count == SessionLimits.maximumArchivedSessions)
    #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(message) }

    // And when the record has forgotten it: the one-time prekey is gone, or the base key is remembered.
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    #expect(try pair.toBob(pair.alice.send("one more")) == "one more")
    let forgotten = pair.bob.record.serialized()
    #expect(throws: oneTime ? CryptoError.unknownPreKey : .duplicateMessage) { try pair.toBob(message) }
    #expect(pair.bob.record.serialized().isEqual(to: forgotten))
  }

  @Test("both may begin at once: every message opens, and both end in the same session")
  func mutualInitiation() throws {
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    try pair.bob.initiate(pair.alice.bundle(), of: pair.alice.remote)
    let fromAlice = [try pair.alice.send("a1"), try pair.alice.send("a2")]
    let fromBob = [try pair.bob.send("b1"), try pair.bob.send("b2")]
    #expect(try pair.toBob(fromAlice[0]) == "a1")
    #expect(try pair.toAlice(fromBob[0]) == "b1")
    // Crossing once more, each now answers in the session that the other began.
    let (a3, b3) = (try pair.alice.send("a3"), try pair.bob.send("b3"))
    #expect(try pair.toBob(a3) == "a3")
    #expect(try pair.toAlice(b3) == "b3")
    #expect(try pair.toBob(fromAlice[1]) == "a2")
    #expect(try pair.toAlice(fromBob[1]) == "b2")
    // The first message that crosses no other settles it.
    #expect(try pair.toBob(pair.alice.send("a4")) == "a4")
    #expect(try pair.toAlice(pair.bob.send("b4")) == "b4")
    #expect(pair.alice.record.current?.baseKey == pair.bob.record.current?.baseKey)
    #expect(pair.alice.record.isAcknowledged && pair.bob.record.isAcknowledged)
    #expect(pair.alice.record.archived.count == 1 && pair.bob.record.archived.count == 1)
  }

  @Test("late messages of an archived session open and bring it back")
  func archivedSessions() throws {
    var pair = try Pair.connected()
    let late = try pair.alice.send("late")
    let old = pair.bob.record.current?.baseKey
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote)
    #expect(try pair.toBob(pair.alice.send("new")) == "new")
    #expect(pair.bob.record.current?.baseKey != old)
    #expect(try pair.toBob(late) == "late")
    #expect(pair.bob.record.current?.baseKey == old)
    #expect(try pair.toAlice(pair.bob.send("in the old one")) == "in the old one")
  }

  @Test("40 sessions are archived, the least recently used is dropped")
  func archiveBound() throws {
    var pair = try Pair.connected()
    let late = try pair.bob.send("late")
    for _ in 0..<SessionLimits.maximumArchivedSessions {
      try pair.alice.initiate(pair.bob.bundle(oneTime: false), of: pair.bob.remote)
    }
    var full = pair
    #expect(try full.toAlice(late) == "late")
    try pair.alice.initiate(pair.bob.bundle(oneTime: false), of: pair.bob.remote)
    #expect(pair.alice.record.archived.count == SessionLimits.maximumArchivedSessions)
    #expect(throws: CryptoError.unknownSession) { try pair.toAlice(late) }
  }

  @Test("a session that nobody answers is stale after 30 days, not before")
  func staleSessions() throws {
    let start: UInt64 = 1_700_000_000
    let month = SessionLimits.unansweredLifetime
    var pair = try Pair()
    try pair.alice.initiate(pair.bob.bundle(), of: pair.bob.remote, now: start)
    #expect(pair.alice.record.hasUsableSession(now: start + month))
    let message = try pair.alice.send("at the bound", now: start + month)
    #expect(!pair.alice.record.hasUsableSession(now: start + month + 1))
    #expect(throws: CryptoError.staleSession) { try pair.alice.send("too late", now: start + month + 1) }
    // A clock that was an hour ahead changes nothing; one that was further ahead says nothing of the session's age, and
    // an answer ends the question.
    #expect(pair.alice.record.hasUsableSession(now: start - 3_600))
    #expect(!pair.alice.record.hasUsableSession(now: start - 3_601))
    #expect(pair.alice.record.hasCurrentSession)
    #expect(try pair.toBob(message) == "at the bound")
    #expect(try pair.toAlice(pair.bob.send("answer")) == "answer")
    #expect(pair.alice.record.hasUsableSession(now: start + 10 * month))
    #expect(pair.alice.record.hasUsableSession(now: 0))
  }

  @Test("without a session nothing is sent, and a message of an unknown one is told as such")
  func noSession() throws {
    var pair = try Pair.connected()
    let message = try pair.alice.send("hello")
    pair.bob.record = SessionRecord()
    #expect(!pair.bob.record.hasUsableSession(now: 0))
    #expect(throws: CryptoError.unknownSession) { try pair.bob.send("hello") }
    #expect(throws: CryptoError.unknownSession) { try pair.toBob(message) }
  }

  @Test("a record keeps its bound on skipped keys over all sessions: the oldest archived ones give theirs up")
  func skippedKeysOfARecord() throws {
    var pair = try Pair()
    var firsts: [CiphertextMessage] = []
    for _ in 0..<4 {
      try pair.alice.initiate(pair.bob.bundle(oneTime: false), of: pair.bob.remote)
      firsts.append(try pair.alice.send("first"))
      for _ in 0..<1_500 { _ = try pair.alice.send("never comes") }
      #expect(try pair.toBob(pair.alice.send("last")) == "last")
    }
    let kept = pair.bob.record.archived.reduce(pair.bob.record.current?.ratchet.skippedKeys ?? 0) {
      $0 + $1.ratchet.skippedKeys
    }
    #expect(kept == 1_501 && SessionLimits.maximumSkippedKeys == 2_000)
    #expect(pair.bob.record.serialized().count < 64 * SessionLimits.maximumSkippedKeys)
    #expect(throws: CryptoError.duplicateMessage) { try pair.toBob(firsts[0]) }
    #expect(try pair.toBob(firsts[3]) == "first")
  }

  @Test("the archive is told to have changed when it has, and the two parts make the whole again")
  func parts() throws {
    var pair = try Pair.connected()
    let late = try pair.alice.send("late")
    let next = try pair.alice.send("hello")
    try pair.alice.initiate(pair.bob.bundle(oneTime: false), of: pair.bob.remote)
    let first = try pair.alice.send("new")
    let keys = LocalPreKeys<NativeClassicSuite>(
      signedPreKey: pair.bob.signed[1], oneTimePreKey: nil, lastResortPreKey: pair.bob.lastResort)
    /// Decrypts without the reload that `Party` does.
    func receive(_ message: CiphertextMessage) throws -> String {
      let result = try pair.bob.record.decrypt(
        message, local: pair.bob.local, remote: pair.alice.remote, preKeys: keys, now: 0)
      return String(decoding: result.plaintext, as: UTF8.self)
    }
    func reload() throws {
      let record = pair.bob.record
      pair.bob.record = try SessionRecord(
        SessionRecord(serialized: record.withoutArchive.serialized()),
        archive: SessionRecord(serialized: record.archive.serialized()))
      #expect(pair.bob.record.serialized().isEqual(to: record.serialized()))
      #expect(!pair.bob.record.hasArchiveChanged)
    }
    try reload()
    #expect(try receive(next) == "hello")
    #expect(!pair.bob.record.hasArchiveChanged)
    #expect(try receive(first) == "new")
    #expect(pair.bob.record.hasArchiveChanged)
    try reload()
    #expect(try receive(late) == "late")
    #expect(pair.bob.record.hasArchiveChanged)
    try reload()
    // As it was stored before there were parts: the archive is in the first.
    let old = SessionRecord(pair.bob.record, archive: SessionRecord())
    #expect(old.hasArchiveChanged)
    #expect(old.serialized().isEqual(to: pair.bob.record.serialized()))
  }

  @Test("an archived current session still opens messages but sends none")
  func archiveCurrent() throws {
    var pair = try Pair.connected()
    let message = try pair.alice.send("hello")
    pair.bob.record.archiveCurrent()
    #expect(throws: CryptoError.unknownSession) { try pair.bob.send("no") }
    #expect(try pair.toBob(message) == "hello")
    #expect(try pair.toAlice(pair.bob.send("yes")) == "yes")
  }
}
