// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// One partition in the hands of its owner: who is attached to it, and what they are due.
///
/// Does no I/O. A batch goes through it in two steps: `PartitionDecision` says what is to be written, and once that is
/// committed, `apply` changes the attachments and returns what to tell whom, command by command in order.
struct PartitionOwner: Hashable, Sendable {
  let partition: Partition
  private let settings: DeviceDelivery.Settings
  private(set) var devices: [DeviceAddress: DeviceDelivery] = [:]
  /// Devices that wait for a page, first come first served; each at most once.
  private var pageQueue: [DeviceAddress] = []
  private var queued: Set<DeviceAddress> = []
  /// How fast who has sent to whom of late.
  private(set) var buckets = PairBuckets()

  init(partition: Partition, settings: DeviceDelivery.Settings = DeviceDelivery.Settings()) {
    self.partition = partition
    self.settings = settings
  }

  var wantsPages: Bool { !pageQueue.isEmpty }

  /// Devices to be woken for what a decision is about to store: those that are not attached, or not to be relied on.
  ///
  /// They are told before the commit, so that it can say whether they were: who crashes between the two has woken
  /// somebody for nothing.
  func wakeUps(for decision: PartitionDecision) -> DeliveryEffects {
    var effects = DeliveryEffects()
    for envelope in decision.writes.envelopes where devices[envelope.recipient]?.isDoubtful != false {
      effects.wake(envelope.recipient, isUrgent: envelope.isUrgent)
    }
    return effects
  }

  /// To be called when the decision's writes are committed, and only then.
  mutating func apply(_ decision: PartitionDecision, at now: Moment) -> DeliveryEffects {
    var effects = DeliveryEffects()
    buckets.keep(decision.buckets, at: decision.decidedAt)
    for step in decision.steps {
      switch step {
      case .accepted(let reply, let message, let time, let envelopes):
        effects.answer(reply, Accepted(message: message, acceptedAt: time))
        for envelope in envelopes { stored(envelope, at: now, &effects) }
      case .repeated(let reply, let message, let time):
        effects.answer(reply, Accepted(message: message, acceptedAt: time))
      case .refused(let reply, let failure): effects.answer(reply, failure)
      case .acknowledged(let device, let ranges):
        update(device) { $0.acknowledged(ranges.ranges, at: now) }
      case .attached(let device, let connection, let time): attach(device, connection, time, &effects)
      case .unknown(let connection): effects.send(Failure(.deviceUnknown), to: connection)
      case .detached(let device, let connection):
        if devices[device]?.connection == connection { abandon(device, &effects) }
      case .changed(let account, let current): forgetRemoved(account, current, &effects)
      }
    }
    return effects
  }

  /// To be called as time passes.
  mutating func passed(_ now: Moment) -> DeliveryEffects {
    var effects = DeliveryEffects()
    // Collected first, so that the dictionary is not copied for nothing.
    let overdue = devices.filter { $0.value.isOverdue(at: now) }
    for (address, device) in overdue {
      effects.wake(address, isUrgent: device.window.hasUrgent)
      update(address) { _ = $0.goBack(at: now) }
    }
    for (address, device) in devices where device.phase == .halted { update(address) { $0.resume() } }
    return effects
  }

  /// What was sent to these connections did not reach their gateways.
  mutating func lost(_ connections: Set<DeviceConnection>) {
    for (address, device) in devices where connections.contains(device.connection) { update(address) { $0.halt() } }
  }

  /// Forgets the attachments of gateways that are no longer alive.
  mutating func keep(gateways: Set<String>) -> DeliveryEffects {
    var effects = DeliveryEffects()
    let lost = devices.filter { !gateways.contains($0.value.connection.gateway) }
    for address in lost.keys { abandon(address, &effects) }
    return effects
  }

  /// Somebody may have written into the mailboxes without this owner's knowledge: everybody looks again.
  mutating func lookAgain() {
    for address in Array(devices.keys) { update(address) { $0.lookAgain() } }
  }

