// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import VectorRunner

@testable import CryptoCore

/// Keeps every key and nonce that messages were sealed with, so that one that is used for two plaintexts is found. A
/// message counts when it leaves: what a crash undid before is forgotten.
final class SealRecorder: Sendable {
  private struct State {
    var left: [[UInt8]: [UInt8]] = [:]
    var pending: [(use: [UInt8], plaintext: [UInt8])] = []
  }

  private let state = Mutex(State())

  @TaskLocal static var current: SealRecorder?

  fileprivate func sealed(_ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8]) {
    state.withLock { $0.pending.append((key.exposed() + nonce, plaintext)) }
  }

  /// What was sealed since the last time has left.
  /// - Returns: false if a key and nonce have sealed something else before.
  func left() -> Bool {
    state.withLock { state in
      defer { state.pending = [] }
      return state.pending.allSatisfy { use, plaintext in
        state.left.updateValue(plaintext, forKey: use).map { $0 == plaintext } ?? true
      }
    }
  }

  /// What was sealed since the last time never left.
  func undone() { state.withLock { $0.pending = [] } }
}

/// A suite whose messages' keys go to the `SealRecorder` of the task.
enum RecordingSuite<Base: CipherSuite>: WrappedSuite {
  static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    SealRecorder.current?.sealed(plaintext, key: key, nonce: nonce)
    return try Base.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
  }
}
