// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DeliveryService

@Suite("The owner of a partition", .timeLimit(.minutes(3)))
struct PartitionOwnerTests {
  private static let bob = Sample.address(Sample.bob)
  private static let phone = Sample.connection(1)

  private var owner = PartitionOwner(partition: Partition(of: Sample.bob))

  private mutating func apply(
    _ commands: MailboxCommand..., facts: MailboxFacts = Sample.facts(), at now: Moment = .at(0)
  )
    -> DeliveryEffects
  {
    var facts = facts
    for case .attach(let device, _, _) in commands {
      facts.recipients[device.account, default: .init(deviceListNumber: 1, mailboxes: [:])].mailboxes[device.device] =
        .init()
    }
    return owner.apply(PartitionDecision(commands, facts: facts, limits: .with(messages: 100)), at: now)
  }

  /// Answers all pages that are wanted as an empty mailbox would.
  private mutating func drain(through last: UInt64 = 0) -> DeliveryEffects {
    var effects = DeliveryEffects()
    for request in owner.nextPages(atMost: 100) {
      effects.add(owner.received(MailboxPage(request: request, lastSequence: last), at: .at(0)))
    }
    return effects
  }

  private func send(_ number: UInt64, devices: [UInt32] = [1], isUrgent: Bool = false) -> MailboxCommand {
    .send(Sample.incoming(Sample.send(number, devices: devices, isUrgent: isUrgent), request: number))
  }

  @Test("a message for a live device is answered and delivered in one step")
  mutating func live() throws {
    _ = apply(.attach(Self.bob, Self.phone))
    _ = drain()
    let effects = apply(send(1), facts: Sample.facts(now: 444))
    let answer = try #require(effects.frames(to: Sample.connection(77, gateway: "gw-s")).first)
    #expect(answer.request == 1)
    #expect(try Accepted(encoded: answer.body) == Accepted(message: Sample.message(1), acceptedAt: 444))
    let delivered = try #require(effects.frames(to: Self.phone).first)
    let expected = Deliver(
      sequence: 1, sender: Sample.alice.account, senderDevice: Sample.alice.device, message: Sample.message(1),
      acceptedAt: 444, kind: .message, ciphertext: Array("to 1: 1".utf8)[...], previous: 0)
    #expect(try Deliver(encoded: delivered.body) == expected)
    #expect(effects.wakeUps.isEmpty)
  }

  @Test("devices that are not attached are woken before the commit, urgently if one message is")
  mutating func wakeUps() {
    _ = apply(.attach(Self.bob, Self.phone))
    let facts = Sample.facts(mailboxes: [1: .init(), 2: .init()])
    let decision = PartitionDecision(
      [send(1, devices: [1, 2], isUrgent: true), send(2, devices: [1, 2])], facts: facts, limits: .with(messages: 100))
    #expect(owner.wakeUps(for: decision).wakeUps == [Sample.address(Sample.bob, 2): true])
  }

  @Test("a newer connection replaces an older one, which is told", arguments: ["gw-a", "gw-b"])
  mutating func replaced(gateway: String) throws {
    _ = apply(.attach(Self.bob, Self.phone))
    let newer = Sample.connection(2, gateway: gateway)
    let effects = apply(.attach(Self.bob, newer))
    #expect(try effects.failures(to: Self.phone) == [.replaced])
    #expect(owner.devices[Self.bob]?.connection == newer)
    #expect(owner.nextPages(atMost: 10).map(\.connection) == [newer])
  }

  @Test("an older connection of the same gateway that attaches late is told that it was replaced")
  mutating func lateAttach() throws {
    _ = apply(.attach(Self.bob, Sample.connection(2)))
    let effects = apply(.attach(Self.bob, Sample.connection(1)))
    #expect(try effects.failures(to: Sample.connection(1)) == [.replaced])
    #expect(owner.devices[Self.bob]?.connection == Sample.connection(2))
  }

  @Test("of two gateways' connections the one that authenticated later stays, whichever attaches last")
  mutating func lateAttachElsewhere() throws {
    let (dead, live) = (Sample.connection(9, gateway: "gw-a"), Sample.connection(3, gateway: "gw-b"))
    _ = apply(.attach(Self.bob, live, 2_000))
    let effects = apply(.attach(Self.bob, dead, 1_000))
    #expect(try effects.failures(to: dead) == [.replaced])
    #expect(try effects.failures(to: live).isEmpty)
    #expect(owner.devices[Self.bob]?.connection == live)
  }

