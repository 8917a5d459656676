// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackWriter {
  /// Appends an extension: 2, 3, 4 or 6 bytes and its payload, which is at most 4 GiB.
  @inlinable
  public mutating func writeExtension(type: Int8, _ payload: [UInt8]) {
    writeExtensionHeader(type: type, count: payload.count)
    storage.append(contentsOf: payload)
  }

  /// Appends an extension: 2, 3, 4 or 6 bytes and its payload, which is at most 4 GiB.
  @inlinable
  public mutating func writeExtension(type: Int8, _ payload: ArraySlice<UInt8>) {
    writeExtensionHeader(type: type, count: payload.count)
    storage.append(contentsOf: payload)
  }

  /// Appends a moment as the specification's extension type -1: 6, 10 or 15 bytes.
  public mutating func writeTimestamp(_ timestamp: MessagePackTimestamp) {
    let length = timestamp.payloadLength
    writeExtensionHeader(type: MessagePackTimestamp.extensionType, count: length)
    switch length {
    case 4:
      append(UInt32(truncatingIfNeeded: timestamp.seconds))
    case 8:
      append(UInt64(timestamp.nanoseconds) << 34 | UInt64(bitPattern: timestamp.seconds))
    default:
      append(timestamp.nanoseconds)
      append(UInt64(bitPattern: timestamp.seconds))
    }
  }

  @usableFromInline
  mutating func writeExtensionHeader(type: Int8, count: Int) {
    switch count {
    case 1: storage.append(0xd4)
    case 2: storage.append(0xd5)
    case 4: storage.append(0xd6)
    case 8: storage.append(0xd7)
    case 16: storage.append(0xd8)
    case 0...0xff: append(0xc7, UInt8(truncatingIfNeeded: count))
    case 0...0xffff: append(0xc8, UInt16(truncatingIfNeeded: count))
    default: append(0xc9, UInt32(count))
    }
    storage.append(UInt8(bitPattern: type))
  }
}