  private mutating func stored(_ envelope: StoredEnvelope, at now: Moment, _ effects: inout DeliveryEffects) {
    guard let device = devices[envelope.recipient] else { return }
    let size = envelope.ciphertext.count
    let isSent = update(envelope.recipient) {
      $0.stored(envelope.sequence, bytes: size, isUrgent: envelope.isUrgent, at: now)
    }
    if isSent == true { effects.send(envelope.delivery(after: device.previous), to: device.connection) }
  }

  /// The newest connection of a device gets its messages. At one gateway a larger number is newer, between gateways the
  /// one that authenticated later: after a take-over they all attach again, in any order, those too of which nobody has
  /// noticed yet that they are dead. The same connection again means that what it was sent may be lost: begin anew.
  private mutating func attach(
    _ device: DeviceAddress, _ connection: DeviceConnection, _ authenticatedAt: UInt64, _ effects: inout DeliveryEffects
  ) {
    if let current = devices[device], current.connection != connection {
      let isOlder =
        current.connection.gateway == connection.gateway
        ? connection.number < current.connection.number : authenticatedAt < current.authenticatedAt
      effects.send(Failure(.replaced), to: isOlder ? connection : current.connection)
      if isOlder { return }
    }
    devices[device] = DeviceDelivery(connection: connection, authenticatedAt: authenticatedAt, settings: settings)
    enqueue(device)
  }

  /// Ends an attachment. What the device may have missed is a reason to wake it.
  private mutating func abandon(_ address: DeviceAddress, _ effects: inout DeliveryEffects) {
    guard let device = devices.removeValue(forKey: address) else { return }
    if device.hasUndelivered { effects.wake(address, isUrgent: device.window.hasUrgent) }
  }

  private mutating func forgetRemoved(
    _ account: AccountID, _ current: Set<DeviceID>, _ effects: inout DeliveryEffects
  ) {
    let removed = devices.filter { $0.key.account == account && !current.contains($0.key.device) }
    for (address, device) in removed {
      devices[address] = nil
      effects.send(Failure(.deviceUnknown), to: device.connection)
    }
  }

  @discardableResult
  private mutating func update<Result>(
    _ address: DeviceAddress, _ change: (inout DeviceDelivery) -> Result
  ) -> Result? {
    guard let index = devices.index(forKey: address) else { return nil }
    let result = change(&devices.values[index])
    if devices.values[index].wantsPage { enqueue(address) }
    return result
  }

  private mutating func enqueue(_ address: DeviceAddress) {
    if queued.insert(address).inserted { pageQueue.append(address) }
  }
}

extension PartitionOwner {
  /// The next pages to be read, at most `count`.
  mutating func nextPages(atMost count: Int) -> [MailboxPageRequest] {
    var requests: [MailboxPageRequest] = []
    var taken = 0
    while requests.count < count, taken < pageQueue.count {
      let address = pageQueue[taken]
      taken += 1
      queued.remove(address)
      guard let index = devices.index(forKey: address), let page = devices.values[index].nextPage() else { continue }
      requests.append(
        MailboxPageRequest(device: address, connection: devices.values[index].connection, page: page))
    }
    pageQueue.removeFirst(taken)
    return requests
  }

  /// A page that was asked for.
  mutating func received(_ page: MailboxPage, at now: Moment) -> DeliveryEffects {
    var effects = DeliveryEffects()
    let connection = page.request.connection
    guard let device = devices[page.request.device], device.connection == connection else { return effects }
    let rows = page.envelopes.map {
      DeviceDelivery.Row(sequence: $0.sequence, bytes: $0.ciphertext.count, isUrgent: $0.isUrgent)
    }
    let result = update(page.request.device) { $0.received(rows, lastSequence: page.lastSequence, at: now) }
    guard let result else { return effects }
    var previous = device.previous
    for envelope in page.envelopes.prefix(result.sends) {
      effects.send(envelope.delivery(after: previous), to: connection)
      previous = envelope.sequence
    }
    if let through = result.drainedThrough {
      effects.send(MailboxDrained(through: through, previous: previous), to: connection)
    }
    return effects
  }

  /// Pages that could not be read; they will be asked for again.
  mutating func failed(_ requests: [MailboxPageRequest]) {
    for request in requests where devices[request.device]?.connection == request.connection {
      update(request.device) { $0.pageFailed() }
    }
  }
}
