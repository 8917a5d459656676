// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Wire

@testable import ConstructClient

extension FakeServer {
  // Keys.

  /// The suite that a request names, or the device's own.
  func suite(_ named: UInt64?, of address: Address) throws -> SuiteID {
    if let named { return try .numbered(named) }
    guard let entry = try list(of: address.account).devices.first(where: { $0.device == address.device }) else {
      throw Failure(.deviceUnknown)
    }
    return try .numbered(entry.suite)
  }

  func upload(_ request: UploadKeys, _ address: Address) throws {
    if forgetsUploads { return }
    let suite = try suite(request.suite, of: address)
    var stock = keys[address]?[suite] ?? Keys()
    for key in request.oneTimePreKeys {
      if let known = stock.everUploaded[key.id] {
        guard known == key.publicKey else { throw Failure(.preKeyConflict) }
        continue
      }
      stock.everUploaded[key.id] = key.publicKey
      stock.oneTime.append(key)
    }
    guard stock.oneTime.count <= WireLimits.oneTimePreKeys else { throw Failure(.tooManyPreKeys) }
    for (new, current) in [(request.signedPreKey, stock.signed), (request.lastResortPreKey, stock.lastResort)] {
      if let new, let current, new.id == current.id, new.publicKey != current.publicKey {
        throw Failure(.preKeyConflict)
      }
    }
    stock.signed = request.signedPreKey ?? stock.signed
    stock.lastResort = request.lastResortPreKey ?? stock.lastResort
    keys[address, default: [:]][suite] = stock
  }

  /// As after many fetches, until the device uploads more.
  func useUpOneTimePreKeys(of address: Address, _ suite: SuiteID) { keys[address]?[suite]?.oneTime = [] }

  func keyStatus(_ address: Address, _ suite: SuiteID) -> KeyStatus {
    let stock = keys[address]?[suite]
    return KeyStatus(
      oneTimePreKeys: UInt64(stock?.oneTime.count ?? 0), signedPreKeyID: stock?.signed?.id,
      lastResortPreKeyID: stock?.lastResort?.id)
  }

  func bundles(_ request: FetchBundles) throws -> Bundles {
    let list = try list(of: request.account)
    var records: [BundleRecord] = []
    for entry in list.devices where request.devices.isEmpty || request.devices.contains(entry.device) {
      let address = Address(account: request.account, device: entry.device)
      let suite = try suite(request.suite, of: address)
      guard let signed = keys[address]?[suite]?.signed else { continue }
      let isEmpty = keys[address]?[suite]?.oneTime.isEmpty ?? true
      let oneTime = isEmpty ? nil : keys[address]?[suite]?.oneTime.removeFirst()
      records.append(
        BundleRecord(
          device: entry.device, signedPreKey: signed, oneTimePreKey: oneTime,
          lastResortPreKey: oneTime == nil ? keys[address]?[suite]?.lastResort : nil))
    }
    return Bundles(account: request.account, deviceListNumber: list.number, bundles: records)
  }

  // Messages.

  func accept(_ send: Send, from sender: Address) async throws -> Accepted {
    guard accounts[send.recipient] != nil else { throw Failure(.recipientUnknown) }
    let key = AcceptedKey(recipient: send.recipient, sender: sender, message: send.message)
    if let acceptedAt = accepted[key] { return Accepted(message: send.message, acceptedAt: acceptedAt) }
    let list = try list(of: send.recipient)
    let devices = list.devices.map(\.device)
      .filter { send.recipient != sender.account || $0 != sender.device }
    guard send.deviceListNumber == list.number, send.envelopes.map(\.device) == devices else {
      throw Failure(.staleDeviceList, deviceListNumber: list.number)
    }
    let acceptedAt = tick()
    let claimed = claimedAcceptance ?? acceptedAt
    accepted[key] = claimed
    for envelope in send.envelopes {
      let address = Address(account: send.recipient, device: envelope.device)
      try await put(
        address, sender: sender, message: send.message, acceptedAt: acceptedAt, kind: envelope.kind,
        ciphertext: envelope.ciphertext)
    }
    return Accepted(message: send.message, acceptedAt: claimed)
  }

  func claim(acceptance: UInt64) { claimedAcceptance = acceptance }

  /// Numbers and delivers an envelope, whoever wrote it.
  func put(
    _ address: Address, sender: Address, message: MessageID, acceptedAt: UInt64, kind: CiphertextKind,
    ciphertext: ArraySlice<UInt8>
  ) async throws {
    var mailbox = mailboxes[address] ?? Mailbox()
    mailbox.lastSequence += 1
    let delivery = Deliver(
      sequence: mailbox.lastSequence, sender: sender.account, senderDevice: sender.device, message: message,
      acceptedAt: acceptedAt, kind: kind, ciphertext: ciphertext, previous: 0)
    mailbox.waiting.append(delivery)
    mailboxes[address] = mailbox
    // A client that is just leaving gets it at its next visit.
    do { try await attached[address]?.send(delivery) } catch { attached[address] = nil }
  }

  func acknowledge(_ ranges: [SequenceRange], _ address: Address) {
    mailboxes[address]?.waiting.removeAll { delivery in
      ranges.contains { $0.first <= delivery.sequence && delivery.sequence <= $0.last }
    }
  }

  func attach(_ address: Address?, _ side: ServerSide) async throws {
    guard let address else { return }
    if attached[address] === side { return }
    if let before = attached.updateValue(side, forKey: address) {
      do { try await before.send(Failure(.replaced)) } catch {}  // It has gone by itself.
    }
    attachments += 1
    let mailbox = mailboxes[address] ?? Mailbox()
    var previous: UInt64 = 0
    for var delivery in mailbox.waiting {
      delivery.previous = previous
      previous = delivery.sequence
      if lost[address]?.remove(delivery.sequence) == nil { try await side.send(delivery) }
    }
    try await side.send(MailboxDrained(through: mailbox.lastSequence, previous: previous))
  }

  /// The next deliveries with these numbers at the beginning of a connection are lost on their way.
  func lose(_ sequences: Set<UInt64>, of address: Address) {
    lost[address] = sequences
    attachments = 0
  }

  /// Sends everything again that was not acknowledged, as the real one does after ten seconds.
  func redeliver(_ address: Address, extra: [Deliver] = []) async throws {
    for delivery in extra + (mailboxes[address]?.waiting ?? []) { try await attached[address]?.send(delivery) }
  }

  func waiting(_ address: Address) -> [Deliver] { mailboxes[address]?.waiting ?? [] }
  func isConnected(_ address: Address) -> Bool { attached[address] != nil }
  func side(_ address: Address) -> ServerSide? { attached[address] }
}
