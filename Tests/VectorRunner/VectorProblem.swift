// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Why a case did not pass, or a file could not be run. The texts complete "the case …" and "the file …".
package enum VectorProblem: Error, Hashable, Sendable {
  /// The file cannot be opened, or is not JSON.
  case unreadable(String)
  /// A field is missing or is not what its format says.
  case malformed(String)
  /// The code's answer is another one than the file's.
  case mismatch(String)
  /// The case asks for something that is not ours; the text says what and why.
  case skipped(String)

  package var text: String {
    switch self {
    case .unreadable(let text), .malformed(let text), .mismatch(let text), .skipped(let text): text
    }
  }
}
