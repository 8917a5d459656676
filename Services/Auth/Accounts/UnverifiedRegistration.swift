// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A registration as a client sent it: nothing in it is believed yet.
struct UnverifiedRegistration: Sendable {
  private let request: Register

  init(_ request: Register) { self.request = request }

  /// The challenge, if it is of this server and the work has been done.
  ///
  /// - `challengeInvalid`: not a registration challenge of this server
  /// - `proofOfWorkInvalid`: the nonce does not reach the challenge's difficulty
  func workedChallenge(by authenticator: ChallengeAuthenticator) throws(Failure) -> Challenge {
    let challenge = try authenticator.open(request.challenge)
    guard challenge.purpose == .registration else { throw Failure(.challengeInvalid) }
    let hasWorked = ProofOfWork.isValid(
      challenge: request.challenge, nonce: request.nonce, difficulty: challenge.difficulty)
    guard hasWorked else { throw Failure(.proofOfWorkInvalid) }
    return challenge
  }

  /// Every other check that needs no state of the server and no clock, the cheap ones first.
  ///
  /// - `usernameInvalid`, `usernameReserved`: see `Username`
  /// - `suiteUnsupported`, `keyInvalid`: of the root identity key
  /// - `deviceListInvalid` and more: see `UnverifiedDeviceList`; the list has number 1 and one device, number 1
  func verified(for challenge: Challenge) throws(Failure) -> VerifiedRegistration {
    let username = try Self.username(request.username)
    let rootIdentityKey = try RootIdentityKey(suite: request.suite, bytes: request.rootIdentityKey)
    let deviceList = try UnverifiedDeviceList(request.deviceList)
      .verified(account: challenge.account, rootIdentityKey: rootIdentityKey)
    guard deviceList.list.number == 1, deviceList.list.devices.map(\.device) == [.first] else {
      throw Failure(.deviceListInvalid)
    }
    return VerifiedRegistration(
      challenge: challenge, username: username, rootIdentityKey: rootIdentityKey, deviceList: deviceList)
  }

  private static func username(_ text: String) throws(Failure) -> Username {
    do {
      return try Username(text)
    } catch {
      switch error {
      case .length, .character: throw Failure(.usernameInvalid)
      case .reserved: throw Failure(.usernameReserved)
      }
    }
  }
}

/// A registration that holds in itself. Whether its challenge is still good and its username free, the store decides.
struct VerifiedRegistration: Sendable {
  let challenge: Challenge
  let username: Username
  let rootIdentityKey: RootIdentityKey
  let deviceList: VerifiedDeviceList

  var account: AccountID { challenge.account }

  fileprivate init(
    challenge: Challenge, username: Username, rootIdentityKey: RootIdentityKey, deviceList: VerifiedDeviceList
  ) {
    self.challenge = challenge
    self.username = username
    self.rootIdentityKey = rootIdentityKey
    self.deviceList = deviceList
  }
}
