// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing
import Wire

@testable import AuthService

@Suite("Checks of a device list", .timeLimit(.minutes(3)))
struct UnverifiedDeviceListTests {
  private let alice: Person
  private let rootIdentityKey: RootIdentityKey

  init() throws {
    alice = try Person()
    rootIdentityKey = try RootIdentityKey(suite: 1, bytes: alice.rootIdentityKey)
  }

  @discardableResult
  private func verify(_ signed: SignedDeviceList) throws -> VerifiedDeviceList {
    try UnverifiedDeviceList(signed).verified(account: alice.account, rootIdentityKey: rootIdentityKey)
  }

  private func list(of entries: [DeviceEntry]) throws -> SignedDeviceList {
    try alice.sign(DeviceList(account: alice.account, number: 1, issuedAt: 1, devices: entries))
  }

  @Test("a list of six devices passes")
  func six() throws {
    let list = try alice.list(number: 9, (1...6).map { try DeviceKeys($0) })
    #expect(try verify(list).list.devices.count == 6)
  }

  @Test("a list of seven devices is refused")
  func seven() throws {
    let list = try alice.list(number: 9, (1...7).map { try DeviceKeys($0) })
    expectRefusal(.deviceListInvalid) { try verify(list) }
  }

  @Test("a payload that is no list is refused", arguments: [[], [0x80], [0xC1], Array("hello".utf8)] as [[UInt8]])
  func garbage(payload: [UInt8]) throws {
    let list = try alice.sign(payload: payload)
    expectRefusal(.deviceListInvalid) { try verify(list) }
  }

  @Test("bytes behind the list are refused")
  func trailingBytes() throws {
    let list = try alice.sign(payload: alice.list([alice.first]).payload + [0xC0])
    expectRefusal(.deviceListInvalid) { try verify(list) }
  }

  @Test("an encoding that is not canonical is refused though its signature holds")
  func notCanonical() throws {
    // The number 1 of the field `number` in two bytes instead of one, and an unknown field at the end.
    let canonical = try alice.list([alice.first]).payload
    let number = try #require(canonical.firstRange(of: [2, 1, 3]))
    var longer = canonical
    longer.replaceSubrange(number, with: [2, 0xCC, 1, 3])
    var unknownField = canonical
    unknownField[0] += 1
    unknownField += [100, 0xC0]
    for payload in [longer, unknownField] {
      _ = try DeviceList(encoded: payload)
      let list = try alice.sign(payload: payload)
      expectRefusal(.deviceListInvalid) { try verify(list) }
    }
  }

  @Test("devices that do not ascend are refused", arguments: [[2, 1], [1, 1], [1, 3, 2]])
  func order(numbers: [UInt32]) throws {
    let list = try alice.list(numbers.map { try DeviceKeys($0) })
    expectRefusal(.deviceListInvalid) { try verify(list) }
  }

  @Test("two devices with one key are refused")
  func sharedKey() throws {
    let (one, two) = (try DeviceKeys(1).entry, try DeviceKeys(2).entry)
    var sharesSigning = two
    sharesSigning.signingKey = one.signingKey
    var sharesAgreement = two
    sharesAgreement.agreementKey = one.agreementKey
    for other in [sharesSigning, sharesAgreement] {
      let list = try list(of: [one, other])
      expectRefusal(.deviceListInvalid) { try verify(list) }
    }
  }

  @Test("an unknown suite of a device is refused")
  func unknownSuite() throws {
    var entry = alice.first.entry
    entry.suite = 77
    let list = try list(of: [entry])
    expectRefusal(.suiteUnsupported) { try verify(list) }
  }

  @Test("device keys of a wrong length are refused", arguments: [0, 31, 33])
  func keyLength(count: Int) throws {
    var short = alice.first.entry
    short.signingKey = [UInt8](repeating: 3, count: count)
    var shortAgreement = alice.first.entry
    shortAgreement.agreementKey = [UInt8](repeating: 3, count: count)
    for entry in [short, shortAgreement] {
      let list = try list(of: [entry])
      expectRefusal(.keyInvalid) { try verify(list) }
    }
  }

  @Test("device keys of small order are refused")
  func smallOrder() throws {
    var signing = alice.first.entry
    signing.signingKey = [1] + [UInt8](repeating: 0, count: 31)
    var agreement = alice.first.entry
    agreement.agreementKey = [UInt8](repeating: 0, count: 32)
    for entry in [signing, agreement] {
      let list = try list(of: [entry])
      expectRefusal(.keyInvalid) { try verify(list) }
    }
  }

  @Test("a signature of a wrong length is refused", arguments: [0, 63, 65])
  func signatureLength(count: Int) throws {
    var list = try alice.list([alice.first])
    list.signature = [UInt8](repeating: 1, count: count)
    expectRefusal(.keyInvalid) { try verify(list) }
  }

  @Test("a signature over another list is refused")
  func otherSignature() throws {
    var list = try alice.list([alice.first])
    list.signature = try alice.list(number: 2, [alice.first]).signature
    expectRefusal(.signatureInvalid) { try verify(list) }
  }

  @Test("a signature made for something else is refused")
  func otherContext() throws {
    var list = try alice.list([alice.first])
    list.signature = Array(try alice.root.signature(for: SignatureContext.login(payload: list.payload)))
    expectRefusal(.signatureInvalid) { try verify(list) }
  }
}
