// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import ScriptedCrypto

private typealias Provider = ScriptedProvider

extension Topic {
  static let backups = Topic(
    "construct/backups", "Construct's backups: keys from the recovery phrase's entropy, and an archive",
    formats: [.cases(with: "entropy", "archiveKey", "entrySizes", "archiveHash", check: check)])
}

private func check(_ test: JSONValue) throws {
  let phrase = try RecoveryPhrase<Provider>(entropy: test.secret("entropy"))
  let root = try phrase.rootIdentity(NativeClassicSuite.self)
  try expect("root key", root.serialized(), is: test.bytes("rootClassic"))
  try expect("public root key", root.publicKey.bytes, is: test.bytes("rootClassicPublic"))
  let classic = root.serialized().exposed()
  let (hybrid, level5) = try (
    phrase.rootIdentity(NativeHybridSuite.self), phrase.rootIdentity(NativeHybridLevel5Suite.self)
  )
  try expect("hybrid root key", hybrid.serialized(), is: classic + test.bytes("rootHybridRest"))
  try expect("hybrid root key at level 5", level5.serialized(), is: classic + test.bytes("rootHybrid5Rest"))
  let key = try phrase.archiveKey()
  try expect("archive key", key.serialized(), is: test.bytes("archiveKey"))
  var writer = try Provider.with(.exactly(test.bytes("salt"))) { try ArchiveWriter<Provider>(key: key) }.result
  var entries: [[UInt8]] = []
  for (index, size) in try test.list("entrySizes").enumerated() {
    guard case .number(let digits) = size, let count = Int(digits) else {
      throw VectorProblem.malformed("has odd sizes")
    }
    entries.append(fixed("entry \(index + 1)", count))
    try writer.push(entries[index])
  }
  try writer.finish()
  var archive: [UInt8] = []
  while let bytes = try writer.pull() { archive += bytes }
  try expect("size of the archive", archive.count, is: test.integer("archiveSize"))
  try expect("archive", Provider.sha256(archive), is: test.bytes("archiveHash"))
  var reader = ArchiveReader<Provider>(key: key)
  try reader.push(archive)
  try reader.finish()
  var read: [[UInt8]] = []
  while let entry = try reader.pull() { read.append(entry) }
  try expect("entries", read, is: entries)
}
