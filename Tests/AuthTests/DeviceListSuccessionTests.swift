// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import AuthService

@Suite("Succession of device lists", .timeLimit(.minutes(3)))
struct DeviceListSuccessionTests {
  private let alice: Person
  private let one: DeviceKeys
  private let two: DeviceKeys
  private let succession: DeviceListSuccession

  /// List number 5 with the devices 1 and 2, after a device 4 that is gone.
  init() throws {
    alice = try Person()
    one = try DeviceKeys(1)
    two = try DeviceKeys(2)
    succession = DeviceListSuccession(
      current: try alice.list(number: 5, [one, two]), number: 5, devices: [one.entry, two.entry],
      highestDevice: try #require(DeviceID(4)))
  }

  private func step(
    _ number: UInt64, _ devices: [DeviceKeys], by publisher: DeviceID = .first
  ) throws -> DeviceListSuccession.Step {
    let next = try UnverifiedDeviceList(alice.list(number: number, devices))
      .verified(account: alice.account, rootIdentityKey: RootIdentityKey(suite: 1, bytes: alice.rootIdentityKey))
    return try succession.step(to: next, by: publisher)
  }

  @Test("a new device is added and the others stay")
  func add() throws {
    let five = try DeviceKeys(5)
    #expect(
      try step(6, [one, two, five])
        == .change(.init(removed: [], added: [five.entry], highestDevice: five.device)))
  }

  @Test("a device that is missing is removed, even the one that asks")
  func remove() throws {
    let change = DeviceListSuccession.Step.change(
      .init(removed: [two.device], added: [], highestDevice: succession.highestDevice))
    #expect(try step(6, [one]) == change)
    #expect(try step(6, [one], by: two.device) == change)
  }

  @Test("a list that only counts on changes nothing else")
  func nothing() throws {
    #expect(
      try step(6, [one, two])
        == .change(.init(removed: [], added: [], highestDevice: succession.highestDevice)))
  }

  @Test("the list that stands is a repetition, whoever sends it")
  func repetition() throws {
    let next = try UnverifiedDeviceList(succession.current)
      .verified(account: alice.account, rootIdentityKey: RootIdentityKey(suite: 1, bytes: alice.rootIdentityKey))
    #expect(try succession.step(to: next, by: .first) == .repeated)
    #expect(try succession.step(to: next, by: #require(DeviceID(4))) == .repeated)
  }

  @Test("any number but the next is a conflict", arguments: [0, 1, 4, 5, 7, UInt64(Int64.max)])
  func conflict(number: UInt64) throws {
    let three = try DeviceKeys(5)
    expectRefusal(.deviceListConflict) { _ = try step(number, [one, two, three]) }
  }

  @Test("a device that is not in the list cannot replace it")
  func stranger() throws {
    let four = try #require(DeviceID(4))
    expectRefusal(.deviceUnknown) { _ = try step(6, [one, two], by: four) }
  }

  @Test("a device that stays keeps its keys")
  func otherKeys() throws {
    let impostor = try DeviceKeys(2)
    expectRefusal(.deviceListInvalid) { _ = try step(6, [one, impostor]) }
  }

  @Test("an id that was given before never comes back", arguments: [3, 4] as [UInt32])
  func reusedID(number: UInt32) throws {
    let old = try DeviceKeys(number)
    expectRefusal(.deviceListInvalid) { _ = try step(6, [one, two, old]) }
  }
}
