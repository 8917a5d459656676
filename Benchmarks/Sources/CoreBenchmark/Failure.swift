// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Says what is too much, and ends with an error.
func fail(_ complaints: [String]) -> Never {
  for complaint in complaints { FileHandle.standardError.write(Data((complaint + "\n").utf8)) }
  exit(1)
}
