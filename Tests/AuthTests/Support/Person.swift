// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Testing
import Wire

/// Somebody with a root identity key and a first device, who plays the client's part.
struct Person: Sendable {
  let account: AccountID
  let username: String
  let root = Curve25519.Signing.PrivateKey()
  let first: DeviceKeys

  init(_ username: String = Person.freshUsername(), account: AccountID = Person.freshAccount()) throws {
    self.account = account
    self.username = username
    first = try DeviceKeys(1)
  }

  var rootIdentityKey: [UInt8] { Array(root.publicKey.rawRepresentation) }
  var address: DeviceAddress { DeviceAddress(account: account, device: first.device) }

  func list(number: UInt64 = 1, _ devices: [DeviceKeys]) throws -> SignedDeviceList {
    try sign(DeviceList(account: account, number: number, issuedAt: 1, devices: devices.map(\.entry)))
  }

  func sign(_ list: DeviceList) throws -> SignedDeviceList { try sign(payload: list.encoded()) }

  func sign(payload: [UInt8]) throws -> SignedDeviceList {
    let signature = try root.signature(for: SignatureContext.deviceList(payload: payload))
    return SignedDeviceList(payload: payload, signature: Array(signature))
  }

  /// A registration that passes, for a challenge whose account is this person's.
  func registration(_ challenge: [UInt8], difficulty: UInt32) throws -> Register {
    Register(
      challenge: challenge, nonce: Self.work(on: challenge, difficulty: difficulty), username: username, suite: 1,
      rootIdentityKey: rootIdentityKey, deviceList: try list([first]))
  }

  /// A login that passes, unless the challenge is another device's.
  func login(_ challenge: [UInt8], domain: String, with keys: DeviceKeys? = nil) throws -> Login {
    let keys = keys ?? first
    let statement = LoginStatement(domain: domain, challenge: challenge, account: account, device: keys.device)
    let signature = try keys.signing.signature(for: SignatureContext.login(payload: statement.encoded()))
    return Login(challenge: challenge, account: account, device: keys.device, signature: Array(signature))
  }

  /// The first nonce, counted from 0, whose hash has so many leading zero bits.
  static func work(on challenge: [UInt8], difficulty: UInt32) -> [UInt8] {
    var count: UInt64 = 0
    while true {
      let nonce = withUnsafeBytes(of: count.bigEndian) { Array($0) }
      var zeroBits = 0
      for byte in SHA256.hash(data: challenge + nonce) {
        zeroBits += byte.leadingZeroBitCount
        if byte != 0 { break }
      }
      if zeroBits >= Int(difficulty) { return nonce }
      count += 1
    }
  }

  static func freshAccount() -> AccountID {
    var generator = SystemRandomNumberGenerator()
    return AccountID(Identifier128(high: generator.next(), low: generator.next()))
  }

  /// 20 letters: nobody else's, and nobody's look-alike.
  static func freshUsername() -> String {
    String((0..<20).map { _ in "acdefhkmpqrtuxyz".randomElement() ?? "a" })
  }
}
