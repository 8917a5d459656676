// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Postgres
import ServiceKit
import ServiceLifecycle
import TestSupport
import Wire

@testable import KeyDirectoryService

/// Asks the key directory as a gateway does, over the streams.
struct KeyClient: Sendable {
  let stack: TestStack
  let probe: RequestProbe

  /// Runs so many replicas of the key directory for the time of `body`.
  static func with(
    replicas: Int = 1, settings: [String: String] = [:],
    _ body: @escaping @Sendable (KeyClient) async throws -> Void
  ) async throws {
    try await TestStack.with { stack in
      var services: [any Service] = []
      for _ in 0..<replicas {
        services += try await KeyDirectoryService.build(stack.context("key-directory", settings: settings))
      }
      let client = KeyClient(stack: stack, probe: try await RequestProbe(stack))
      try await stack.run(services) { try await body(client) }
    }
  }

  func ask<Request: FrameBody, Answer: FrameBody>(
    _ request: Request, as device: Device?, expecting: Answer.Type = Answer.self
  ) async throws -> Answer {
    try await probe.ask(request, on: StreamName.keysQueue, as: device?.address)
  }

  func upload(_ keys: UploadKeys, as device: Device) async throws {
    _ = try await ask(keys, as: device, expecting: Done.self)
  }

  func status(of device: Device, suite: UInt64? = nil) async throws -> KeyStatus {
    try await ask(RequestKeyStatus(suite: suite), as: device)
  }

  func fetch(
    _ devices: [Device] = [], of device: Device, suite: UInt64? = nil, as requester: Device
  ) async throws -> Bundles {
    let request = FetchBundles(
      account: device.address.account, devices: devices.map(\.address.device), suite: suite)
    return try await ask(request, as: requester)
  }

  /// Stores a new device as auth would: with its account if that is not there yet.
  func newDevice(account: AccountID? = nil, device: UInt32 = 1, suite: UInt64 = 1) async throws -> Device {
    let device = try Device(account: account, device: device, suite: suite)
    try await store([device])
    return device
  }

  func store(_ devices: [Device]) async throws {
    try await stack.postgres.withTransaction { connection in
      for device in devices {
        try connection.execute(
          """
          INSERT INTO accounts (account, username, skeleton, suite, root_identity_key, device_list_number, device_list,
            device_list_signature, highest_device)
          VALUES ($1, $2, $2, 1, $3, 7, $4, $5, 6) ON CONFLICT DO NOTHING
          """,
          .uuid(device.address.account.bytes), .text(device.username),
          .bytes(Array(device.root.publicKey.rawRepresentation)), .bytes(device.list.payload),
          .bytes(device.list.signature))
        try connection.execute(
          "INSERT INTO devices (account, device, suite, signing_key, agreement_key) VALUES ($1, $2, $5, $3, $4)",
          .uuid(device.address.account.bytes), .int32(Int32(device.address.device.number)),
          .bytes(device.signingKey), .bytes(device.agreementKey), .int16(Int16(device.suite)))
      }
    }
  }
}
