// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import KeyDirectoryService

@Suite("Prekeys by suite", .timeLimit(.minutes(3)))
struct PreKeySuiteTests {
  @Test("a hybrid device has prekeys of its own suite and of suite 1, and each is handed out to those who ask for it")
  func twoSuites() async throws {
    try await KeyClient.with { client in
      let bob = try await client.newDevice(suite: 2)
      let alice = try await client.newDevice()
      let hybrid = try bob.hybridPreKeys(signed: 1, lastResort: 2, oneTime: [3, 4])
      let classic = UploadKeys(
        signedPreKey: try bob.signedPreKey(1, as: .signed), lastResortPreKey: try bob.signedPreKey(2, as: .lastResort),
        oneTimePreKeys: Device.oneTimePreKeys([3]), suite: 1)
      try await client.upload(hybrid, as: bob)
      try await client.upload(classic, as: bob)
      #expect(try await client.status(of: bob).oneTimePreKeys == 2)
      #expect(try await client.status(of: bob, suite: 1).oneTimePreKeys == 1)

      let own = try #require(try await client.fetch(of: bob, as: alice).bundles.first)
      #expect(own.signedPreKey == hybrid.signedPreKey && own.oneTimePreKey == hybrid.oneTimePreKeys[0])
      let view = try #require(try await client.fetch(of: bob, suite: 1, as: alice).bundles.first)
      #expect(view.signedPreKey == classic.signedPreKey && view.oneTimePreKey == classic.oneTimePreKeys[0])
      let later = try #require(try await client.fetch(of: bob, suite: 1, as: alice).bundles.first)
      #expect(later.oneTimePreKey == nil && later.lastResortPreKey == classic.lastResortPreKey)
      #expect(try await client.fetch(of: bob, suite: 2, as: alice).bundles.first?.oneTimePreKey?.id == 4)
      #expect(try await client.fetch(of: bob, suite: 3, as: alice).bundles.isEmpty)
    }
  }

  @Test("devices of different suites get bundles of their own suites in one answer")
  func mixed() async throws {
    try await KeyClient.with { client in
      let phone = try await client.newDevice(suite: 2)
      let old = try await client.newDevice(account: phone.address.account, device: 2)
      let alice = try await client.newDevice()
      try await client.upload(phone.hybridPreKeys(signed: 1, lastResort: 1, oneTime: []), as: phone)
      try await client.upload(
        UploadKeys(signedPreKey: old.signedPreKey(5, as: .signed), oneTimePreKeys: []), as: old)
      let bundles = try await client.fetch(of: phone, as: alice).bundles
      #expect(bundles.map(\.signedPreKey.publicKey.count) == [1_216, 32])
      #expect(bundles.map { $0.lastResortPreKey?.id } == [1, nil])
    }
  }

  @Test("prekeys of another suite than the device's own and suite 1, or of a suite that nobody knows, are refused")
  func foreignSuite() async throws {
    try await KeyClient.with { client in
      let (classic, hybrid) = (try await client.newDevice(), try await client.newDevice(suite: 2))
      for (device, suite) in [(classic, 2), (hybrid, 3), (hybrid, 0), (classic, .max)] as [(Device, UInt64)] {
        await expectRefusal(.suiteUnsupported) {
          try await client.upload(UploadKeys(oneTimePreKeys: [], suite: suite), as: device)
        }
      }
    }
  }

  @Test("hybrid one-time prekeys are signed by both halves of the device's key, classic ones not at all")
  func oneTimeSignatures() async throws {
    try await KeyClient.with { client in
      let (bob, other) = (try await client.newDevice(suite: 2), try await client.newDevice(suite: 2))
      let good = try bob.hybridPreKeys(signed: 1, lastResort: 2, oneTime: [3]).oneTimePreKeys[0]
      let foreign = try other.hybridPreKeys(signed: 1, lastResort: 2, oneTime: [3]).oneTimePreKeys[0]
      func expect(_ code: FailureCode, _ key: OneTimePreKeyRecord, suite: UInt64) async {
        await expectRefusal(code) {
          try await client.upload(UploadKeys(oneTimePreKeys: [key], suite: suite), as: bob)
        }
      }
      let signature = try #require(good.signature)
      let foreignSignature = try #require(foreign.signature)
      await expect(.signatureInvalid, foreign, suite: 2)
      await expect(
        .signatureInvalid,
        OneTimePreKeyRecord(
          id: 3, publicKey: good.publicKey, signature: Array(signature[..<64] + foreignSignature[64...])), suite: 2)
      await expect(
        .signatureInvalid, OneTimePreKeyRecord(id: 4, publicKey: good.publicKey, signature: signature), suite: 2)
      await expect(.keyInvalid, OneTimePreKeyRecord(id: 3, publicKey: good.publicKey), suite: 2)
      await expect(
        .keyInvalid, OneTimePreKeyRecord(id: 3, publicKey: Device.freshKey(), signature: signature), suite: 1)
      #expect(try await client.status(of: bob) == KeyStatus(oneTimePreKeys: 0))
      try await client.upload(UploadKeys(oneTimePreKeys: [good]), as: bob)
      #expect(try await client.status(of: bob).oneTimePreKeys == 1)
    }
  }
}
