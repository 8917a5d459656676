// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// All sessions with one remote device: the one to send with, and those before it, whose late messages still open.
///
/// A value. Every method either throws and changes nothing, or changes the record and returns what else the caller has
/// to store; so record, message and consumed prekey go into one database transaction.
public struct SessionRecord<Suite: CipherSuite>: Sendable {
  package internal(set) var current: Session<Suite>?
  /// The most recently used first.
  var archived: [Session<Suite>]

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
  }
}

/// The bounds of a session record, as in libsignal.
public enum SessionLimits {
  /// Sessions kept beside the current one; the least recently used is dropped.
  public static let maximumArchivedSessions = 40
  /// How long an initiator sends into a session that nobody answers: 30 days, in seconds.
  public static let unansweredLifetime: UInt64 = 30 * 24 * 60 * 60
}

extension Session {
  fileprivate func isStale(now: UInt64) -> Bool {
    pending != nil && now > createdAt && now - createdAt > SessionLimits.unansweredLifetime
  }
}
