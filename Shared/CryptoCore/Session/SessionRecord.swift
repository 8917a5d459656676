// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// All sessions with one remote device: the one to send with, and those before it, whose late messages still open.
///
/// A value. Every method either throws and changes nothing, or changes the record and returns what else the caller has
/// to store; so record, message and consumed prekey go into one database transaction.
public struct SessionRecord<Suite: CipherSuite>: Sendable {
  package internal(set) var current: Session<Suite>?
  /// The most recently used first.
  private(set) var archived: [Session<Suite>]
  /// Whether `archive` is another than it was when this record was made of its stored parts.
  public private(set) var hasArchiveChanged = false

  /// No session yet: the record with which an initial message is received.
  public init() {
    current = nil
    archived = []
  }

  init(current: Session<Suite>?, archived: [Session<Suite>]) {
    self.current = current
    self.archived = archived
  }

  /// A record with a first session, opened with a bundle. `now` is in seconds since 1970.
  public static func initiate(
    local: LocalDevice, bundle: PreKeyBundle<Suite>, now: UInt64
  ) throws(CryptoError) -> SessionRecord {
    var record = SessionRecord()
    try record.initiate(local: local, bundle: bundle, now: now)
    return record
  }

  /// Opens a new session and archives the one before: after `staleSession`, or when the other side reported that it
  /// cannot decrypt.
  public mutating func initiate(
    local: LocalDevice, bundle: PreKeyBundle<Suite>, now: UInt64
  ) throws(CryptoError) {
    makeCurrent(try Session(local: local, bundle: bundle, now: now))
  }

  /// Whether there is a session to send with, stale or not.
  public var hasCurrentSession: Bool { current != nil }

  /// Whether `encrypt` has a session to send with.
  public func hasUsableSession(now: UInt64) -> Bool {
    guard let current else { return false }
    return !current.isStale(now: now)
  }

  /// Whether the other side has answered the current session (or opened it).
  public var isAcknowledged: Bool {
    guard let current else { return false }
    return current.pending == nil
  }

  /// Encrypts with the current session. Throws `unknownSession` if there is none, `staleSession` if nobody answered it
  /// for 30 days, `plaintextTooLarge`.
  public mutating func encrypt(_ plaintext: [UInt8], now: UInt64) throws(CryptoError) -> CiphertextMessage {
    if let isStale = current?.isStale(now: now), isStale { throw .staleSession }
    guard let message = try current?.encrypt(plaintext) else { throw .unknownSession }
    return message
  }

  /// Gives up the current session; its late messages still open.
  public mutating func archiveCurrent() {
    guard let session = current else { return }
    current = nil
    archive(session)
  }

  /// Puts a session in front; what was there is archived.
  mutating func makeCurrent(_ session: Session<Suite>) {
    archiveCurrent()
    current = session
  }

  private mutating func archive(_ session: Session<Suite>) {
    archived.insert(session, at: 0)
    if archived.count > SessionLimits.maximumArchivedSessions { archived.removeLast() }
    hasArchiveChanged = true
  }

  /// Puts an archived session, as a message has changed it, in front.
  mutating func promote(_ session: Session<Suite>, from index: Int) {
    archived.remove(at: index)
    hasArchiveChanged = true
    makeCurrent(session)
  }

  /// Keeps the bound on keys of jumped messages over all sessions, so that nobody can make a record large by jumping in
  /// many: the least recently used archived sessions give theirs up, each as a whole. A single session has bounds of its
  /// own, which are the same.
  mutating func dropOldKeys() {
    var (own, sparse) = (current?.ratchet.skippedKeys ?? 0, current?.ratchet.sparse.skippedKeys ?? 0)
    for session in archived {
      own += session.ratchet.skippedKeys
      sparse += session.ratchet.sparse.skippedKeys
    }
    let limit = SessionLimits.maximumSkippedKeys
    for index in archived.indices.reversed() where own > limit || sparse > limit {
      let dropped = (archived[index].ratchet.skippedKeys, archived[index].ratchet.sparse.skippedKeys)
      guard dropped != (0, 0) else { continue }
      archived[index].ratchet.dropSkippedKeys()
      own -= dropped.0
      sparse -= dropped.1
      hasArchiveChanged = true
    }
  }
}

/// A record in two parts, so that a store need not write the archive, which seldom changes, with every message.
extension SessionRecord {
  /// The archived sessions alone.
  public var archive: SessionRecord { SessionRecord(current: nil, archived: archived) }

  /// The current session alone.
  public var withoutArchive: SessionRecord { SessionRecord(current: current, archived: []) }

  /// Puts `withoutArchive` and `archive` together again. A first part that was stored with its archive keeps it, before
  /// the other.
  public init(_ record: SessionRecord, archive: SessionRecord) {
    let sessions = record.archived + archive.archived
    self.init(current: record.current, archived: Array(sessions.prefix(SessionLimits.maximumArchivedSessions)))
    hasArchiveChanged = !record.archived.isEmpty
  }
}

/// The bounds of a session record, as in libsignal.
public enum SessionLimits {
  /// Sessions kept beside the current one; the least recently used is dropped.
  public static let maximumArchivedSessions = 40
  /// Keys of jumped messages that all sessions of a record keep together, of each ratchet: as many as one session may
  /// have. What archived sessions have beyond it goes.
  public static let maximumSkippedKeys = RatchetParameters.defaultMaximumSkippedKeys
  /// How long an initiator sends into a session that nobody answers: 30 days, in seconds.
  public static let unansweredLifetime: UInt64 = 30 * 24 * 60 * 60
}

extension Session {
  fileprivate func isStale(now: UInt64) -> Bool {
    pending != nil && Lifetime(seconds: SessionLimits.unansweredLifetime).isOver(since: createdAt, now: now)
  }
}
