// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Metrics
import ServiceKit
import Wire

/// Answers `UploadKeys`, `RequestKeyStatus` and `FetchBundles`.
struct PreKeyHandler: Sendable {
  let store: PostgresPreKeyStore
  let directory: PostgresAccountDirectory
  let limits: KeyRateLimits

  func upload(_ request: UploadKeys, _ origin: RequestOrigin) async throws -> Done {
    let device = try origin.authenticated()
    try await limits.takeUpload(by: device)
    guard let identity = try await directory.identity(of: device) else { throw Failure(.deviceUnknown) }
    try await store.store(try UnverifiedPreKeys(request).verified(for: identity), of: device)
    return Done()
  }

  func status(_ request: RequestKeyStatus, _ origin: RequestOrigin) async throws -> KeyStatus {
    let device = try origin.authenticated()
    try await limits.takeStatus(by: device)
    return try await store.status(of: device, suite: request.suite)
  }

  func fetch(_ request: FetchBundles, _ origin: RequestOrigin) async throws -> Bundles {
    let requester = try origin.authenticated()
    let isOneTimeAllowed = try await limits.takeFetch(of: request.account, by: requester.account)
    let bundles = try await store.takeBundles(request, for: requester, isOneTimeAllowed: isOneTimeAllowed)
    Self.count(bundles)
    return bundles
  }

  private static func count(_ bundles: Bundles) {
    let oneTime = bundles.bundles.count { $0.oneTimePreKey != nil }
    Counter(label: "construct_prekeys_handed_out", dimensions: [("kind", "one-time")]).increment(by: oneTime)
    Counter(label: "construct_prekeys_handed_out", dimensions: [("kind", "last-resort")])
      .increment(by: bundles.bundles.count - oneTime)
  }
}
