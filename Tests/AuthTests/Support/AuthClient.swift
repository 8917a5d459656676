// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import AuthService

/// Asks auth as a gateway does, over the streams.
struct AuthClient: Sendable {
  let stack: TestStack
  let probe: RequestProbe

  /// Runs so many replicas of auth for the time of `body`.
  static func with(
    replicas: Int = 1, settings: [String: String] = [:],
    _ body: @escaping @Sendable (AuthClient) async throws -> Void
  ) async throws {
    try await TestStack.with { stack in
      var services: [any Service] = []
      for _ in 0..<replicas { services += try await AuthService.build(stack.context("auth", settings: settings)) }
      let client = AuthClient(stack: stack, probe: try await RequestProbe(stack))
      try await stack.run(services) { try await body(client) }
    }
  }

  func ask<Request: FrameBody, Answer: FrameBody>(
    _ request: Request, as address: DeviceAddress? = nil, origin: [UInt8]? = nil,
    expecting: Answer.Type = Answer.self
  ) async throws -> Answer {
    try await probe.ask(request, on: StreamName.authQueue, as: address, origin: origin)
  }

  func registrationChallenge() async throws -> RegistrationChallenge { try await ask(RequestRegistration()) }

  /// Somebody new, with a challenge for registering.
  func newcomer(
    _ username: String = Person.freshUsername()
  ) async throws -> (person: Person, registration: Register) {
    let challenge = try await registrationChallenge()
    let person = try Person(username, account: challenge.account)
    return (person, try person.registration(challenge.challenge, difficulty: challenge.difficulty))
  }

  func registered(_ username: String = Person.freshUsername()) async throws -> Person {
    let (person, registration) = try await newcomer(username)
    _ = try await ask(registration, expecting: Registered.self)
    return person
  }

  func loginRequest(_ person: Person, with keys: DeviceKeys? = nil) async throws -> Login {
    let device = (keys ?? person.first).device
    let challenge: LoginChallenge = try await ask(RequestLogin(account: person.account, device: device))
    return try person.login(challenge.challenge, domain: TestStack.domain, with: keys)
  }

  func login(_ person: Person, with keys: DeviceKeys? = nil) async throws -> Tokens {
    try await ask(loginRequest(person, with: keys))
  }

  func refresh(_ tokens: Tokens) async throws -> Tokens {
    try await ask(RefreshTokens(refreshToken: tokens.refreshToken))
  }

  func publish(_ list: SignedDeviceList, as address: DeviceAddress) async throws {
    _ = try await ask(PublishDeviceList(deviceList: list), as: address, expecting: Done.self)
  }
}
