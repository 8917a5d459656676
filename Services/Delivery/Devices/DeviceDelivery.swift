// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// The delivery of one mailbox to one connection: what was sent, what comes next, and when to send again.
///
/// ```
///            page asked for                 page that reaches the end
/// behind ───────────────────▶ reading ───────────────────────────────▶ live
///   ▲                            │                                       │
///   └────────────────────────────┴───────────────────────────────────────┘
///     more rows are waiting, or a message did not fit, or nothing was acknowledged for too long
///
/// any ──────▶ halted ──────▶ behind
///   a frame was lost   the next look at the time
/// ```
///
/// Messages go out in the order of their sequence: everything below `cursor` was sent on this connection or removed
/// from the mailbox, nothing at or above it was. Only a live device is sent a message that has just been stored, and
/// only if that is the message at the cursor; so it never overtakes the backlog, which comes from the mailbox's rows.
/// A device that is not attached has no `DeviceDelivery`. Does no I/O and keeps no bodies.
struct DeviceDelivery: Hashable, Sendable {
  struct Settings: Hashable, Sendable {
    var window = DeliveryWindow.Bounds()
    /// Rows read at a time.
    var page = 64
    /// How long the oldest delivery may stay unacknowledged before it is sent again, in milliseconds. Doubles each
    /// time until an acknowledgement comes.
    var patience: UInt64 = 10_000
    var longestPatience: UInt64 = 300_000
  }

  enum Phase: Hashable, Sendable {
    /// Rows at or behind the cursor may be waiting in the mailbox.
    case behind
    /// A page was asked for.
    case reading
    /// Everything that is stored was sent.
    case live
    /// A frame did not reach the gateway: nothing is sent, so that nothing overtakes it.
    case halted
  }

  private enum Announcement: Hashable, Sendable {
    case backlogUnknown
    /// MailboxDrained is due once everything up to this sequence was sent.
    case due(through: UInt64)
    case made
  }

  let connection: DeviceConnection
  /// Milliseconds since the Unix epoch, by the gateway's clock.
  let authenticatedAt: UInt64
  private let settings: Settings
  private(set) var phase = Phase.behind
  /// The least sequence that was not sent on this connection.
  private(set) var cursor: UInt64 = 1
  /// The sequence that was sent before the one at the cursor: who does not have it misses something. 0 at the beginning,
  /// and when what comes next is sent again: everything below has been acknowledged then.
  private(set) var previous: UInt64 = 0
  private(set) var window: DeliveryWindow
  private var announcement = Announcement.backlogUnknown
  /// The greatest sequence that is known to be stored.
  private var greatestStored: UInt64 = 0
  /// Since when the window's oldest delivery has been the oldest.
  private var oldestSince = Moment(milliseconds: 0)
  private var patience: UInt64

  init(connection: DeviceConnection, authenticatedAt: UInt64 = 0, settings: Settings = Settings()) {
    self.connection = connection
    self.authenticatedAt = authenticatedAt
    self.settings = settings
    window = DeliveryWindow(bounds: settings.window)
    patience = settings.patience
  }

  /// Whether `nextPage()` would return one.
  var wantsPage: Bool { phase == .behind && window.isWorthFilling }

  /// Whether the device has given no sign of life since something was lost or not acknowledged in time. What is stored
  /// for it then is a reason to wake it, although it is attached.
  private(set) var isDoubtful = false

  /// Whether the device may have missed something if the connection ends now.
  var hasUndelivered: Bool { phase != .live || !window.isEmpty }

  /// A message was stored under `sequence`, greater than all before.
  /// - Returns: whether to send it now; otherwise it will come with a page.
  mutating func stored(_ sequence: UInt64, bytes: Int, isUrgent: Bool, at now: Moment) -> Bool {
    greatestStored = max(greatestStored, sequence)
    guard phase == .live else { return false }
    guard sequence == cursor, window.hasRoom(bytes: bytes) else {
      phase = .behind
      return false
    }
    sent(sequence, bytes: bytes, isUrgent: isUrgent, at: now)
    return true
  }

