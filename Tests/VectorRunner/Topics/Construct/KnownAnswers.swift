// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto

/// What our own files have for randomness and contents: SHA-256 of a name and a counter.
package func fixed(_ name: String, _ count: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  for block in 0...count / 32 { bytes += NativeCryptoProvider.sha256(Array("\(name) \(block)".utf8)) }
  return Array(bytes.prefix(count))
}
