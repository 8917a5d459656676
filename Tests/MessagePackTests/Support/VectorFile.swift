// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import MessagePack

/// One of the files in Tests/Vectors/msgpack.
enum VectorFile: String {
  case suite = "msgpack-test-suite.json"
  case nested = "computed_nested.json"

  func parsed() throws -> MessagePackValue {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = tests.appending(path: "Vectors/msgpack").appending(path: rawValue)
    return try JSONText.parse([UInt8](Data(contentsOf: file)))
  }
}
