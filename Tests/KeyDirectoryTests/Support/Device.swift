// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing
import Wire

/// A device that stands in the database, with the private halves that its client holds.
struct Device: Sendable {
  let address: DeviceAddress
  let username: String
  let list: SignedDeviceList
  let root = Curve25519.Signing.PrivateKey()
  let signing = Curve25519.Signing.PrivateKey()
  let agreement = Curve25519.KeyAgreement.PrivateKey()
  let suite: UInt64
  /// The post-quantum halves, in suite 2.
  let latticeSigning: MLDSA65.PrivateKey
  let latticeAgreement: MLKEM768.PrivateKey

  /// - Parameter suite: 1 or 2
  init(account: AccountID? = nil, device: UInt32 = 1, suite: UInt64 = 1) throws {
    self.suite = suite
    latticeSigning = try MLDSA65.PrivateKey()
    latticeAgreement = try MLKEM768.PrivateKey()
    var generator = SystemRandomNumberGenerator()
    let fresh = AccountID(Identifier128(high: generator.next(), low: generator.next()))
    address = DeviceAddress(account: account ?? fresh, device: try #require(DeviceID(device)))
    username = String((0..<20).map { _ in "acdefhkmpqrtuxyz".randomElement() ?? "a" })
    // The key directory hands lists on as they are and looks into none of them.
    list = SignedDeviceList(payload: Array("list".utf8) + address.account.bytes, signature: [1, 2, 3])
  }

  /// As the device list certifies it.
  var signingKey: [UInt8] {
    Array(signing.publicKey.rawRepresentation + (suite == 2 ? latticeSigning.publicKey.rawRepresentation : Data()))
  }

  /// As the device list certifies it.
  var agreementKey: [UInt8] {
    Array(agreement.publicKey.rawRepresentation + (suite == 2 ? latticeAgreement.publicKey.rawRepresentation : Data()))
  }

  /// Prekeys of suite 2, all signed.
  func hybridPreKeys(signed: UInt32, lastResort: UInt32, oneTime: [UInt32]) throws -> UploadKeys {
    func key() throws -> [UInt8] { Self.freshKey() + Array(try MLKEM768.PrivateKey().publicKey.rawRepresentation) }
    func record(_ id: UInt32, _ kind: SignatureContext.PreKeyKind) throws -> SignedPreKeyRecord {
      let publicKey = try key()
      let message = SignatureContext.preKey(suite: 2, kind: kind, id: id, publicKey: publicKey)
      let signature = try signing.signature(for: message) + latticeSigning.signature(for: message)
      return SignedPreKeyRecord(id: id, publicKey: publicKey, signature: Array(signature))
    }
    return UploadKeys(
      signedPreKey: try record(signed, .signed), lastResortPreKey: try record(lastResort, .lastResort),
      oneTimePreKeys: try oneTime.map { id in
        let record = try record(id, .oneTime)
        return OneTimePreKeyRecord(id: id, publicKey: record.publicKey, signature: record.signature)
      }, suite: 2)
  }

  /// A prekey of suite 1 with its signature.
  func signedPreKey(
    _ id: UInt32, as kind: SignatureContext.PreKeyKind, key: [UInt8] = Device.freshKey()
  ) throws -> SignedPreKeyRecord {
    let message = SignatureContext.preKey(suite: 1, kind: kind, id: id, publicKey: key)
    return SignedPreKeyRecord(id: id, publicKey: key, signature: Array(try signing.signature(for: message)))
  }

  /// One-time prekeys with these ids and fresh keys.
  static func oneTimePreKeys(_ ids: some Sequence<UInt32>) -> [OneTimePreKeyRecord] {
    ids.map { OneTimePreKeyRecord(id: $0, publicKey: freshKey()) }
  }

  static func freshKey() -> [UInt8] {
    Array(Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation)
  }
}
