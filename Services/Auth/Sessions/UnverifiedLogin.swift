// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A login as a client sent it: nothing in it is believed yet.
struct UnverifiedLogin: Sendable {
  private let request: Login

  init(_ request: Login) { self.request = request }

  /// The checks that need no state: is the challenge this server's, for a login of this device, and not too old?
  ///
  /// Throws `challengeInvalid` or `challengeExpired`.
  func withChallenge(
    by authenticator: ChallengeAuthenticator, domain: String, at now: UInt64
  ) throws(Failure) -> ChallengedLogin {
    let challenge = try authenticator.open(request.challenge)
    guard challenge.purpose == .login, challenge.account == request.account, challenge.device == request.device else {
      throw Failure(.challengeInvalid)
    }
    guard !challenge.isExpired(at: now) else { throw Failure(.challengeExpired) }
    let statement = LoginStatement(
      domain: domain, challenge: request.challenge, account: request.account, device: request.device)
    return ChallengedLogin(
      challenge: challenge, statement: statement, signature: request.signature)
  }
}

/// A login whose challenge is good; whether the device has signed it is not known yet.
struct ChallengedLogin: Sendable {
  private let challenge: Challenge
  private let statement: LoginStatement
  private let signature: [UInt8]

  fileprivate init(challenge: Challenge, statement: LoginStatement, signature: [UInt8]) {
    self.challenge = challenge
    self.statement = statement
    self.signature = signature
  }

  var address: DeviceAddress { DeviceAddress(account: statement.account, device: statement.device) }

  /// - Parameter key: the device's, nil if there is no such device; then the same work is done and nothing gained
  /// - Throws: `signatureInvalid`
  func verified(with key: DeviceSigningKey?) throws(Failure) -> VerifiedLogin {
    let message = SignatureContext.login(payload: statement.encoded())
    let isSigned = (key ?? .ofNobody).isValid(signature, over: message)
    guard let key, isSigned else { throw Failure(.signatureInvalid) }
    return VerifiedLogin(challenge: challenge, address: address, key: key)
  }
}

/// A login that was signed by its device. Whether its challenge was used before, the store decides.
struct VerifiedLogin: Sendable {
  let challenge: Challenge
  let address: DeviceAddress
  let key: DeviceSigningKey

  fileprivate init(challenge: Challenge, address: DeviceAddress, key: DeviceSigningKey) {
    self.challenge = challenge
    self.address = address
    self.key = key
  }
}
