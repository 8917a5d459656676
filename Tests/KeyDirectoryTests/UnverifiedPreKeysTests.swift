// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing
import Wire

@testable import KeyDirectoryService

@Suite("Checks of prekeys", .timeLimit(.minutes(3)))
struct UnverifiedPreKeysTests {
  private let device: Device
  private let identity: DeviceIdentity

  init() throws {
    device = try Device()
    identity = DeviceIdentity(suite: 1, signingKey: Array(device.signing.publicKey.rawRepresentation))
  }

  @discardableResult
  private func verify(_ request: UploadKeys, suite: UInt64 = 1) throws -> VerifiedPreKeys {
    try UnverifiedPreKeys(request).verified(for: DeviceIdentity(suite: suite, signingKey: identity.signingKey))
  }

  @Test("good prekeys of every kind pass")
  func good() throws {
    let request = UploadKeys(
      signedPreKey: try device.signedPreKey(0, as: .signed),
      lastResortPreKey: try device.signedPreKey(UInt32.max, as: .lastResort),
      oneTimePreKeys: Device.oneTimePreKeys([9, 0, UInt32.max]))
    let verified = try verify(request)
    #expect(verified.signed == request.signedPreKey)
    #expect(verified.lastResort == request.lastResortPreKey)
    #expect(verified.oneTime.map(\.id) == [0, 9, UInt32.max])
  }

  @Test("an upload of nothing passes")
  func nothing() throws {
    #expect(try verify(UploadKeys(oneTimePreKeys: [])).oneTime.isEmpty)
  }

  @Test("a signature of another device, kind, id, key or suite is refused")
  func signatures() throws {
    let good = try device.signedPreKey(5, as: .signed)
    var otherID = good
    otherID.id = 6
    var otherKey = good
    otherKey.publicKey = Device.freshKey()
    let otherDevice = try Device().signedPreKey(5, as: .signed)
    let otherSuite = SignedPreKeyRecord(
      id: 5, publicKey: good.publicKey,
      signature: Array(
        try device.signing.signature(
          for: SignatureContext.preKey(suite: 2, kind: .signed, id: 5, publicKey: good.publicKey))))
    for preKey in [otherID, otherKey, otherDevice, otherSuite, try device.signedPreKey(5, as: .lastResort)] {
      expectRefusal(.signatureInvalid) { try verify(UploadKeys(signedPreKey: preKey, oneTimePreKeys: [])) }
    }
    expectRefusal(.signatureInvalid) { try verify(UploadKeys(lastResortPreKey: good, oneTimePreKeys: [])) }
  }

  @Test("a signature of a wrong length is refused", arguments: [0, 63, 65])
  func signatureLength(count: Int) throws {
    var preKey = try device.signedPreKey(5, as: .signed)
    preKey.signature = [UInt8](repeating: 1, count: count)
    expectRefusal(.keyInvalid) { try verify(UploadKeys(signedPreKey: preKey, oneTimePreKeys: [])) }
  }

  @Test("a prekey of a wrong length is refused wherever it stands", arguments: [0, 31, 33, 1_184])
  func keyLength(count: Int) throws {
    let key = [UInt8](repeating: 9, count: count)
    let requests = [
      UploadKeys(signedPreKey: try device.signedPreKey(5, as: .signed, key: key), oneTimePreKeys: []),
      UploadKeys(lastResortPreKey: try device.signedPreKey(5, as: .lastResort, key: key), oneTimePreKeys: []),
      UploadKeys(oneTimePreKeys: [OneTimePreKeyRecord(id: 1, publicKey: key)]),
    ]
    for request in requests { expectRefusal(.keyInvalid) { try verify(request) } }
  }

  @Test("a prekey of small order is refused wherever it stands", arguments: [0, 1] as [UInt8])
  func smallOrder(first: UInt8) throws {
    let key = [first] + [UInt8](repeating: 0, count: 31)
    let requests = [
      UploadKeys(signedPreKey: try device.signedPreKey(5, as: .signed, key: key), oneTimePreKeys: []),
      UploadKeys(lastResortPreKey: try device.signedPreKey(5, as: .lastResort, key: key), oneTimePreKeys: []),
      UploadKeys(oneTimePreKeys: [OneTimePreKeyRecord(id: 1, publicKey: key)]),
    ]
    for request in requests { expectRefusal(.keyInvalid) { try verify(request) } }
  }

  @Test("a suite that the server does not know is refused")
  func suite() throws {
    let request = UploadKeys(oneTimePreKeys: Device.oneTimePreKeys([1]))
    expectRefusal(.suiteUnsupported) { try verify(request, suite: 300) }
  }

  @Test("one id for two keys is refused, one key sent twice is one key")
  func repeatedID() throws {
    let one = Device.oneTimePreKeys([1, 1])
    expectRefusal(.preKeyConflict) { try verify(UploadKeys(oneTimePreKeys: one)) }
    #expect(try verify(UploadKeys(oneTimePreKeys: [one[0], one[0]])).oneTime == [one[0]])
  }
}
