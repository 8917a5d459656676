// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import CryptoCore

/// Suites in words for people.
enum SuiteText {
  /// What protects a conversation, in one phrase.
  static func phrase(_ suite: SuiteID) -> String {
    "\(KnownSuite(suite).map(strength) ?? "unknown to this version"), suite \(suite.rawValue)"
  }

  /// Which suites there are to choose from.
  static let choices = ClientSuites.offered.map { "\($0.rawValue) \(strength($0))" }.joined(separator: ", ")

  private static func strength(_ suite: KnownSuite) -> String {
    switch suite {
    case .classic: "not post-quantum"
    case .hybrid: "post-quantum"
    case .hybridLevel5: "post-quantum at level 5"
    }
  }
}
