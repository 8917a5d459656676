// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation

/// Where a profile is that was named on the command line.
enum ProfileLocation {
  static let defaultName = "default"

  /// A path if it has a slash or begins with a dot or a tilde, else a name among the profiles of this user.
  static func directory(_ profile: String?, environment: [String: String]) -> ProfileDirectory {
    let name = profile ?? environment["CONSTRUCT_PROFILE"].flatMap { $0.isEmpty ? nil : $0 } ?? defaultName
    if name.contains("/") || name.hasPrefix(".") || name.hasPrefix("~") {
      return ProfileDirectory(path: absolute((name as NSString).expandingTildeInPath))
    }
    return ProfileDirectory(path: base(environment) + "/" + name)
  }

  /// `$XDG_DATA_HOME/construct`, or `~/.local/share/construct`.
  static func base(_ environment: [String: String]) -> String {
    // The XDG base directory specification has relative values ignored.
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/construct" }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    return home + "/.local/share/construct"
  }

  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
