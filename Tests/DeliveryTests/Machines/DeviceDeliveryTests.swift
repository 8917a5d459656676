// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DeliveryService

@Suite("The delivery of a mailbox to a connection", .timeLimit(.minutes(3)))
struct DeviceDeliveryTests {
  private static let settings: DeviceDelivery.Settings = {
    var settings = DeviceDelivery.Settings()
    settings.window.messages = 4
    settings.window.bytes = 100
    settings.page = 2
    return settings
  }()

  private static func rows(_ sequences: ClosedRange<UInt64>, bytes: Int = 1) -> [DeviceDelivery.Row] {
    sequences.map { DeviceDelivery.Row(sequence: $0, bytes: bytes, isUrgent: false) }
  }

  /// A device whose mailbox was empty up to `last`.
  private static func live(through last: UInt64 = 0) -> DeviceDelivery {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: settings)
    _ = device.nextPage()
    _ = device.received([], lastSequence: last, at: .at(0))
    return device
  }

  @Test("a device that attaches to an empty mailbox is told so at once and is live")
  func emptyMailbox() {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: Self.settings)
    #expect(device.nextPage() == DeviceDelivery.PageRequest(first: 1, rows: 2, bytes: 100))
    #expect(device.nextPage() == nil)
    #expect(device.received([], lastSequence: 0, at: .at(0)) == DeviceDelivery.PageResult(sends: 0, drainedThrough: 0))
    #expect(device.phase == .live)
  }

  @Test("a backlog comes in pages and in order, and its end is told once")
  func backlog() {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: Self.settings)
    _ = device.nextPage()
    #expect(device.received(Self.rows(5...6), lastSequence: 7, at: .at(0)) == DeviceDelivery.PageResult(sends: 2))
    #expect(device.nextPage() == DeviceDelivery.PageRequest(first: 7, rows: 2, bytes: 98))
    #expect(
      device.received(Self.rows(7...7), lastSequence: 7, at: .at(0))
        == DeviceDelivery.PageResult(sends: 1, drainedThrough: 7))
    #expect(device.phase == .live)
    #expect(device.stored(8, bytes: 1, isUrgent: false, at: .at(0)) == true)
  }

  @Test("a message that is stored while a page is read never overtakes it")
  func storedWhileReading() {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: Self.settings)
    _ = device.nextPage()
    #expect(device.stored(3, bytes: 1, isUrgent: false, at: .at(0)) == false)
    // The page was read before the third was stored.
    #expect(
      device.received(Self.rows(1...2), lastSequence: 2, at: .at(0))
        == DeviceDelivery.PageResult(sends: 2, drainedThrough: 2))
    #expect(device.phase == .behind)
    #expect(device.stored(4, bytes: 1, isUrgent: false, at: .at(0)) == false)
    #expect(device.nextPage()?.first == 3)
    #expect(device.received(Self.rows(3...4), lastSequence: 4, at: .at(0)) == DeviceDelivery.PageResult(sends: 2))
    #expect(device.phase == .live)
  }

  @Test("a live device gets messages until its window is full, and the rest from its mailbox")
  func fullWindow() {
    var device = Self.live()
    for sequence in UInt64(1)...4 { #expect(device.stored(sequence, bytes: 1, isUrgent: false, at: .at(0)) == true) }
    #expect(device.stored(5, bytes: 1, isUrgent: false, at: .at(0)) == false)
    #expect(device.phase == .behind)
    #expect(device.nextPage() == nil, "there is no room")
    #expect(device.stored(6, bytes: 1, isUrgent: false, at: .at(0)) == false)
    device.acknowledged(Sample.ranges(1...1), at: .at(0))
    #expect(device.nextPage() == DeviceDelivery.PageRequest(first: 5, rows: 1, bytes: 97))
    #expect(device.received(Self.rows(5...5), lastSequence: 6, at: .at(0)) == DeviceDelivery.PageResult(sends: 1))
    device.acknowledged(Sample.ranges(2...5), at: .at(0))
    #expect(device.nextPage()?.first == 6)
    #expect(device.received(Self.rows(6...6), lastSequence: 6, at: .at(0)).sends == 1)
    #expect(device.phase == .live)
  }

  @Test("bytes fill a window as well, but a message alone always fits")
  func windowOfBytes() {
    var device = Self.live()
    #expect(device.stored(1, bytes: 500, isUrgent: false, at: .at(0)) == true)
    #expect(device.stored(2, bytes: 1, isUrgent: false, at: .at(0)) == false)
    device.acknowledged(Sample.ranges(1...1), at: .at(0))
    #expect(device.nextPage() == DeviceDelivery.PageRequest(first: 2, rows: 2, bytes: 100))
  }

  @Test("a message behind a hole is not sent before the mailbox was looked into")
  func hole() {
    var device = Self.live(through: 4)
    #expect(device.stored(6, bytes: 1, isUrgent: false, at: .at(0)) == false)
    #expect(device.nextPage()?.first == 5)
  }

  @Test("holes that acknowledgements or expiry have left are passed over")
  func holesInBacklog() {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: Self.settings)
    _ = device.nextPage()
    let rows = [DeviceDelivery.Row(sequence: 3, bytes: 1, isUrgent: false)]
    #expect(device.received(rows, lastSequence: 9, at: .at(0)) == DeviceDelivery.PageResult(sends: 1))
    #expect(device.nextPage()?.first == 4)
    #expect(device.received([], lastSequence: 9, at: .at(0)) == DeviceDelivery.PageResult(sends: 0, drainedThrough: 9))
    #expect(device.cursor == 10)
    #expect(device.stored(10, bytes: 1, isUrgent: false, at: .at(0)) == true)
  }

  @Test("what is not acknowledged for too long is read and sent again, from the oldest on")
  func goingBack() {
    var device = Self.live()
    for sequence in UInt64(1)...3 { _ = device.stored(sequence, bytes: 1, isUrgent: false, at: .at(0)) }
    device.acknowledged(Sample.ranges(1...1, 3...3), at: .at(4_000))
    #expect(!device.isOverdue(at: .at(13_999)), "the second is the oldest since then")
    #expect(device.goBack(at: .at(14_000)) == true)
    #expect(device.window.isEmpty)
    #expect(device.nextPage()?.first == 2)
    #expect(device.received(Self.rows(2...2), lastSequence: 3, at: .at(14_000)).sends == 1)
    #expect(device.nextPage()?.first == 3)
    #expect(device.received([], lastSequence: 3, at: .at(14_000)) == DeviceDelivery.PageResult(sends: 0))
    #expect(device.phase == .live, "and the end of the backlog is not told again")
  }

  @Test("a device that never acknowledges is sent to more and more rarely, until it does")
  func patienceGrows() {
    var device = Self.live()
    _ = device.stored(1, bytes: 1, isUrgent: false, at: .at(0))
    var now: UInt64 = 0
    for wait in [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000] as [UInt64] {
      #expect(device.goBack(at: .at(now + wait - 1)) == false)
      now += wait
      #expect(device.goBack(at: .at(now)) == true)
      _ = device.nextPage()
      #expect(device.received(Self.rows(1...1), lastSequence: 1, at: .at(now)).sends == 1)
    }
    device.acknowledged(Sample.ranges(1...1), at: .at(now))
    #expect(device.stored(2, bytes: 1, isUrgent: false, at: .at(now)) == true)
    #expect(device.goBack(at: .at(now + 10_000)) == true)
  }

  @Test("after a loss nothing is sent until it begins again from the oldest unacknowledged, and its end is told anew")
  func halted() {
    var device = Self.live()
    for sequence in UInt64(1)...3 { _ = device.stored(sequence, bytes: 1, isUrgent: false, at: .at(0)) }
    device.acknowledged(Sample.ranges(1...1), at: .at(0))
    device.halt()
    #expect(device.isDoubtful)
    #expect(device.hasUndelivered)
    #expect(device.stored(4, bytes: 1, isUrgent: false, at: .at(0)) == false)
    device.lookAgain()
    #expect(device.nextPage() == nil)
    #expect(!device.isOverdue(at: .at(1_000_000)))
    device.resume()
    #expect(device.nextPage()?.first == 2)
    #expect(device.received(Self.rows(2...3), lastSequence: 4, at: .at(0)) == DeviceDelivery.PageResult(sends: 2))
    #expect(device.nextPage()?.first == 4)
    #expect(
      device.received(Self.rows(4...4), lastSequence: 4, at: .at(0))
        == DeviceDelivery.PageResult(sends: 1, drainedThrough: 4))
    #expect(device.phase == .live)
    device.acknowledged(Sample.ranges(2...2), at: .at(0))
    #expect(!device.isDoubtful)
  }

  @Test("a loss while a page is read drops the page")
  func haltedWhileReading() {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: Self.settings)
    _ = device.nextPage()
    device.halt()
    #expect(device.received(Self.rows(1...2), lastSequence: 2, at: .at(0)) == DeviceDelivery.PageResult(sends: 0))
    device.resume()
    #expect(device.nextPage()?.first == 1)
  }

  @Test("a whole window of the largest messages fits twice into what a gateway holds for a socket")
  func windowFitsTwice() {
    let bounds = DeliveryWindow.Bounds()
    let frame = Sample.envelope(UInt64(Int64.max)).delivery(after: UInt64(Int64.max)).encoded().count + 16
    let most = bounds.bytes + WireLimits.ciphertextBytes + bounds.messages * frame
    #expect(2 * most <= 1 << 20)
  }

  @Test("a page that failed is asked for again, and one that nobody asked for is ignored")
  func failedPage() {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: Self.settings)
    let request = device.nextPage()
    device.pageFailed()
    #expect(device.nextPage() == request)
    var live = Self.live()
    #expect(live.received(Self.rows(1...2), lastSequence: 2, at: .at(0)) == DeviceDelivery.PageResult(sends: 0))
    #expect(live.cursor == 1)
  }

  @Test("a device may have missed something unless it is live and has acknowledged everything")
  func undelivered() {
    var device = DeviceDelivery(connection: Sample.connection(1), settings: Self.settings)
    #expect(device.hasUndelivered)
    device = Self.live()
    #expect(!device.hasUndelivered)
    _ = device.stored(1, bytes: 1, isUrgent: true, at: .at(0))
    #expect(device.hasUndelivered)
    #expect(device.window.hasUrgent)
    device.acknowledged(Sample.ranges(1...1), at: .at(0))
    #expect(!device.hasUndelivered)
  }
}
