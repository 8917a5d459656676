// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

@testable import CryptoCore

/// Two people and a network that delays, reorders, drops, repeats and forges, while they send, crash between any two
/// steps of their stores, begin new sessions, lose their sessions, or begin anew with new keys. What must not happen is
/// collected as `findings`.
struct Schedule<Base: CipherSuite> {
  typealias Suite = RecordingSuite<Base>

  /// What a device can lose on the way.
  enum Loss {
    case nothing, sessions, identity
  }

  /// How a client could break the rules, to see that the checks notice.
  enum Fault {
    /// The message leaves before the state is stored, and the state is lost.
    case sendsBeforeStoring
    /// What was read is shown before the state is stored, and the state is lost.
    case showsBeforeStoring
  }

  private struct Letter {
    let text: String
    let message: CiphertextMessage
    /// How many later letters were delivered before it: bounded, so that no chain leaves the receiver's memory.
    var overtaken = 0
  }

  private var generator: SeededGenerator
  private let recorder = SealRecorder()
  private(set) var parties: [Party<Suite>]
  private let fault: Fault?
  /// To party 0 and to party 1.
  private var network: [[Letter]] = [[], []]
  private var delivered: [[Letter]] = [[], []]
  /// What each has read since it last lost something.
  private var read: [Set<String>] = [[], []]
  /// How often each has lost something.
  private var lives = [0, 0]
  private var counter = 0
  private(set) var readable = 0
  private(set) var findings: [Finding] = []

  init(seed: UInt64, parties: [Party<Suite>]? = nil, fault: Fault? = nil) throws {
    self.fault = fault
    generator = SeededGenerator(seed: seed)
    self.parties = try parties ?? [Party(account: 1), Party(account: 2)]
  }

  private mutating func found(_ kind: Finding.Kind, _ letter: Letter? = nil, _ error: CryptoError? = nil) {
    findings.append(Finding(kind: kind, letter: letter?.text, error: error))
  }

  /// `beginning`: of a hundred steps, how many open a new session.
  mutating func run(steps: Int, beginning: Int = 3, losing: Loss = .nothing) throws {
    var copy = self
    try SealRecorder.$current.withValue(recorder) {
      for _ in 0..<steps { try copy.step(beginning: beginning, losing: losing) }
      while !copy.network[0].isEmpty || !copy.network[1].isEmpty {
        for party in 0...1 where !copy.network[party].isEmpty { try copy.deliver(to: party) }
      }
      try copy.meet()
    }
    self = copy
  }

  private mutating func step(beginning: Int, losing: Loss) throws {
    let party = Int.random(in: 0...1, using: &generator)
    switch Int.random(in: 0..<100, using: &generator) {
    case 0..<40: try send(from: party)
    case 40..<80: try deliver(to: party)
    case 80..<85: if !network[party].isEmpty { network[party].remove(at: position(in: party)) }
    case 85..<90: try replay(to: party)
    case 90..<94: try forge(to: party)
    case 94..<94 + beginning: try begin(at: party)
    case 97...: try lose(losing, at: party)
    default: break
    }
  }

  /// One exchange that crosses nothing, and both are in the same session.
  private mutating func meet() throws {
    if !parties[0].record.hasUsableSession(now: 0) { try begin(at: 0) }
    try send(from: 0, undisturbed: true)
    if try !deliver(to: 1) {
      // Party 1 lost the session: it says so, and party 0 begins anew.
      try begin(at: 0)
      try send(from: 0, undisturbed: true)
      if try !deliver(to: 1) { found(.apart) }
    }
    try send(from: 1, undisturbed: true)
    if try !deliver(to: 0) { found(.apart) }
    if parties[0].record.current?.baseKey != parties[1].record.current?.baseKey { found(.apart) }
  }

  private mutating func begin(at party: Int) throws {
    let bundle = try parties[1 - party].bundle(oneTime: Bool.random(using: &generator))
    try parties[party].initiate(bundle, of: parties[1 - party].remote)
  }

  private mutating func send(from party: Int, undisturbed: Bool = false) throws {
    if !parties[party].record.hasUsableSession(now: 0) { try begin(at: party) }
    if generator.isOne(of: 8) {
      // Crashes after encrypting, before its transaction: nothing has left, and another message takes the key.
      var crashed = parties[party]
      _ = try crashed.send("never leaves")
      recorder.undone()
    }
    counter += 1
    let before = parties[party]
    let letter = Letter(text: "letter \(counter)", message: try parties[party].send("letter \(counter)"))
    if !recorder.left() { found(.keyUsedTwice, letter) }
    if fault == .sendsBeforeStoring { parties[party] = before }
    network[1 - party].append(letter)
    // Crashes before it hears that the message was taken, and hands in the stored one again.
    if !undisturbed, generator.isOne(of: 8) { network[1 - party].append(letter) }
  }

  private mutating func position(in party: Int) -> Int {
    if network[party][0].overtaken >= 3 { return 0 }
    return Int.random(in: 0..<min(4, network[party].count), using: &generator)
  }

  /// Whether the letter could be read.
  @discardableResult
  private mutating func deliver(to party: Int) throws -> Bool {
    guard !network[party].isEmpty else { return false }
    let position = position(in: party)
    let letter = network[party].remove(at: position)
    for index in 0..<position { network[party][index].overtaken += 1 }
    if read[party].contains(letter.text) {
      try refuse(letter, at: party)
      return false
    }
    let sender = parties[1 - party].remote
    let before = parties[party]
    do {
      if generator.isOne(of: 8) {
        // Crashes after decrypting, before its transaction: the letter comes again.
        var crashed = parties[party]
        if try crashed.receive(letter.message, from: sender) != letter.text { found(.wrongText, letter) }
      }
      if try parties[party].receive(letter.message, from: sender) != letter.text { found(.wrongText, letter) }
    } catch let error as CryptoError {
      // Only where a device has lost something may a letter be unreadable. Usually the session is then unknown; where a
      // late initial message has opened its first half again, the two sides no longer agree.
      let expected: [CryptoError] = [
        .unknownSession, .unknownPreKey, .authenticationFailed, .identityMismatch, .duplicateMessage,
      ]
      if lives == [0, 0] || !expected.contains(error) { found(.unreadable, letter, error) }
      return false
    }
    read[party].insert(letter.text)
    if fault == .showsBeforeStoring { parties[party] = before }
    readable += 1
    delivered[party].append(letter)
    return true
  }

  private mutating func replay(to party: Int) throws {
    guard let letter = delivered[party].randomElement(using: &generator) else { return }
    try refuse(letter, at: party)
  }

  private mutating func forge(to party: Int) throws {
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
      found(forged == nil ? .readAgain : .forgeryOpened, letter)
    } catch is CryptoError {
      if !parties[party].record.serialized().isEqual(to: before) { found(.changedByRefused, letter) }
    }
  }

  private mutating func lose(_ loss: Loss, at party: Int) throws {
    switch loss {
    case .nothing: return
    case .sessions: forget(party)
    case .identity:
      // Re-installed with new keys; the other side has verified them and ended its sessions.
      forget(party)
      parties[party] = try Party(account: UInt8(party + 1), device: UInt32(lives[party] + 1))
      forget(1 - party)
    }
  }

  private mutating func forget(_ party: Int) {
    parties[party].record = SessionRecord()
    lives[party] += 1
    // Replays of what the lost life has read are told apart above the core, by message ids.
    delivered[party] = []
    read[party] = []
  }
}
