// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import GatewayService

@Suite("The buckets of addresses")
struct AddressBucketsTests {
  private let alice: [UInt8] = [127, 0, 0, 1]
  private let bob: [UInt8] = [127, 0, 0, 2]

  @Test("an address has its burst, then one more as time passes, and others do not notice")
  func burst() {
    let buckets = AddressBuckets(rate: AddressRate(burst: 3, minutely: 60))
    for _ in 0..<3 { #expect(buckets.take(alice, at: 5_000) == nil) }
    #expect(buckets.take(alice, at: 5_000) == 1_000)
    #expect(buckets.take(bob, at: 5_000) == nil)
    #expect(buckets.take(alice, at: 5_600) == 400)
    #expect(buckets.take(alice, at: 6_000) == nil)
    #expect(buckets.take(alice, at: 6_000) == 1_000)
    for _ in 0..<3 { #expect(buckets.take(alice, at: 100_000) == nil) }
    #expect(buckets.take(alice, at: 100_000) == 1_000)
  }

  @Test("of more addresses than there is room for the rest share a bucket, until one is full again")
  func capacity() {
    let buckets = AddressBuckets(rate: AddressRate(burst: 1, minutely: 60), capacity: 2)
    #expect(buckets.take(alice, at: 1_000) == nil)
    #expect(buckets.take(bob, at: 1_500) == nil)
    #expect(buckets.take([1], at: 1_600) == nil)
    #expect(buckets.take([2], at: 1_600) == 1_000, "the shared one is empty")
    // Alice's is full again, and makes room.
    #expect(buckets.take([3], at: 2_100) == nil)
    #expect(buckets.take([3], at: 2_100) == 1_000)
  }
}
