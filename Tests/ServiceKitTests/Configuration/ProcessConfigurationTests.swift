// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import Logging
import Postgres
import Testing

@testable import ServiceKit

@Suite("Configuration of a process", .timeLimit(.minutes(3)))
struct ProcessConfigurationTests {
  private static let environment = [
    "CONSTRUCT_DOMAIN": "Chat.Example",
    "CONSTRUCT_POSTGRES_URL": "host=/run/postgresql dbname=construct user=construct",
    "CONSTRUCT_REDIS_URL": "redis://redis:6379/2",
    "CONSTRUCT_SECRETS_DIRECTORY": "/tmp",
  ]

  private func configuration(_ changes: [String: String] = [:], secrets: [String: String] = [:]) throws
    -> ProcessConfiguration
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder.appending(path: "..data"), withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    for (name, text) in secrets {
      // As Kubernetes mounts them: a link into a hidden folder.
      try text.write(to: folder.appending(path: "..data/\(name)"), atomically: false, encoding: .utf8)
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending(path: name).path(percentEncoded: false), withDestinationPath: "..data/\(name)")
    }
    var environment = Self.environment.merging(changes) { _, new in new }
    environment["CONSTRUCT_SECRETS_DIRECTORY"] = folder.path(percentEncoded: false)
    return try ProcessConfiguration(reader: ConfigReader.process(environment: environment), service: "auth")
  }

  @Test("defaults hold, the domain is folded, and addresses for logs have no password")
  func defaults() throws {
    let configuration = try configuration(secrets: ["postgres-password": "p'w\\\n", "redis-password": "s/e:c@"])
    #expect(configuration.domain == "chat.example")
    #expect(configuration.httpHost == "0.0.0.0")
    #expect(configuration.httpPort == 9_090)
    #expect(configuration.logLevel == .info)
    #expect(configuration.postgres.poolSize == 4)
    #expect(configuration.postgres.connectionString.hasSuffix(#" user=construct password='p\'w\\'"#))
    #expect(configuration.postgresDescription == "host=/run/postgresql dbname=construct")
    #expect(configuration.redisDescription == "redis://redis:6379/2")
  }

  @Test("a URI takes the password as a parameter")
  func uri() throws {
    let plain = try configuration(
      ["CONSTRUCT_POSTGRES_URL": "postgresql://me@db:5433/construct"], secrets: ["postgres-password": "a b&c"])
    #expect(
      plain.postgres.connectionString == "postgresql://me@db:5433/construct?password=%61%20%62%26%63")
    #expect(plain.postgresDescription == "host=db port=5433 dbname=construct")
    let more = try configuration(
      ["CONSTRUCT_POSTGRES_URL": "postgres://me@db/construct?sslmode=require"], secrets: ["postgres-password": "x"])
    #expect(more.postgres.connectionString == "postgres://me@db/construct?sslmode=require&password=%78")
  }

  @Test(
    "what is missing or wrong is named",
    arguments: [
      ("CONSTRUCT_DOMAIN", ""), ("CONSTRUCT_DOMAIN", "chat"), ("CONSTRUCT_DOMAIN", "chat..example"),
      ("CONSTRUCT_DOMAIN", "-a.example"), ("CONSTRUCT_DOMAIN", "chat.example/x"), ("CONSTRUCT_POSTGRES_URL", ""),
      ("CONSTRUCT_POSTGRES_URL", "localhost"), ("CONSTRUCT_POSTGRES_URL", "host='a"),
      ("CONSTRUCT_REDIS_URL", ""), ("CONSTRUCT_REDIS_URL", "http://redis"), ("CONSTRUCT_REDIS_URL", "unix://socket"),
      ("CONSTRUCT_HTTP_PORT", "65536"), ("CONSTRUCT_POSTGRES_POOL_SIZE", "0"), ("CONSTRUCT_LOG_LEVEL", "loud"),
    ])
  func wrong(key: String, value: String) {
    let error = #expect(throws: ConfigurationError.self) { try configuration([key: value]) }
    #expect(error?.key == key)
  }

  @Test(
    "a password in a URL is refused without being repeated",
    arguments: [
      ("CONSTRUCT_POSTGRES_URL", "host=db password=hunter2"),
      ("CONSTRUCT_POSTGRES_URL", "postgresql://me:hunter2@db/x"),
      ("CONSTRUCT_POSTGRES_URL", "postgresql://db/x?password=hunter2"),
      ("CONSTRUCT_REDIS_URL", "redis://:hunter2@redis"),
      ("CONSTRUCT_REDIS_URL", "unix://:hunter2@/run/redis.sock"),
    ])
  func password(key: String, value: String) {
    let error = #expect(throws: ConfigurationError.self) { try configuration([key: value]) }
    #expect(error?.key == key)
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test("an environment variable comes before a file")
  func order() throws {
    let configuration = try configuration(
      ["CONSTRUCT_POSTGRES_PASSWORD": "variable"], secrets: ["postgres-password": "file"])
    #expect(configuration.postgres.connectionString.hasSuffix("password='variable'"))
  }

  @Test("a secrets folder that was named must be there; the default one need not")
  func folder() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigReader.process(environment: ["CONSTRUCT_SECRETS_DIRECTORY": "/nonexistent"])
    }
    #expect(error?.code == .unreadable)
    #expect(throws: Never.self) { try ConfigReader.process(environment: [:]) }
  }

  @Test("a secret that is no text is an error for who asks for it, and for nobody else")
  func binary() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    try Data([0xFF, 0xFE]).write(to: folder.appending(path: "push-secret"))
    try Data(repeating: 0x30, count: 65_537).write(to: folder.appending(path: "token-secret"))
    let reader = try ConfigReader.process(
      environment: ["CONSTRUCT_SECRETS_DIRECTORY": folder.path(percentEncoded: false)])
    for key in ["push.secret", "token.secret"] {
      let error = #expect(throws: ConfigurationError.self) { try reader.secret(key, hexBytes: 32) }
      #expect(error?.code == .invalid)
    }
    #expect(try reader.text("http.host", default: "0.0.0.0") == "0.0.0.0")
  }
}
