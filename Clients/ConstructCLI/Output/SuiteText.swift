// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import CryptoCore

/// Suites in words for people.
enum SuiteText {
  /// What protects a conversation, in one phrase.
  static func phrase(_ suite: SuiteID) -> String {
    switch suite {
    case .hybrid: "post-quantum, suite 2"
    case .hybridLevel5: "post-quantum at level 5, suite 3"
    default: "not post-quantum, suite \(suite.rawValue)"
    }
  }
}
