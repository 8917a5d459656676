// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Wire

@testable import AuthService

/// Challenges of a server whose key the tests know.
enum Challenges {
  static let authenticator = ChallengeAuthenticator(key: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))
  static let difficulty: UInt8 = 6
  static let expiry: UInt64 = 1_000_000

  static func registration(of account: AccountID, difficulty: UInt8 = Challenges.difficulty) -> Challenge {
    Challenge(
      purpose: .registration, account: account, device: .first, difficulty: difficulty, expiry: expiry,
      identifier: [UInt8](repeating: 9, count: 16))
  }

  static func login(of address: DeviceAddress) -> Challenge {
    Challenge(
      purpose: .login, account: address.account, device: address.device, difficulty: 0, expiry: expiry,
      identifier: [UInt8](repeating: 9, count: 16))
  }
}
