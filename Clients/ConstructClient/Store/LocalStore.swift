// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import GRDB
import NativeCrypto

/// A profile's store: SQLite in WAL mode with full synchronisation, one connection, every secret and text sealed.
///
/// What `write` does is one transaction, durable when it returns; a process that is killed at any moment leaves the
/// state before or after it. While the store is open, no other process can open the profile.
final class LocalStore: Sendable {
  let directory: ProfileDirectory
  private let queue: DatabaseQueue
  private let sealer: RecordSealer
  private let lock: ProfileLock
  private let ownDevices = OwnDeviceCache()

  private init(directory: ProfileDirectory, storeKey: SecretBytes, lock: ProfileLock) throws(ClientError) {
    self.directory = directory
    self.lock = lock
    sealer = try RecordSealer(storeKey: storeKey)
    do {
      try directory.makeStorePrivate()
      var configuration = Configuration()
      configuration.journalMode = .wal
      configuration.foreignKeysEnabled = true
      configuration.label = "construct.store"
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA secure_delete = ON")
      }
      queue = try DatabaseQueue(path: directory.storePath, configuration: configuration)
      let migrator = StoreSchema.migrator(sealer)
      let isTooNew = try queue.read { try migrator.hasBeenSuperseded($0) }
      guard !isTooNew else { throw ClientError(.storeTooNew) }
      try migrator.migrate(queue)
    } catch {
      throw .wrapping(error, as: .storeFailed)
    }
  }

  /// Makes a profile. Throws `.profileExists`, `.profileInUse`, `.passphraseTooShort`.
  static func create(
    _ directory: ProfileDirectory, key: ProfileKey, parameters: PasswordHash.Parameters
  ) throws(ClientError) -> LocalStore {
    try directory.make()
    let lock = try ProfileLock(directory)
    guard !directory.exists else { throw ClientError(.profileExists) }
    let (header, storeKey) = try ProfileHeader.make(unlockedBy: key, parameters: parameters)
    // The header comes last: a profile exists when its store does.
    let store = try LocalStore(directory: directory, storeKey: storeKey, lock: lock)
    try header.write(to: directory)
    return store
  }

  /// Opens a profile. Throws `.profileMissing`, `.profileInUse`, `.wrongKey`, `.storeTooNew`, `.storeDamaged`.
  static func open(_ directory: ProfileDirectory, key: ProfileKey) throws(ClientError) -> LocalStore {
    let header = try ProfileHeader.read(from: directory)
    let lock = try ProfileLock(directory)
    let storeKey = try header.storeKey(unlockedBy: key)
    return try LocalStore(directory: directory, storeKey: storeKey, lock: lock)
  }

  /// Reads one consistent state.
  func read<Result: Sendable>(
    _ body: @Sendable (StoreTransaction) throws -> Result
  ) async throws(ClientError) -> Result {
    do {
      let (sealer, ownDevices) = (sealer, ownDevices)
      return try await queue.read { try body(StoreTransaction(database: $0, sealer: sealer, ownDevices: ownDevices)) }
    } catch {
      throw .wrapping(error, as: error is CancellationError ? .cancelled : .storeFailed)
    }
  }

  /// Everything that `body` writes, or, if it throws, nothing.
  func write<Result: Sendable>(
    _ body: @Sendable (StoreTransaction) throws -> Result
  ) async throws(ClientError) -> Result {
    do {
      let (sealer, ownDevices) = (sealer, ownDevices)
      return try await queue.write { try body(StoreTransaction(database: $0, sealer: sealer, ownDevices: ownDevices)) }
    } catch {
      throw .wrapping(error, as: error is CancellationError ? .cancelled : .storeFailed)
    }
  }

  /// Closes the file and lets others open the profile; later calls fail with `.storeFailed`.
  func close() throws(ClientError) {
    do { try queue.close() } catch { throw ClientError(.storeFailed, cause: error) }
    try lock.release()
  }
}

/// The store within one transaction. Its extensions are the store's vocabulary; none of them commits by itself.
struct StoreTransaction {
  let database: Database
  let sealer: RecordSealer
  let ownDevices: OwnDeviceCache

  /// Undoes what `body` wrote if it throws, although the transaction around it goes on.
  func allOrNothing<Result>(_ body: () throws -> Result) throws -> Result {
    var result: Result?
    try database.inSavepoint {
      result = try body()
      return .commit
    }
    guard let result else { throw ClientError(.storeFailed) }
    return result
  }

  /// The next number of a counter, from 1, never given twice.
  func next(_ counter: StaticString) throws -> Int64 {
    let value = try Int64.fetchOne(
      database,
      sql: """
        INSERT INTO counters (name, value) VALUES (?, 1)
        ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value
        """,
      arguments: ["\(counter)"])
    guard let value else { throw ClientError(.storeFailed) }
    return value
  }
}
