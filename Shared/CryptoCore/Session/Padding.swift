// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Padding of plaintext to size classes: plaintext ‖ 0x80 ‖ zeros up to the class.
///
/// Classes: multiples of 160 bytes up to 1,120; above, four classes to each doubling (1,280, 1,536, 1,792, 2,048, 2,560
/// …), so at most a quarter is added. The length of a message tells its class, one of 32, and no more.
public enum Padding {
  /// The largest class in use; with every header it stays below 96 KiB, the server's bound for a message.
  public static let maximumPaddedSize = 81_920
  /// The longest plaintext that a message carries.
  public static let maximumPlaintextSize = maximumPaddedSize - 1

  private static let step = 160
  private static let lastStep = 1_120

  /// The class for `count` bytes of plaintext, `0...maximumPlaintextSize`.
  public static func paddedSize(of count: Int) -> Int {
    let needed = count + 1
    if needed <= lastStep { return (needed + step - 1) / step * step }
    // 2^k < needed ≤ 2^(k+1): classes are 2^(k-2) apart.
    var spacing = 256
    while spacing * 8 < needed { spacing *= 2 }
    return (needed + spacing - 1) / spacing * spacing
  }

  /// Throws `plaintextTooLarge`.
  public static func pad(_ plaintext: [UInt8]) throws(CryptoError) -> [UInt8] {
    try pad(plaintext, limit: maximumPaddedSize)
  }

  /// The same classes up to another limit.
  static func pad(_ plaintext: [UInt8], limit: Int) throws(CryptoError) -> [UInt8] {
    guard plaintext.count < limit else { throw .plaintextTooLarge }
    let size = paddedSize(of: plaintext.count)
    var result: [UInt8] = []
    result.reserveCapacity(size)
    result.append(contentsOf: plaintext)
    result.append(0x80)
    result.append(contentsOf: repeatElement(0, count: size - result.count))
    return result
  }

  /// Removes the padding. Throws `malformedPadding` for anything that `pad` would not have made.
  public static func unpad(_ padded: consuming [UInt8]) throws(CryptoError) -> [UInt8] {
    try unpad(padded, limit: maximumPaddedSize)
  }

  static func unpad(_ padded: consuming [UInt8], limit: Int) throws(CryptoError) -> [UInt8] {
    var marker = padded.count
    repeat {
      guard marker > 0 else { throw .malformedPadding }
      marker -= 1
    } while padded[marker] == 0
    guard padded[marker] == 0x80, padded.count <= limit, paddedSize(of: marker) == padded.count else {
      throw .malformedPadding
    }
    // In place, where nobody else has the array.
    padded.removeLast(padded.count - marker)
    return padded
  }
}
