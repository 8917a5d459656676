// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Foundation
import GRDB
import NativeCrypto
import Testing
import Wire

@testable import ConstructClient

@Suite("The store and its key")
struct LocalStoreTests {
  @Test("nothing secret stands in the files: no text, name, id, key, token or address")
  func sealed() async throws {
    let bench = try await StoreBench()
    let identity = try TestIdentity(account: AccountID(Identifier128(high: 0xB0B, low: 0xB0B)))
    let tokens = Tokens(
      accessToken: "header.payload.signature", accessExpiry: 1, refreshToken: [UInt8](repeating: 0x5A, count: 32),
      refreshExpiry: 2)
    let messageID = MessageID(Identifier128(high: 0x1122_3344_5566_7788, low: 0x99AA_BBCC_DDEE_FF00))
    let oneTime = try OneTimePreKeyPair<NativeClassicSuite>(id: 77)
    try await bench.store.write { transaction in
      let contact = try transaction.learn(identity.verified(username: "bobby.tables"))
      let row = try transaction.addOutgoing(
        StoredMessage(messageID: messageID, text: "attack at dawn", sentAt: 1), contact: contact.id, state: .waiting)
      try transaction.enqueue(message: row.id, for: contact.id)
      try transaction.setProfile(.tokens, tokens)
      try transaction.setProfile(
        .servers, StoredServers(addresses: ["wss://chat.example.org"], authorityFile: nil))
      try transaction.addPreKey(.oneTime, .classic, id: 77, serialized: oneTime.serialized(), madeAt: 5)
    }
    let secrets: [String: [UInt8]] = [
      "text": Array("attack at dawn".utf8), "contact": Array("bobby.tables".utf8), "own name": Array("alice".utf8),
      "server": Array("chat.example.org".utf8), "domain": Array("construct.test".utf8),
      "access token": Array("header.payload".utf8), "refresh token": tokens.refreshToken,
      "message id": messageID.bytes, "account": identity.account.bytes, "own account": bench.own.account.bytes,
      "root private key": try need(try await bench.store.read { try $0.secret(.rootKey) }).exposed(),
      "device private keys": Array(try need(try await bench.store.read { try $0.secret(.deviceKey) }).exposed()[..<32]),
      "root public key": identity.root.publicKey.bytes, "prekey": Array(oneTime.serialized().exposed()[4...]),
      "passphrase": Array(Person.passphrase.utf8),
    ]
    let files = try bench.files()
    #expect(Set(files.keys).isSuperset(of: ["header.json", "store.sqlite", "lock"]))
    for (file, bytes) in files {
      for (name, secret) in secrets { #expect(!bytes.contains(secret), "\(name) stands in \(file)") }
    }
    // The search itself finds what is there.
    #expect(files.values.contains { $0.contains(Array("secure".utf8)) || $0.contains(Array("outbox".utf8)) })
  }

  @Test("only the owner may enter the folder and read the files")
  func permissions() async throws {
    let bench = try await StoreBench()
    func mode(_ path: String) throws -> Int {
      try need(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
    let files = ["header.json", "lock", "store.sqlite", "store.sqlite-shm", "store.sqlite-wal"]
    #expect(try mode(bench.directory.path) == 0o700)
    #expect(try bench.files().keys.sorted() == files)
    for file in files { #expect(try mode("\(bench.directory.path)/\(file)") == 0o600, "\(file)") }

    // A copy that others can read is not left so.
    let copy = try bench.killed()
    for file in files.dropFirst(2) {
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(copy.path)/\(file)")
    }
    let store = try LocalStore.open(copy, key: Person.key)
    #expect(try await store.read { try $0.account().username } == "alice")
    for file in files { #expect(try mode("\(copy.path)/\(file)") == 0o600, "\(file)") }
  }

  @Test("a wrong passphrase, and another kind of key, do not open a profile")
  func wrongKey() async throws {
    let bench = try await StoreBench()
    try bench.store.close()
    let copy = try bench.killed()
    let wrong = #expect(throws: ClientError.self) {
      try LocalStore.open(copy, key: .passphrase(SecretBytes(copying: Array("wrong horse".utf8))))
    }
    #expect(wrong?.code == .wrongKey)
    let file = bench.folder.path + "/key"
    try ProfileKey.createKeyFile(file)
    let other = #expect(throws: ClientError.self) { try LocalStore.open(copy, key: .keyFile(file)) }
    #expect(other?.code == .wrongKey)
    #expect(try copy.unlocking() == .passphrase)
  }

  @Test("a key file opens the profile it was made for, if nobody else can read it")
  func keyFile() async throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/key"
    try ProfileKey.createKeyFile(file)
    #expect(throws: ClientError.self) { try ProfileKey.createKeyFile(file) }
    let directory = ProfileDirectory(path: folder.path + "/p")
    try LocalStore.create(directory, key: .keyFile(file), parameters: .standard).close()
    #expect(try directory.unlocking() == .keyFile(file))
    let header = try need(FileManager.default.contents(atPath: directory.headerPath))
    #expect(![UInt8](header).contains(Array(try need(FileManager.default.contents(atPath: file)).prefix(64))))
    _ = try LocalStore.open(directory, key: .keyFile(file))

    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    let readable = #expect(throws: ClientError.self) { try LocalStore.open(directory, key: .keyFile(file)) }
    #expect(readable?.code == .keyFileInvalid)
    let missing = #expect(throws: ClientError.self) { try LocalStore.open(directory, key: .keyFile(file + "x")) }
    #expect(missing?.code == .keyFileInvalid)
  }

  @Test("a passphrase of seven characters is refused, and leaves no profile")
  func shortPassphrase() throws {
    let folder = try TemporaryFolder()
    let directory = ProfileDirectory(path: folder.path + "/p")
    let error = #expect(throws: ClientError.self) {
      try LocalStore.create(
        directory, key: .passphrase(SecretBytes(copying: Array("1234567".utf8))), parameters: .standard)
    }
    #expect(error?.code == .passphraseTooShort)
    #expect(!directory.exists)
  }

  @Test("a profile that is open cannot be opened again, until it is let go")
  func secondOpener() async throws {
    let folder = try TemporaryFolder()
    let directory = ProfileDirectory(path: folder.path + "/p")
    do {
      let store = try LocalStore.create(directory, key: Person.key, parameters: .init(passes: 1, memoryKiB: 8))
      let error = #expect(throws: ClientError.self) { try LocalStore.open(directory, key: Person.key) }
      #expect(error?.code == .profileInUse)
      let exists = #expect(throws: ClientError.self) {
        try LocalStore.create(directory, key: Person.key, parameters: .standard)
      }
      #expect(exists?.code == .profileInUse)
      try store.close()
    }
    let store = try LocalStore.open(directory, key: Person.key)
    try store.close()
  }

  @Test("what is no profile is said to be missing, damaged, or too new")
  func headers() async throws {
    let bench = try await StoreBench()
    let missing = #expect(throws: ClientError.self) {
      try LocalStore.open(ProfileDirectory(path: bench.folder.path + "/nothing"), key: Person.key)
    }
    #expect(missing?.code == .profileMissing)
    let copy = try bench.killed()
    let header = try ProfileHeader.read(from: copy)
    for (change, code) in [
      ({ $0.version = 2 }, .storeTooNew), ({ $0.salt = "zz" }, .storeDamaged), ({ $0.passes = 0 }, .storeDamaged),
      ({ $0.memoryKiB = .max }, .storeDamaged), ({ $0.sealedKey = "00" }, .storeDamaged),
      ({ $0.passes = 2 }, .wrongKey),
    ] as [((inout ProfileHeader) -> Void, ClientError.Code)] {
      var changed = header
      change(&changed)
      try changed.write(to: copy)
      let error = #expect(throws: ClientError.self) { try LocalStore.open(copy, key: Person.key) }
      #expect(error?.code == code)
    }
    try Data("no json".utf8).write(to: URL(filePath: copy.headerPath))
    let damaged = #expect(throws: ClientError.self) { try LocalStore.open(copy, key: Person.key) }
    #expect(damaged?.code == .storeDamaged)
  }

