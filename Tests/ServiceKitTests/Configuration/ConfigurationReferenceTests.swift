// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// docs/configuration.md against the sources: a setting that is read is documented, and the other way round.
@Suite("Configuration reference", .timeLimit(.minutes(3)))
struct ConfigurationReferenceTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The files that read settings.
  private static let sources = [
    "Services/Auth/AuthConfiguration.swift", "Services/Delivery/DeliveryConfiguration.swift",
    "Services/Gateway/GatewayConfiguration.swift", "Services/KeyDirectory/KeyDirectoryConfiguration.swift",
    "Services/PushRelay/PushRelayConfiguration.swift", "Shared/ServiceKit/Configuration/PostgresAddress.swift",
    "Shared/ServiceKit/Configuration/ProcessConfiguration.swift", "Shared/ServiceKit/Configuration/RedisLocation.swift",
    "Shared/ServiceKit/Migrations/MigrationRunner.swift",
  ]

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appending(path: path), encoding: .utf8)
  }

  /// Literals such as "postgres.pool.size", as the variables that they are.
  private static func keysRead() throws -> Set<String> {
    var keys: Set = ["CONSTRUCT_DOMAIN", "CONSTRUCT_SECRETS_DIRECTORY"]
    for source in sources {
      for match in try text(source).matches(of: #/"([a-z]+(?:\.[a-z]+)+)"/#) {
        keys.insert("CONSTRUCT_" + match.1.uppercased().replacing(".", with: "_"))
      }
    }
    return keys
  }

  private static func keysDocumented() throws -> Set<String> {
    var keys: Set<String> = []
    for line in try text("docs/configuration.md").split(separator: "\n") {
      if let match = line.firstMatch(of: #/^\| `(CONSTRUCT_[A-Z_]+)` \|/#) { keys.insert(String(match.1)) }
      if let match = line.firstMatch(of: #/^\| secret `([a-z-]+)` \|/#) {
        keys.insert("CONSTRUCT_" + match.1.uppercased().replacing("-", with: "_"))
      }
    }
    return keys
  }

  @Test("every setting that is read stands in docs/configuration.md, and none that is not")
  func complete() throws {
    let (read, documented) = (try Self.keysRead(), try Self.keysDocumented())
    #expect(read.subtracting(documented) == [])
    #expect(documented.subtracting(read) == [])
    #expect(read.count > 30)
  }
}
