// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import ServiceKit
import Testing

@testable import KeyDirectoryService

@Suite("Configuration of the key directory", .timeLimit(.minutes(3)))
struct KeyDirectoryConfigurationTests {
  @Test("the defaults are the documented ones")
  func defaults() throws {
    let configuration = try KeyDirectoryConfiguration(reader: .memory([:]))
    #expect(configuration.fetchBurst == 6 && configuration.fetchSeconds == 600)
    #expect(configuration.targetBurst == 60 && configuration.targetSeconds == 60)
  }

  @Test(
    "a setting out of its range is refused",
    arguments: [
      ("keys.fetch.burst", "0"), ("keys.fetch.burst", "x"), ("keys.fetch.seconds", "0"), ("keys.target.burst", "0"),
    ])
  func range(key: String, value: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try KeyDirectoryConfiguration(reader: .memory([key: value]))
    }
    #expect(error?.code == .invalid)
  }
}
