// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Foundation
import NativeCrypto
import Wire

@testable import ConstructClient

/// A store of somebody who is registered, without any server.
struct StoreBench: Sendable {
  let store: LocalStore
  let directory: ProfileDirectory
  let folder: TemporaryFolder
  let own: VerifiedAccount

  init() async throws {
    folder = try TemporaryFolder()
    directory = ProfileDirectory(path: folder.path + "/profile")
    store = try LocalStore.create(directory, key: Person.key, parameters: .init(passes: 1, memoryKiB: 8))
    let identity = try TestIdentity(account: AccountID(Identifier128(high: 0xA11CE, low: 1)))
    own = try identity.verified(username: "alice")
    let account = StoredAccount(
      account: own.account, device: .first, username: "alice", domain: "construct.test", suite: 1)
    let own = own
    try await store.write { transaction in
      try transaction.setProfile(.account, account)
      try transaction.setSecret(.deviceKey, identity.devices[0].keys.serialized())
      try transaction.setSecret(.rootKey, identity.root.serialized())
      var contact = StoredContact(name: "alice", username: "alice", account: own.account)
      contact.suite = 1
      contact.rootIdentityKey = own.rootIdentityKey
      try transaction.addOwnContact(contact)
      try transaction.saveDeviceList(own.deviceList, of: ContactRow.own)
    }
  }

  /// Every byte that stands in the profile's folder.
  func files() throws -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
      result[name] = [UInt8](try need(FileManager.default.contents(atPath: "\(directory.path)/\(name)")))
    }
    return result
  }

  /// The folder as a process leaves it that is killed now.
  func killed() throws -> ProfileDirectory {
    let copy = ProfileDirectory(path: folder.path + "/killed-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
    return copy
  }
}

extension [UInt8] {
  func contains(_ needle: [UInt8]) -> Bool {
    guard let first = needle.first, count >= needle.count else { return false }
    return indices.dropLast(needle.count - 1).contains {
      self[$0] == first && self[$0..<$0 + needle.count].elementsEqual(needle)
    }
  }
}
