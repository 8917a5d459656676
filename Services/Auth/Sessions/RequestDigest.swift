// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import ServiceKit

/// By what a request is known again: SHA-256 of what its gateway has named it.
struct RequestDigest: Equatable, Sendable {
  let bytes: [UInt8]

  init(_ origin: RequestOrigin) {
    var hash = SHA256()
    hash.update(data: Array(origin.gateway.utf8) + [0])
    for number in [origin.connection, origin.request] {
      hash.update(data: (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) })
    }
    bytes = Array(hash.finalize())
  }
}
