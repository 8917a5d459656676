// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Sizes for files and archives: Padmé (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and
/// Communication with PURBs", 2019), with a floor.
///
/// A size keeps its first bits, as many as it takes to write its exponent; the others are rounded up. So at most 6.3 %
/// is added above the floor, less the larger the size is, and a length tells O(log log size) bits instead of O(log size):
/// one of 577 classes up to 4 GiB.
public enum SizePadding {
  /// Everything up to here looks alike.
  public static let minimumSize: UInt64 = 4_096

  /// The padded size of `count` bytes, which are at most 2^48.
  public static func paddedSize(of count: UInt64) -> UInt64 {
    guard count > minimumSize else { return minimumSize }
    let exponent = UInt64(63 - count.leadingZeroBitCount)
    let kept = UInt64(64 - exponent.leadingZeroBitCount)
    let mask = (UInt64(1) << (exponent - kept)) - 1
    return (count + mask) & ~mask
  }
}
