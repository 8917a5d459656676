// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Postgres
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import KeyDirectoryService

@Suite("Uploading prekeys", .timeLimit(.minutes(3)))
struct UploadTests {
  @Test("what was uploaded stands in the status")
  func upload() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      #expect(try await client.status(of: device) == KeyStatus(oneTimePreKeys: 0))
      try await client.upload(
        UploadKeys(
          signedPreKey: device.signedPreKey(UInt32.max, as: .signed),
          lastResortPreKey: device.signedPreKey(0, as: .lastResort),
          oneTimePreKeys: Device.oneTimePreKeys(1...100)), as: device)
      let status = try await client.status(of: device)
      #expect(status.oneTimePreKeys == 100)
      #expect(status.signedPreKeyID == UInt32.max)
      #expect(status.lastResortPreKeyID == 0)
      let now = systemMilliseconds()
      #expect((now - 60_000...now + 60_000).contains(status.signedPreKeyUploadedAt ?? 0))
    }
  }

  @Test("an absent prekey stays as it is, a new one takes the old one's place")
  func rotation() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      try await client.upload(
        UploadKeys(
          signedPreKey: device.signedPreKey(1, as: .signed), lastResortPreKey: device.signedPreKey(1, as: .lastResort),
          oneTimePreKeys: []), as: device)
      try await client.upload(
        UploadKeys(signedPreKey: device.signedPreKey(2, as: .signed), oneTimePreKeys: []), as: device)
      try await client.upload(UploadKeys(oneTimePreKeys: Device.oneTimePreKeys([1])), as: device)
      let status = try await client.status(of: device)
      #expect(status.signedPreKeyID == 2 && status.lastResortPreKeyID == 1 && status.oneTimePreKeys == 1)
    }
  }

  @Test("the same upload again changes nothing, not even its time")
  func repetition() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      let upload = UploadKeys(
        signedPreKey: try device.signedPreKey(1, as: .signed),
        lastResortPreKey: try device.signedPreKey(1, as: .lastResort),
        oneTimePreKeys: Device.oneTimePreKeys(1...100))
      try await client.upload(upload, as: device)
      let first = try await client.status(of: device)
      try await client.upload(upload, as: device)
      #expect(try await client.status(of: device) == first)
    }
  }

  @Test("a repeated upload does not bring back a prekey that was handed out")
  func spent() async throws {
    try await KeyClient.with { client in
      let (device, other) = (try await client.newDevice(), try await client.newDevice())
      let upload = UploadKeys(
        signedPreKey: try device.signedPreKey(1, as: .signed), oneTimePreKeys: Device.oneTimePreKeys(1...2))
      try await client.upload(upload, as: device)
      let handedOut = try await client.fetch(of: device, as: other).bundles.first?.oneTimePreKey
      #expect(handedOut == upload.oneTimePreKeys[0])
      try await client.upload(upload, as: device)
      #expect(try await client.status(of: device).oneTimePreKeys == 1)
      #expect(try await client.fetch(of: device, as: other).bundles.first?.oneTimePreKey == upload.oneTimePreKeys[1])
      #expect(try await client.fetch(of: device, as: other).bundles.first?.oneTimePreKey == nil)
    }
  }

  @Test("an id with another key is refused, even after it was handed out, and nothing of that upload is stored")
  func conflict() async throws {
    try await KeyClient.with { client in
      let (device, other) = (try await client.newDevice(), try await client.newDevice())
      try await client.upload(
        UploadKeys(
          signedPreKey: device.signedPreKey(1, as: .signed), lastResortPreKey: device.signedPreKey(1, as: .lastResort),
          oneTimePreKeys: Device.oneTimePreKeys(1...2)), as: device)
      _ = try await client.fetch(of: device, as: other)
      let before = try await client.status(of: device)
      let conflicts = [
        UploadKeys(
          signedPreKey: try device.signedPreKey(9, as: .signed), oneTimePreKeys: Device.oneTimePreKeys([1, 5])),
        UploadKeys(oneTimePreKeys: Device.oneTimePreKeys([5, 2])),
        UploadKeys(
          signedPreKey: try device.signedPreKey(1, as: .signed), oneTimePreKeys: Device.oneTimePreKeys([6])),
        UploadKeys(
          lastResortPreKey: try device.signedPreKey(1, as: .lastResort), oneTimePreKeys: Device.oneTimePreKeys([6])),
      ]
      for upload in conflicts {
        await expectRefusal(.preKeyConflict) { try await client.upload(upload, as: device) }
      }
      #expect(try await client.status(of: device) == before)
    }
  }

  @Test("more than a hundred waiting prekeys are refused, and none of that upload is stored")
  func tooMany() async throws {
    try await KeyClient.with { client in
      let (device, other) = (try await client.newDevice(), try await client.newDevice())
      try await client.upload(
        UploadKeys(
          signedPreKey: device.signedPreKey(1, as: .signed), oneTimePreKeys: Device.oneTimePreKeys(1...98)),
        as: device)
      let three = UploadKeys(oneTimePreKeys: Device.oneTimePreKeys(200...202))
      await expectRefusal(.tooManyPreKeys) { try await client.upload(three, as: device) }
      #expect(try await client.status(of: device).oneTimePreKeys == 98)
      _ = try await client.fetch(of: device, as: other)
      try await client.upload(three, as: device)
      #expect(try await client.status(of: device).oneTimePreKeys == 100)
    }
  }

  @Test("more than a hundred prekeys in one upload are malformed")
  func tooManyAtOnce() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      await expectRefusal(.malformedFrame) {
        try await client.upload(UploadKeys(oneTimePreKeys: Device.oneTimePreKeys(1...101)), as: device)
      }
    }
  }

  @Test("uploads of one device at once, at four replicas, stay within the hundred")
  func race() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      let identity = DeviceIdentity(suite: 1, signingKey: Array(device.signing.publicKey.rawRepresentation))
      let uploads = try (0..<4 as Range<UInt32>).map { number in
        let keys = UploadKeys(oneTimePreKeys: Device.oneTimePreKeys((number * 40)..<(number * 40 + 40)))
        return (
          store: PostgresPreKeyStore(postgres: try client.stack.context("key-directory").postgres),
          keys: try UnverifiedPreKeys(keys).verified(for: identity)
        )
      }
      var found: [FailureCode?] = []
      try await client.stack.holding("SELECT device FROM devices FOR UPDATE", until: uploads.count) {
        found = await outcomes(of: uploads.count) { index in
          try await uploads[index].store.store(uploads[index].keys, of: device.address)
        }
      }
      #expect(found.count { $0 == nil } == 2)
      #expect(found.count { $0 == .tooManyPreKeys } == 2)
      #expect(try await client.status(of: device).oneTimePreKeys == 80)
    }
  }

  @Test("a bad signature reaches the client as a refusal and leaves nothing behind")
  func badSignature() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      var preKey = try device.signedPreKey(1, as: .signed)
      preKey.signature[0] ^= 1
      let upload = UploadKeys(signedPreKey: preKey, oneTimePreKeys: Device.oneTimePreKeys([1]))
      await expectRefusal(.signatureInvalid) { try await client.upload(upload, as: device) }
      #expect(try await client.status(of: device) == KeyStatus(oneTimePreKeys: 0))
    }
  }

  @Test("an unknown device and a connection that is not authenticated upload nothing")
  func unknown() async throws {
    try await KeyClient.with { client in
      let stranger = try Device()
      let upload = UploadKeys(oneTimePreKeys: Device.oneTimePreKeys([1]))
      await expectRefusal(.deviceUnknown) { try await client.upload(upload, as: stranger) }
      await expectRefusal(.notAuthenticated) { _ = try await client.ask(upload, as: nil, expecting: Done.self) }
      await expectRefusal(.notAuthenticated) {
        _ = try await client.ask(RequestKeyStatus(), as: nil, expecting: KeyStatus.self)
      }
    }
  }

  @Test("with a device go its prekeys, handed out or not, and no other device's")
  func removal() async throws {
    try await KeyClient.with { client in
      let phone = try await client.newDevice()
      let tablet = try await client.newDevice(account: phone.address.account, device: 2)
      for device in [phone, tablet] {
        try await client.upload(
          UploadKeys(
            signedPreKey: device.signedPreKey(1, as: .signed),
            lastResortPreKey: device.signedPreKey(1, as: .lastResort),
            oneTimePreKeys: Device.oneTimePreKeys(1...3)), as: device)
      }
      _ = try await client.fetch(of: phone, as: client.newDevice())
      try await client.stack.execute(
        "DELETE FROM devices WHERE account = $1 AND device = 2", .uuid(phone.address.account.bytes))
      let rows = try await client.stack.count(
        """
        SELECT (SELECT count(*) FROM signed_prekeys) + (SELECT count(*) FROM last_resort_prekeys)
          + (SELECT count(*) FROM one_time_prekeys)
        """)
      #expect(rows == 5)
      #expect(try await client.status(of: phone).oneTimePreKeys == 2)
    }
  }

  @Test("a device uploads thirty times, then is held back")
  func rateLimit() async throws {
    try await KeyClient.with { client in
      let device = try await client.newDevice()
      let nothing = UploadKeys(oneTimePreKeys: [])
      for _ in 0..<30 { try await client.upload(nothing, as: device) }
      await expectRefusal(.rateLimited) { try await client.upload(nothing, as: device) }
    }
  }
}
