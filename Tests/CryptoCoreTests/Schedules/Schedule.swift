// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

@testable import CryptoCore

/// Two people and a network that delays, reorders, drops, repeats and forges, while they send, crash between any two
/// steps of their stores, begin new sessions, lose their sessions, or begin anew with new keys. What one cannot read it
/// asks for, and the other sends it again (docs/protocol.md, section 9.1). What must not happen is collected as
/// `findings`.
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
    /// Nothing is sent again.
    case neverAnswers
    /// A text is sent again whenever somebody asks.
    case answersWithoutEnd
    /// What cannot be read is asked for in two requests.
    case asksTwice
  }

  let fault: Fault?
  let recorder = SealRecorder()
  var generator: SeededGenerator
  var parties: [Party<Suite>]
  var correspondence = [Correspondence(), Correspondence()]
  /// To party 0 and to party 1.
  var network: [[Letter]] = [[], []]
  /// What each has opened since it last lost something.
  var opened: [[Letter]] = [[], []]
  /// How often each has lost something.
  var lives = [0, 0]
  /// Letters and texts so far: their numbers.
  var letters = 0
  var texts = 0
  /// Texts that the network, or a device that lost something, has kept from being read.
  var excused: Set<Int> = []
  /// Whether nothing more is dropped or lost.
  var isQuiet = false
  var readable = 0
  /// Texts that were shown because they were sent again.
  var recovered = 0
  private(set) var findings: [Finding] = []

  init(seed: UInt64, parties: [Party<Suite>]? = nil, fault: Fault? = nil) throws {
    self.fault = fault
    generator = SeededGenerator(seed: seed)
    self.parties = try parties ?? [Party(account: 1), Party(account: 2)]
  }

  mutating func found(_ kind: Finding.Kind, _ content: Letter.Content? = nil, _ error: CryptoError? = nil) {
    findings.append(Finding(kind: kind, content: content, error: error))
  }

  /// Of a hundred steps, `beginning` open a new session, and at `rate` of them a device loses something.
  mutating func run(steps: Int, beginning: Int = 3, losing: Loss = .nothing, rate: Int = 3) throws {
    var copy = self
    try SealRecorder.$current.withValue(recorder) {
      for _ in 0..<steps {
        if Int.random(in: 0..<100, using: &copy.generator) < rate {
          try copy.lose(losing)
        } else {
          try copy.step(beginning: beginning)
        }
      }
      copy.isQuiet = true
      try copy.settle()
      try copy.meet()
    }
    copy.checkTexts()
    self = copy
  }

  private mutating func step(beginning: Int) throws {
    let party = Int.random(in: 0...1, using: &generator)
    switch Int.random(in: 0..<97, using: &generator) {
    case 0..<40: try write(from: party)
    case 40..<80:
      try deliver(to: party)
      if Bool.random(using: &generator) { try ask(from: party) }
    case 80..<85: drop(to: party)
    case 85..<90: try replay(to: party)
    case 90..<94: try forge(to: party)
    case 94..<94 + beginning: try begin(at: party)
    default: break
    }
  }

  /// Until nothing is on its way any more.
  private mutating func settle() throws {
    for _ in 0..<1_000 {
      for party in 0...1 {
        try deliver(to: party)
        try ask(from: party)
      }
      if network.allSatisfy(\.isEmpty) { return }
    }
    found(.endless)
  }

  /// A text and its answer that cross nothing: if one does not know the other's session, asking brings them together.
  private mutating func meet() throws {
    for party in 0...1 {
      try write(from: party)
      try settle()
    }
    if parties[0].record.current?.baseKey != parties[1].record.current?.baseKey { found(.apart) }
  }

  /// Whatever has arrived at a device that still has its history is readable, but for what it was kept from.
  private mutating func checkTexts() {
    for (party, history) in correspondence.enumerated() {
      let other = correspondence[1 - party]
      for (text, letters) in history.sent where !other.shown.contains(text) && !excused.contains(text) {
        if letters.contains(where: other.received.contains) { found(.missing, .text(text, replacing: letters)) }
      }
    }
  }

  private mutating func lose(_ loss: Loss) throws {
    let party = Int.random(in: 0...1, using: &generator)
    switch loss {
    case .nothing: return
    case .sessions:
      forget(party)
      // As section 9 asks for; the other half has all its prekeys, so that late initial messages open.
      if Bool.random(using: &generator) { try parties[party].replacePreKeys() }
    case .identity:
      // Re-installed with new keys; the other side has verified them and ended its sessions.
      forget(party)
      parties[party] = try Party(account: UInt8(party + 1), device: UInt32(lives[party] + 1))
      correspondence[party] = Correspondence()
      forget(1 - party)
    }
  }

  private mutating func forget(_ party: Int) {
    parties[party].record = SessionRecord()
    lives[party] += 1
    // Replays of what the lost life has read are told apart above the core, by message ids.
    opened[party] = []
  }
}

extension Party {
  fileprivate mutating func replacePreKeys() throws {
    let id = (signed.keys.max() ?? 0) + 1
    signed = [id: try SignedPreKeyPair(id: id)]
    oneTime = [:]
    lastResort = try LastResortPreKeyPair(id: lastResort.id + 1)
  }
}