  @Test("a transaction that did not end when the process was killed has not happened; one that did, has")
  func killing() async throws {
    let bench = try await StoreBench()
    let copies = try await bench.store.write { transaction -> [ProfileDirectory] in
      var copies: [ProfileDirectory] = []
      for number in 1...50 {
        let contact = try transaction.addContact(named: "person\(number)")
        _ = try transaction.addOutgoing(
          StoredMessage(messageID: MessageID(Identifier128(high: 0, low: UInt64(number))), text: "x", sentAt: 1),
          contact: contact.id, state: .waiting)
        if number % 10 == 0 { copies.append(try bench.killed()) }
      }
      return copies
    }
    let after = try bench.killed()
    for copy in copies {
      let store = try LocalStore.open(copy, key: Person.key)
      #expect(try await store.read { try $0.contactRows() } == 0)
      #expect(try await store.read { try $0.account().username } == "alice")
    }
    let store = try LocalStore.open(after, key: Person.key)
    #expect(try await store.read { try $0.contactRows() } == 50)
  }

  @Test("a transaction that throws leaves nothing, and what an inner one undid stays undone")
  func rollback() async throws {
    let bench = try await StoreBench()
    await #expect(throws: ClientError.self) {
      try await bench.store.write { transaction in
        _ = try transaction.addContact(named: "somebody")
        throw ClientError(.textEmpty)
      }
    }
    try await bench.store.write { transaction in
      _ = try transaction.addContact(named: "outer")
      #expect(throws: Missing.self) {
        try transaction.allOrNothing {
          _ = try transaction.addContact(named: "inner")
          throw Missing()
        }
      }
    }
    #expect(try await bench.store.read { try $0.contactRows() } == 1)
    #expect(try await bench.store.read { try $0.contact(named: "outer") } != nil)
  }

  @Test("a sealed value that was moved to another row, or changed, is found out")
  func movedValues() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      for name in ["mallory", "bob"] { _ = try transaction.addContact(named: name) }
      try transaction.database.execute(
        sql: "UPDATE contacts SET sealed = (SELECT sealed FROM contacts WHERE id = 1) WHERE id = 2")
    }
    let moved = await #expect(throws: ClientError.self) { try await bench.store.read { try $0.contact(2) } }
    #expect(moved?.code == .storeDamaged)
    try await bench.store.write { transaction in
      try transaction.database.execute(
        sql:
          "UPDATE profile SET sealed = CAST(substr(sealed, 1, 40) || x'00' AS BLOB) WHERE name = 'account'"
      )
    }
    let changed = await #expect(throws: ClientError.self) { try await bench.store.read { try $0.account() } }
    #expect(changed?.code == .storeDamaged)
  }

  @Test("the database itself refuses a device list that goes back")
  func trigger() async throws {
    let bench = try await StoreBench()
    await #expect(throws: ClientError.self) {
      try await bench.store.write { transaction in
        try transaction.database.execute(sql: "UPDATE device_lists SET number = 0 WHERE contact = 0")
      }
    }
  }

  @Test("a store that a later version has migrated is not touched")
  func laterVersion() async throws {
    let bench = try await StoreBench()
    try await bench.store.write { transaction in
      try transaction.database.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9999-later')")
    }
    let copy = try bench.killed()
    let error = #expect(throws: ClientError.self) { try LocalStore.open(copy, key: Person.key) }
    #expect(error?.code == .storeTooNew)
  }

  @Test("a device key that an earlier version kept within the account's record is moved out of it")
  func keysApart() async throws {
    let bench = try await StoreBench()
    let key = try need(try await bench.store.read { try $0.secret(.deviceKey) }).exposed()
    try await bench.store.write { transaction in
      try transaction.setProfile(.account, EarlierAccount(account: transaction.account(), deviceKey: key))
      try transaction.database.execute(sql: "DELETE FROM profile WHERE name = 'deviceKey'")
      try transaction.database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '0007-keys'")
    }
    let store = try LocalStore.open(try bench.killed(), key: Person.key)
    #expect(try await store.read { try $0.ownKeys().deviceKey.exposed() } == key)
    #expect(try await store.read { try $0.account().username } == "alice")
    let left = try await store.read { try $0.profile(.account, as: EarlierAccount.self)?.deviceKey }
    #expect(left == [])
    try store.close()
  }
}

extension StoreTransaction {
  fileprivate func contactRows() throws -> Int? {
    try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM contacts WHERE id <> ?", arguments: [ContactRow.own])
  }
}

/// `StoredAccount` with the device's key in field 6, as it once was.
private struct EarlierAccount: StoredRecord {
  let account: StoredAccount
  let deviceKey: [UInt8]

  init(account: StoredAccount, deviceKey: [UInt8]) {
    self.account = account
    self.deviceKey = deviceKey
  }

  init(fields: inout FieldReader) throws(WireError) {
    account = try StoredAccount(fields: &fields)
    deviceKey = try fields.optionalBytes(6, atMost: 16_384) ?? []
  }

  func write(fields: inout FieldWriter) {
    account.write(fields: &fields)
    fields.put(6, bytes: deviceKey)
  }
}