  @Test("each delivery names the one before it, over pages, live messages and what is sent again")
  mutating func previous() throws {
    func links(_ effects: DeliveryEffects) throws -> [[UInt64]] {
      try effects.frames(to: Self.phone).compactMap { frame in
        if frame.kind == FrameKind.mailboxDrained.rawValue {
          return [0, try MailboxDrained(encoded: frame.body).previous]
        }
        guard frame.kind == FrameKind.deliver.rawValue else { return nil }
        let deliver = try Deliver(encoded: frame.body)
        return [deliver.sequence, deliver.previous]
      }
    }
    _ = apply(.attach(Self.bob, Self.phone))
    let request = try #require(owner.nextPages(atMost: 1).first)
    // 4 and 6 have expired.
    let page = MailboxPage(
      request: request, envelopes: [3, 5, 7].map { Sample.envelope($0) }, lastSequence: 7)
    #expect(try links(owner.received(page, at: .at(0))) == [[3, 0], [5, 3], [7, 5], [0, 7]])
    let facts = Sample.facts(mailboxes: [1: .init(lastSequence: 7, waiting: 3)])
    #expect(try links(apply(send(8), facts: facts)) == [[8, 7]])
    _ = apply(.acknowledge(Self.bob, SequenceRanges(Sample.ranges(3...5))))
    _ = owner.passed(.at(10_000))
    let again = try #require(owner.nextPages(atMost: 1).first)
    let rest = MailboxPage(request: again, envelopes: [7, 8].map { Sample.envelope($0) }, lastSequence: 8)
    #expect(try links(owner.received(rest, at: .at(10_000))) == [[7, 0], [8, 7]])
  }

  @Test("the same connection that attaches again begins with what it has not acknowledged")
  mutating func attachAgain() throws {
    _ = apply(.attach(Self.bob, Self.phone))
    _ = drain()
    _ = apply(send(1))
    let effects = apply(.attach(Self.bob, Self.phone))
    #expect(try effects.failures(to: Self.phone).isEmpty)
    let request = try #require(owner.nextPages(atMost: 10).first)
    #expect(request.page.first == 1)
    let page = MailboxPage(request: request, envelopes: [Sample.envelope(1)], lastSequence: 1)
    #expect(try owner.received(page, at: .at(0)).deliveries(to: Self.phone) == [1])
  }

  @Test("the end of an older connection does not end a newer one")
  mutating func detachOfOld() {
    _ = apply(.attach(Self.bob, Self.phone), .attach(Self.bob, Sample.connection(2)), .detach(Self.bob, Self.phone))
    #expect(owner.devices[Self.bob]?.connection == Sample.connection(2))
  }

  @Test("a device that leaves with messages unacknowledged is woken, one that has all is not")
  mutating func detach() {
    _ = apply(.attach(Self.bob, Self.phone))
    _ = drain()
    let one = SequenceRanges(Sample.ranges(1...1))
    #expect(apply(send(1), .acknowledge(Self.bob, one), .detach(Self.bob, Self.phone)).wakeUps.isEmpty)
    _ = apply(.attach(Self.bob, Self.phone))
    _ = drain(through: 1)
    let facts = Sample.facts(mailboxes: [1: .init(lastSequence: 1)])
    #expect(apply(send(2, isUrgent: true), .detach(Self.bob, Self.phone), facts: facts).wakeUps == [Self.bob: true])
    #expect(owner.devices.isEmpty)
  }

  @Test("a gateway that has died takes its attachments along, and their devices are woken")
  mutating func deadGateway() {
    let carol = Sample.address(Sample.account(partition: 5, salt: 4))
    _ = apply(.attach(Self.bob, Self.phone), .attach(carol, Sample.connection(9, gateway: "gw-b")))
    let effects = owner.keep(gateways: ["gw-b"])
    #expect(Array(owner.devices.keys) == [carol])
    #expect(effects.wakeUps == [Self.bob: false])
  }

  @Test("a device that was removed from its account loses its connection, the others keep theirs")
  mutating func removedDevice() throws {
    let tablet = Sample.address(Sample.bob, 2)
    _ = apply(.attach(Self.bob, Self.phone), .attach(tablet, Sample.connection(2)))
    let effects = apply(.accountChanged(Sample.bob), facts: Sample.facts(mailboxes: [2: .init()]))
    #expect(try effects.failures(to: Self.phone) == [.deviceUnknown])
    #expect(Array(owner.devices.keys) == [tablet])
  }

