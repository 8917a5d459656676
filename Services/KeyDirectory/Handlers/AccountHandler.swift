// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Answers `FindAccount`.
struct AccountHandler: Sendable {
  let directory: PostgresAccountDirectory
  let limits: KeyRateLimits

  /// A name that nobody can have is a name that nobody has, so it is refused like one.
  func find(_ request: FindAccount, _ origin: RequestOrigin) async throws -> AccountRecord {
    let requester = try origin.authenticated()
    let found: AccountRecord?
    switch (request.username, request.account) {
    case (let username?, nil):
      try await limits.takeSearch(by: requester.account)
      found = try await directory.account(named: Self.username(username))
    case (nil, let account?):
      try await limits.takeLookUp(by: requester.account)
      found = try await directory.account(account)
    default:
      throw Failure(.malformedFrame)
    }
    guard let found else { throw Failure(.accountUnknown) }
    return found
  }

  private static func username(_ text: String) throws(Failure) -> Username {
    do { return try Username(text) } catch { throw Failure(error == .reserved ? .accountUnknown : .usernameInvalid) }
  }
}
