// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Token buckets of addresses, for requests of connections that have not authenticated: what one address asks for cannot
/// fill a service's queue, whatever that service makes of it. Each gateway has its own.
///
/// A bucket is the moment at which it will be full again, as in `token-bucket.lua`. Full ones are forgotten; of more
/// addresses than `capacity` at one time the rest share a bucket.
final class AddressBuckets: Sendable {
  static let capacity = 65_536

  private let rate: AddressRate
  private let capacity: Int
  private let buckets = Mutex(Buckets())

  /// In nanoseconds of the monotonic clock.
  private struct Buckets {
    /// By `ClientOrigin.prefix`.
    var byAddress: [[UInt8]: UInt64] = [:]
    var others: UInt64 = 0
    private var sweptAt: UInt64 = 0

    /// The key of an address's own bucket; nil if there is no room for one.
    mutating func bucket(of address: [UInt8], capacity: Int, now: UInt64) -> [UInt8]? {
      if byAddress[address] != nil || byAddress.count < capacity { return address }
      // A look at all of them is worth it now and then.
      guard now >= sweptAt + 500_000_000 else { return nil }
      sweptAt = now
      byAddress = byAddress.filter { $0.value > now }
      return byAddress.count < capacity ? address : nil
    }
  }

  init(rate: AddressRate, capacity: Int = AddressBuckets.capacity) {
    self.rate = rate
    self.capacity = capacity
  }

  /// Takes a token.
  /// - Parameters:
  ///   - address: `ClientOrigin.prefix`.
  ///   - milliseconds: by the monotonic clock.
  /// - Returns: nil if there was one, else the milliseconds until there is.
  func take(_ address: [UInt8], at milliseconds: UInt64) -> UInt64? {
    let now = milliseconds * 1_000_000
    let interval = 60_000_000_000 / UInt64(max(1, rate.minutely))
    return buckets.withLock { buckets in
      let bucket = buckets.bucket(of: address, capacity: capacity, now: now)
      let after = max(bucket.map { buckets.byAddress[$0, default: 0] } ?? buckets.others, now) + interval
      let most = now + interval * UInt64(max(1, rate.burst))
      guard after <= most else { return (after - most + 999_999) / 1_000_000 }
      if let bucket { buckets.byAddress[bucket] = after } else { buckets.others = after }
      return nil
    }
  }
}

/// How much may be asked for from one address without authentication.
struct AddressRate: Equatable, Sendable {
  /// Requests at once.
  var burst = 1_000
  /// Requests in a minute, lasting.
  var minutely = 3_000
}
