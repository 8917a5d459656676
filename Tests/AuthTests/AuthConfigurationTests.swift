// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import ServiceKit
import Testing

@testable import AuthService

@Suite("Configuration of auth", .timeLimit(.minutes(3)))
struct AuthConfigurationTests {
  private static let secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

  @Test("the defaults are the documented ones")
  func defaults() throws {
    let configuration = try AuthConfiguration(reader: .memory(["token.secret": Self.secret]))
    #expect(configuration.accessLifetimeSeconds == 900)
    #expect(configuration.refreshLifetimeSeconds == 2_592_000)
    #expect(configuration.keyRotationSeconds == 604_800)
    #expect(configuration.registrationDifficulty == 18)
    #expect(configuration.registrationRate.burst == 20 && configuration.registrationRate.hourly == 120)
    #expect(configuration.loginRate.burst == 300 && configuration.loginRate.hourly == 18_000)
  }

  @Test("without the token secret nothing starts, and the error names its file")
  func missingSecret() {
    let error = #expect(throws: ConfigurationError.self) { try AuthConfiguration(reader: .memory([:])) }
    #expect(error?.code == .missing)
    #expect(error?.description.contains("token-secret") == true)
  }

  @Test("a token secret of another length is refused and not repeated")
  func shortSecret() {
    let error = #expect(throws: ConfigurationError.self) {
      try AuthConfiguration(reader: .memory(["token.secret": "0011223344"]))
    }
    #expect(error?.code == .invalid)
    #expect(error?.description.contains("0011223344") == false)
  }

  @Test(
    "a setting out of its range is refused",
    arguments: [
      ("registration.difficulty", "33"), ("registration.difficulty", "-1"), ("token.access.lifetime.seconds", "59"),
      ("token.refresh.lifetime.seconds", "10"), ("token.key.rotation.seconds", "1"), ("registration.burst", "0"),
      ("registration.hourly", "many"), ("login.burst", "0"), ("login.hourly", "0"),
    ])
  func range(key: String, value: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try AuthConfiguration(reader: .memory(["token.secret": Self.secret, key: value]))
    }
    #expect(error?.code == .invalid)
  }
}