  /// The device has these messages. The ranges are ascending and do not overlap.
  mutating func acknowledged(_ ranges: [SequenceRange], at now: Moment) {
    let oldest = window.first
    window.remove(ranges)
    if window.first != oldest { oldestSince = now }
    patience = settings.patience
    isDoubtful = false
  }

  /// Whether the device has left its oldest message unacknowledged for too long.
  func isOverdue(at now: Moment) -> Bool {
    !window.isEmpty && phase != .reading && now >= oldestSince + patience
  }

  /// Goes back to the oldest message that is not acknowledged, to send again from there on, if that is overdue.
  /// - Returns: whether it was.
  mutating func goBack(at now: Moment) -> Bool {
    guard let oldest = window.first, isOverdue(at: now) else { return false }
    returnTo(oldest, .behind)
    patience = min(2 * patience, settings.longestPatience)
    return true
  }

  /// Something that was sent has not reached the gateway: everything from the oldest message on that is not acknowledged
  /// will be sent again, but not before `resume()`, because trying at once would be a race with a gateway in trouble.
  /// The end of the backlog is told again, because it may be what was lost.
  mutating func halt() {
    returnTo(window.first ?? cursor, .halted)
    if announcement == .made { announcement = .backlogUnknown }
  }

  mutating func resume() {
    if phase == .halted { phase = .behind }
  }

  private mutating func returnTo(_ sequence: UInt64, _ phase: Phase) {
    cursor = sequence
    previous = 0
    window.removeAll()
    self.phase = phase
    isDoubtful = true
  }

  /// The mailbox may hold more than this machine was told of.
  mutating func lookAgain() {
    if phase == .live { phase = .behind }
  }

  private mutating func sent(_ sequence: UInt64, bytes: Int, isUrgent: Bool, at now: Moment) {
    if window.isEmpty { oldestSince = now }
    window.add(sequence, bytes: bytes, isUrgent: isUrgent)
    cursor = sequence + 1
    previous = sequence
  }
}

extension DeviceDelivery {
  /// Rows of the mailbox to be read: in order, from `first` on, at most `rows`, and no further one once `bytes` of
  /// ciphertext are reached.
  struct PageRequest: Hashable, Sendable {
    let first: UInt64
    let rows: Int
    let bytes: Int
  }

  /// A row that was read.
  struct Row: Hashable, Sendable {
    let sequence: UInt64
    let bytes: Int
    let isUrgent: Bool
  }

  /// What a page leads to, in this order.
  struct PageResult: Hashable, Sendable {
    /// How many of the page's rows to send: all but for a page that nobody waits for any more.
    var sends: Int
    /// MailboxDrained is to be sent behind them, with this sequence.
    var drainedThrough: UInt64?
  }

  /// Asks for the next page if one is wanted.
  mutating func nextPage() -> PageRequest? {
    guard wantsPage else { return nil }
    phase = .reading
    return PageRequest(first: cursor, rows: min(settings.page, window.room), bytes: max(1, window.byteRoom))
  }

  /// The page that was asked for.
  /// - Parameters:
  ///   - rows: in order, none below the cursor.
  ///   - lastSequence: the last sequence that was given when the page was read; 0 for none.
  mutating func received(_ rows: [Row], lastSequence: UInt64, at now: Moment) -> PageResult {
    guard phase == .reading else { return PageResult(sends: 0) }
    for row in rows { sent(row.sequence, bytes: row.bytes, isUrgent: row.isUrgent, at: now) }
    if announcement == .backlogUnknown { announcement = .due(through: lastSequence) }
    if rows.isEmpty || cursor > lastSequence {
      cursor = max(cursor, lastSequence + 1)
      phase = lastSequence >= greatestStored ? .live : .behind
    } else {
      phase = .behind
    }
    guard case .due(let through) = announcement, cursor > through else { return PageResult(sends: rows.count) }
    announcement = .made
    return PageResult(sends: rows.count, drainedThrough: through)
  }

  /// The page could not be read; it will be asked for again.
  mutating func pageFailed() {
    if phase == .reading { phase = .behind }
  }
}
