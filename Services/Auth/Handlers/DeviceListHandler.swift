// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Answers `PublishDeviceList`.
struct DeviceListHandler: Sendable {
  let store: PostgresAccountStore
  let announcer: AccountChangeAnnouncer
  let limits: AuthRateLimits

  func publish(_ request: PublishDeviceList, _ origin: RequestOrigin) async throws -> Done {
    let publisher = try origin.authenticated()
    try await limits.takeDeviceList(of: publisher.account)
    guard let rootIdentityKey = try await store.rootIdentityKey(of: publisher.account) else {
      throw Failure(.deviceUnknown)
    }
    let list = try UnverifiedDeviceList(request.deviceList)
      .verified(account: publisher.account, rootIdentityKey: rootIdentityKey)
    let number = try await store.replaceDeviceList(with: list, by: publisher)
    try await announcer.announce(AccountChangeTable.Change(account: publisher.account, number: number))
    return Done()
  }
}
