// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreSelfTest
import CryptoCore
import Foundation
import NativeCrypto

/// The native side of `deploy/wasm`. Without arguments: the self-test. With a suite and an account's byte: a device that
/// answers commands on standard input, one line of hexadecimal digits each; an answer is `ok` or `failed` and digits.
@main
enum CoreSelfTestCommand {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { UInt8($0) }
    if arguments.count == 2 { try talk(TalkingDevice(suite: arguments[0], account: arguments[1])) } else { test() }
  }

  private static func test() {
    var test = SelfTest<NativeCryptoProvider>()
    test.run()
    for failure in test.failures { print("failed: \(failure)") }
    print("native: \(test.passed) passed, \(test.failures.count) failed")
    exit(test.failures.isEmpty ? 0 : 1)
  }

  private static func talk(_ device: TalkingDevice<NativeCryptoProvider>) {
    while let line = readLine() {
      let answer: String
      do throws(CryptoError) { answer = "ok \(hex(try device.handle(bytes(line))))" } catch {
        answer = "failed \(error)"
      }
      // Not by `print`, which would hold answers back in a pipe.
      FileHandle.standardOutput.write(Data((answer + "\n").utf8))
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
