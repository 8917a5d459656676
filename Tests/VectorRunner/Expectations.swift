// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore

/// Throws `mismatch` unless both are the same.
func expect<Value: Equatable>(_ name: String, _ actual: Value, is expected: Value) throws(VectorProblem) {
  guard actual == expected else {
    throw .mismatch("\(name) is \(described(actual)), expected \(described(expected))")
  }
}

func expect(_ name: String, _ actual: SecretBytes, is expected: [UInt8]) throws(VectorProblem) {
  try expect(name, actual.exposed(), is: expected)
}

/// Throws `mismatch` unless `body` throws one of `errors`.
func expectRefusal<Value>(
  _ name: String, with errors: CryptoError..., body: () throws(CryptoError) -> Value
) throws(VectorProblem) {
  do {
    _ = try body()
  } catch {
    guard errors.contains(error) else { throw .mismatch("\(name) is refused as \(error), expected \(errors)") }
    return
  }
  throw .mismatch("\(name) is accepted, and must be refused")
}

private func described(_ value: some Any) -> String {
  switch value {
  case let bytes as [UInt8]: bytes.isEmpty ? "empty" : hexadecimal(bytes)
  case let bytes as [UInt8]?: bytes.map { hexadecimal($0) } ?? "absent"
  case let list as [[UInt8]]: "[" + list.map { hexadecimal($0) }.joined(separator: ", ") + "]"
  default: "\(value)"
  }
}
