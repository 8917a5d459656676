// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Testing
import Wire

@testable import ConstructClient

@Suite("What is believed of an account, check by check")
struct VerifiedDeviceListTests {
  private let identity: TestIdentity

  init() throws {
    identity = try TestIdentity(devices: 2)
  }

  private func expect(_ problem: IdentityProblem, _ body: () throws -> Void) {
    #expect(throws: problem) { try body() }
  }

  private func verify(_ record: AccountRecord, _ question: VerifiedAccount.Question? = nil) throws -> VerifiedAccount {
    try VerifiedAccount(record, answering: question ?? .account(identity.account))
  }

  private func verify(_ change: (inout DeviceList) throws -> Void) throws {
    var list = identity.list(number: 1)
    try change(&list)
    var record = try identity.record(username: "bob", number: 1)
    record.deviceList = try identity.sign(list)
    _ = try verify(record)
  }

  @Test("an honest record is believed")
  func honest() throws {
    let account = try verify(identity.record(username: "bob", number: 3), .username("bob"))
    #expect(account.deviceList.list == identity.list(number: 3))
  }

  @Test("check 1: a record about somebody else, or with a name that is no username, is refused")
  func check1() throws {
    let record = try identity.record(username: "bob", number: 1)
    expect(.otherAccount) { _ = try verify(record, .username("alice")) }
    expect(.otherAccount) { _ = try verify(record, .account(AccountID(Identifier128(high: 9, low: 9)))) }
    for name in ["b\u{1B}[2J", "Bob", "bob ", ""] {
      var odd = record
      odd.username = name
      expect(.otherAccount) { _ = try verify(odd) }
    }
  }

  @Test("check 2: a suite that cannot be, and a root key of the wrong length for its suite, are refused")
  func check2() throws {
    var record = try identity.record(username: "bob", number: 1)
    record.suite = 2
    expect(.suite) { _ = try verify(record) }
    record.suite = 257
    expect(.suite) { _ = try verify(record) }
    record.suite = 200
    record.rootIdentityKey.removeLast()
    expect(.suite) { _ = try verify(record) }
    record.suite = 1
    record.rootIdentityKey += [0, 0]
    expect(.suite) { _ = try verify(record) }
  }

  @Test("check 3: another root key than the pinned one is refused, and changes nothing")
  func check3() async throws {
    let bench = try await StoreBench()
    let other = try TestIdentity(account: identity.account).verified(number: 2)
    let known = try identity.verified()
    try await bench.store.write { transaction in
      try transaction.learn(known)
      #expect(throws: IdentityProblem.rootChanged) { try transaction.learn(other) }
      let contact = try #require(try transaction.contact(of: known.account))
      #expect(contact.record.rootIdentityKey == known.rootIdentityKey)
      #expect(try transaction.deviceList(of: contact.id) == known.deviceList)
    }
  }

  @Test("check 4: a list that another key signed, or one that was changed, is refused")
  func check4() throws {
    var record = try identity.record(username: "bob", number: 1)
    let stranger = try TestIdentity(account: identity.account)
    record.deviceList = try stranger.sign(identity.list(number: 1))
    expect(.signature) { _ = try verify(record) }
    record = try identity.record(username: "bob", number: 1)
    record.deviceList.payload[20] ^= 1
    expect(.signature) { _ = try verify(record) }
    record = try identity.record(username: "bob", number: 1)
    record.deviceList.signature = []
    expect(.signature) { _ = try verify(record) }
  }

  @Test("check 5: a payload that is no device list, or not its canonical encoding, is refused")
  func check5() throws {
    var record = try identity.record(username: "bob", number: 1)
    for payload in [[], [0xC0], identity.list(number: 1).encoded() + [0]] as [[UInt8]] {
      record.deviceList = try identity.sign(payload: payload)
      expect(.encoding) { _ = try verify(record) }
    }
    // The same content with an unknown field behind it, which a reader of other records would skip.
    var longer = identity.list(number: 1).encoded()
    longer[0] += 1
    record.deviceList = try identity.sign(payload: longer + [0x0E, 0xC0])
    expect(.encoding) { _ = try verify(record) }
  }

  @Test("check 6: a list about another account is refused")
  func check6() throws {
    expect(.listOfOtherAccount) { try verify { $0.account = AccountID(Identifier128(high: 7, low: 7)) } }
  }

  @Test("check 7: devices are at least one, and in ascending order without repetition")
  func check7() throws {
    expect(.devices) { try verify { $0.devices = [] } }
    expect(.devices) { try verify { $0.devices.reverse() } }
    expect(.devices) { try verify { $0.devices[1].device = $0.devices[0].device } }
  }

  @Test("a root key and a device of a suite to come are believed by their classic part")
  func laterSuite() throws {
    var record = try identity.record(username: "bob", number: 1)
    var list = identity.list(number: 1)
    list.devices[1].suite = 200
    list.devices[1].signingKey += [1, 2, 3]
    list.devices[1].agreementKey += [4, 5, 6]
    record.suite = 200
    record.rootIdentityKey += [7, 8, 9]
    record.deviceList = try identity.sign(list)
    record.deviceList.signature += [10, 11, 12]
    let account = try verify(record)
    #expect(account.rootIdentityKey == record.rootIdentityKey)
    #expect(try account.deviceList.list.devices.map { try $0.sessionSuite() } == [.classic, .classic])
    record.deviceList.signature[0] ^= 1
    expect(.signature) { _ = try verify(record) }
  }

  @Test("check 8: a device with a key of the wrong length for its suite is refused")
  func check8() throws {
    expect(.deviceKeys) { try verify { $0.devices[1].suite = 2 } }
    expect(.deviceKeys) { try verify { $0.devices[1].suite = 256 } }
    expect(.deviceKeys) { try verify { $0.devices[1].signingKey.removeLast() } }
    expect(.deviceKeys) { try verify { $0.devices[0].agreementKey.append(1) } }
  }

  @Test("check 9: a list with a lower number than the known one is refused")
  func check9() throws {
    let known = try identity.verified(number: 5).deviceList
    expect(.rollback) { try identity.verified(number: 4).deviceList.check(against: known) }
    try identity.verified(number: 9).deviceList.check(against: known)
  }

  @Test("check 10: another list with the known number is refused")
  func check10() throws {
    let known = try identity.verified(number: 5).deviceList
    var fewer = identity
    fewer.devices.removeLast()
    expect(.equivocation) { try fewer.verified(number: 5).deviceList.check(against: known) }
    try identity.verified(number: 5).deviceList.check(against: known)
  }

  @Test("check 11: a device that stays keeps its keys")
  func check11() throws {
    let known = try identity.verified(number: 5).deviceList
    var swapped = identity
    swapped.devices[1].keys = try DeviceKeyPair()
    expect(.keysReplaced) { try swapped.verified(number: 6).deviceList.check(against: known) }
  }

  @Test("the table names every check, and every check has a test above")
  func completeness() {
    #expect(IdentityProblem.allCases.map(\.rawValue) == Array(1...11))
  }
}