  @Test("a device that does not acknowledge is sent to again and woken")
  mutating func redelivery() throws {
    _ = apply(.attach(Self.bob, Self.phone))
    _ = drain()
    _ = apply(send(1, isUrgent: true), at: .at(100))
    #expect(owner.passed(.at(10_099)).isEmpty)
    #expect(owner.passed(.at(10_100)).wakeUps == [Self.bob: true])
    let request = try #require(owner.nextPages(atMost: 1).first)
    let page = MailboxPage(request: request, envelopes: [Sample.envelope(1)], lastSequence: 1)
    #expect(try owner.received(page, at: .at(10_100)).deliveries(to: Self.phone) == [1])
  }

  @Test("a device that has not acknowledged in time is woken for every message until it does")
  mutating func doubtful() throws {
    _ = apply(.attach(Self.bob, Self.phone))
    _ = drain()
    _ = apply(send(1))
    func wakeUps(_ number: UInt64) -> [DeviceAddress: Bool] {
      owner.wakeUps(for: PartitionDecision([send(number)], facts: Sample.facts(), limits: .with(messages: 100))).wakeUps
    }
    #expect(wakeUps(2).isEmpty)
    _ = owner.passed(.at(10_000))
    #expect(wakeUps(2) == [Self.bob: false])
    _ = apply(.acknowledge(Self.bob, SequenceRanges(Sample.ranges(1...1))))
    #expect(wakeUps(2).isEmpty)
  }

  @Test("after a loss nothing is sent to that connection before the next look at the time")
  mutating func lost() throws {
    let carol = Sample.address(Sample.account(partition: 5, salt: 4))
    _ = apply(.attach(Self.bob, Self.phone), .attach(carol, Sample.connection(2)))
    _ = drain()
    _ = apply(send(1))
    owner.lost([Self.phone, Sample.connection(2, gateway: "gw-b")])
    #expect(owner.devices[carol]?.phase == .live)
    let facts = Sample.facts(mailboxes: [1: .init(lastSequence: 1)])
    #expect(try apply(send(2), facts: facts).deliveries(to: Self.phone).isEmpty)
    #expect(!owner.wantsPages)
    _ = owner.passed(.at(1))
    #expect(owner.nextPages(atMost: 5).map(\.page.first) == [1])
  }

  @Test("pages are given out in turn, and a page of a replaced connection is dropped")
  mutating func pages() {
    let carol = Sample.address(Sample.account(partition: 5, salt: 4))
    _ = apply(.attach(Self.bob, Self.phone), .attach(carol, Sample.connection(2)))
    let first = owner.nextPages(atMost: 1)
    #expect(first.map(\.device) == [Self.bob])
    #expect(owner.nextPages(atMost: 5).map(\.device) == [carol])
    #expect(!owner.wantsPages)
    _ = apply(.attach(Self.bob, Sample.connection(3)))
    let page = MailboxPage(request: first[0], envelopes: [Sample.envelope(1)], lastSequence: 1)
    #expect(owner.received(page, at: .at(0)).isEmpty)
    #expect(owner.nextPages(atMost: 5).map(\.connection) == [Sample.connection(3)])
    #expect(owner.received(page, at: .at(0)).isEmpty, "not even while the new connection waits for a page")
  }

  @Test("pages that could not be read are asked for again")
  mutating func failedPages() {
    _ = apply(.attach(Self.bob, Self.phone))
    let requests = owner.nextPages(atMost: 5)
    #expect(!owner.wantsPages)
    owner.failed(requests)
    #expect(owner.nextPages(atMost: 5) == requests)
  }

  @Test("after foreign writes everybody looks into the mailbox again")
  mutating func lookAgain() {
    _ = apply(.attach(Self.bob, Self.phone))
    _ = drain(through: 3)
    owner.lookAgain()
    #expect(owner.nextPages(atMost: 5).map(\.page.first) == [4])
  }

  @Test("commands of services, which have no gateway, are answered to nobody")
  mutating func noGateway() {
    let reply = ReplyAddress(connection: Sample.connection(1, gateway: ""), request: 1)
    #expect(apply(.refuse(reply, .malformedFrame)).isEmpty)
  }
}
