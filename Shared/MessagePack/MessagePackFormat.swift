// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Numbers of the encoding that writer and reader share.
@usableFromInline
enum MessagePackFormat {
  /// The one NaN that is written, and the one that is canonical: quiet, positive, without payload.
  @usableFromInline static let canonicalNaN: UInt64 = 0x7ff8_0000_0000_0000
}
