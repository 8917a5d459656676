// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Foundation
import NativeCrypto
import Synchronization
import Wire

@testable import ConstructClient

/// A folder that is gone when the test is.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "construct-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {}
  }
}

/// Somebody with a profile, and the means to be offline, to come back, and to start anew.
struct Person: Sendable {
  static let passphrase = "correct horse battery staple"

  let client: ConstructClient
  let directory: ProfileDirectory
  let address: Wire.DeviceAddress
  private let folder: TemporaryFolder

  /// Argon2id at its cheapest, and pauses a hundredth of their length.
  static func options(_ time: TestTime = TestTime()) throws -> ClientOptions {
    var options = ClientOptions(
      clientName: "test/1", passwordParameters: try PasswordHash.Parameters(passes: 1, memoryKiB: 8))
    options.clock = time.clock
    return options
  }

  static var key: ProfileKey { .passphrase(SecretBytes(copying: Array(passphrase.utf8))) }

  /// Of suite 1, whose hundred prekeys are made quickly, where a test is not about suites; the journey tests register as
  /// everybody does.
  static func register(
    _ name: String, at addresses: String..., suite: SuiteID = .classic, options: ClientOptions? = nil
  ) async throws -> Person {
    let folder = try TemporaryFolder()
    let directory = ProfileDirectory(path: folder.path + "/profile")
    let client = try await ConstructClient.create(directory, key: key, options: options ?? Self.options())
    try await client.setServers(addresses.map { try GatewayEndpoint($0) })
    let identity = try await client.register(username: name, suite: suite)
    return Person(
      client: client, directory: directory, address: .init(account: identity.account, device: identity.device),
      folder: folder)
  }

  /// The same profile in a process that has just started.
  func restarted(time: TestTime = TestTime()) async throws -> Person {
    try await client.close()
    return try await reopened(directory, time: time)
  }

  /// The same profile as it stands in a folder that nobody has open: its own, or one that `copied` made.
  func reopened(_ directory: ProfileDirectory, time: TestTime) async throws -> Person {
    let client = try await ConstructClient.open(directory, key: Self.key, options: Self.options(time))
    return Person(client: client, directory: directory, address: address, folder: folder)
  }

  /// A copy of the profile as it is now.
  func copied() throws -> ProfileDirectory {
    let copy = ProfileDirectory(path: folder.path + "/copy-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
    return copy
  }

  /// Connects, and waits until everything that waited here and there has gone its way.
  func synchronize() async throws {
    let events = client.events
    let client = client
    try await client.whileConnected {
      var isCaughtUp = false
      for await event in events {
        switch event {
        case .caughtUp: isCaughtUp = true
        case .settled, .missed: break
        default: continue
        }
        if isCaughtUp, try await client.status().waiting == 0 { return }
      }
    }
  }

  /// Waits, while something else keeps the client connected, until nothing waits to be sent.
  func sendEverything() async throws {
    let events = client.events
    if try await client.status().waiting == 0 { return }
    for await event in events {
      switch event {
      case .settled, .missed: if try await client.status().waiting == 0 { return }
      default: break
      }
    }
  }

  func texts(with name: String) async throws -> [String] {
    try await client.history(with: name).map { $0.text ?? "?" }
  }
}

extension Person {
  /// A second device of the same account, as linking will make it: its own profile and keys, on a list that the first
  /// device signs. Of another suite than the account's, if one is given.
  func linkedDevice(server: FakeServer, at address: String, suite: SuiteID? = nil) async throws -> Person {
    let device = try need(DeviceID(self.address.device.number + 1))
    let (account, list) = try await client.store.read {
      (try $0.account(), try $0.deviceList(of: ContactRow.own)?.list)
    }
    var linked = account
    linked.device = device
    linked.suite = suite?.number ?? account.suite
    var next = try need(list)
    next.number += 1
    func addDevice<Suite: CipherSuite>(_: Suite.Type) throws -> SecretBytes {
      let identity = try DeviceIdentityKeyPair<Suite>()
      next.devices.append(
        DeviceEntry(
          device: device, suite: Suite.id.number, signingKey: identity.publicKey.signing,
          agreementKey: identity.publicKey.agreement))
      return identity.serialized()
    }
    let key = try addDevice(ClientSuites.type(of: linked.suiteID()))
    let verified = try await publish(next, account, server)

    let folder = try TemporaryFolder()
    let directory = ProfileDirectory(path: folder.path + "/profile")
    let other = try await ConstructClient.create(directory, key: Self.key, options: Self.options())
    try await other.setServers([GatewayEndpoint(address)])
    try await other.store.write { [linked] transaction in
      try transaction.setProfile(.account, linked)
      try transaction.setSecret(.deviceKey, key)
      var own = StoredContact(name: verified.username, username: verified.username, account: verified.account)
      own.suite = verified.suite
      own.rootIdentityKey = verified.rootIdentityKey
      try transaction.addOwnContact(own)
      try transaction.saveDeviceList(verified.deviceList, of: ContactRow.own)
    }
    let person = Person(
      client: other, directory: directory, address: .init(account: account.account, device: device), folder: folder)
    // Its prekeys are uploaded at its first visit.
    try await person.synchronize()
    return person
  }

  /// Publishes a list with this device alone, or with another one alone.
  func removeOtherDevices(server: FakeServer, keeping device: DeviceID? = nil) async throws {
    let (account, list) = try await client.store.read {
      (try $0.account(), try $0.deviceList(of: ContactRow.own)?.list)
    }
    var next = try need(list)
    next.number += 1
    next.devices.removeAll { $0.device != device ?? address.device }
    _ = try await publish(next, account, server)
  }

  private func publish(
    _ list: DeviceList, _ account: StoredAccount, _ server: FakeServer
  ) async throws -> VerifiedAccount {
    let key = try need(try await client.store.read { try $0.secret(.rootKey) })
    func sign<Suite: CipherSuite>(in _: Suite.Type) throws -> [UInt8] {
      try RootIdentityKeyPair<Suite>(serialized: key).signDeviceList(payload: list.encoded())
    }
    var record = try await need(server.accounts[account.account])
    record.deviceList = SignedDeviceList(
      payload: list.encoded(), signature: try sign(in: ClientSuites.type(of: account.suiteID())))
    await server.replace(record, for: account.account)
    let verified = try VerifiedAccount(record, answering: .account(account.account))
    try await client.store.write { try $0.saveDeviceList(verified.deviceList, of: ContactRow.own) }
    return verified
  }
}

/// Time for a client under test: the real one, which can be moved; pauses take a hundredth of their length.
final class TestTime: Sendable {
  private let offset = Mutex<Int64>(0)

  func advance(milliseconds: Int64) { offset.withLock { $0 += milliseconds } }

  var clock: ClientClock {
    ClientClock(
      now: { UInt64(Int64(Date().timeIntervalSince1970 * 1_000) + self.offset.withLock { $0 }) },
      sleep: { duration throws(CancellationError) in
        do { try await Task.sleep(for: duration / 100) } catch { throw CancellationError() }
      })
  }
}
