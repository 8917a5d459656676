// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The chain that the next message is sent in.
package struct SendingChain: Sendable {
  package var chainKey: ChainKey
  /// Ns: the number of the next message.
  package var next: UInt32
}

/// A key that is kept under the number of its message.
protocol NumberedKey: Sendable {
  var number: UInt32 { get }
}

extension Array where Element: NumberedKey {
  /// Removes and returns the key of message `number` from keys by rising number.
  mutating func take(_ number: UInt32) -> Element? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].number < number { low = middle + 1 } else { high = middle }
    }
    guard low < count, self[low].number == number else { return nil }
    return remove(at: low)
  }
}

/// The key of a message that was jumped and may still come.
package struct SkippedKey: NumberedKey {
  package let number: UInt32
  package let key: MessageKey
}

/// A chain of the other side, told by its ratchet key.
package struct ReceivingChain: Sendable {
  package let ratchetKey: RemoteRatchetKey
  /// Nil once the other side has begun its next chain: then every key this chain still owes is in `skipped`.
  package var chainKey: ChainKey?
  /// Nr: numbers below it have been received, skipped or dropped.
  package var next: UInt32
  /// Keys of jumped messages, by rising number.
  package var skipped: [SkippedKey]

  /// Removes and returns the kept key of a jumped message.
  mutating func takeSkipped(_ number: UInt32) -> MessageKey? {
    skipped.take(number)?.key
  }

  /// Derives on until `number` is next, keeping the keys of the last `limit` messages that were passed.
  mutating func skip<Suite: CipherSuite>(to number: UInt32, keeping limit: Int, suite: Suite.Type) {
    guard var chain = chainKey else { return }
    while next < number {
      if Int(number - next) <= limit {
        skipped.append(SkippedKey(number: next, key: chain.messageKey(suite)))
      }
      chain = chain.next(suite)
      next += 1
    }
    chainKey = chain
  }
}
