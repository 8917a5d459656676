// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

package import CryptoCore
import NativeCrypto
import Synchronization

/// The native provider with given randomness, for known answers. The core needs no door for it: it is generic over the
/// provider.
package enum ScriptedProvider: CryptoProvider {
  typealias Native = NativeCryptoProvider

  /// Where the randomness of a call comes from.
  package enum Randomness: Sendable {
    /// These bytes, all of them.
    case exactly([UInt8])
    /// SHA-256(seed ‖ 0) ‖ SHA-256(seed ‖ 1) ‖ …, as much of it as is asked for.
    case stream(seed: [UInt8])
  }

  @TaskLocal private static var script: Script?

  /// Runs `body` and answers the randomness that it used. Throws a `ScriptProblem` if it used fewer bytes than were given.
  package static func with<Result>(
    _ randomness: Randomness, _ body: () throws -> Result
  ) throws -> (result: Result, used: [UInt8]) {
    let script = Script(randomness)
    let result = try $script.withValue(script, operation: body)
    return (result, try script.used())
  }

  private final class Script: Sendable {
    private struct State {
      var used: [UInt8] = []
      var available: [UInt8] = []
      var block: UInt8 = 0
    }

    private let randomness: Randomness
    private let state = Mutex(State())

    init(_ randomness: Randomness) {
      self.randomness = randomness
    }

    func next(_ count: Int) -> [UInt8]? {
      state.withLock { state in
        switch randomness {
        case .exactly(let bytes): state.available = bytes
        case .stream(let seed):
          while state.available.count < state.used.count + count {
            state.available += Native.sha256(seed + [state.block])
            state.block += 1
          }
        }
        guard state.used.count + count <= state.available.count else { return nil }
        let bytes = Array(state.available[state.used.count..<state.used.count + count])
        state.used += bytes
        return bytes
      }
    }

    func used() throws(ScriptProblem) -> [UInt8] {
      let used = state.withLock(\.used)
      if case .exactly(let bytes) = randomness, used.count < bytes.count {
        throw ScriptProblem(used: used.count, given: bytes.count)
      }
      return used
    }
  }

  package static func randomBytes(count: Int) throws(CryptoError) -> [UInt8] {
    guard let bytes = script?.next(count) else { throw .randomnessUnavailable }
    return bytes
  }

  package static func randomSecret(count: Int) throws(CryptoError) -> SecretBytes {
    SecretBytes(copying: try randomBytes(count: count))
  }

  /// The core's own encapsulation, which takes its randomness from outside.
  package static func mlkemEncapsulate(
    to publicKey: [UInt8], set: MLKEMParameterSet
  ) throws(CryptoError) -> Encapsulation {
    try Native.mlkemCheck(publicKey: publicKey, set: set)
    return try MLKEMEncapsulation.encapsulate(to: publicKey, randomness: randomSecret(count: 32), set: set)
  }
}

/// Code has not drawn all the randomness that it was given.
package struct ScriptProblem: Error, CustomStringConvertible {
  let used: Int
  let given: Int

  package var description: String { "\(used) bytes of randomness were used, not \(given)" }
}
