// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

private typealias Provider = ScriptedProvider

extension Topic {
  static let attachments = Topic(
    "construct/attachments", "Construct's attachments: padding, chunks, digests and pointer",
    formats: [.cases(with: "file", "key", "streamKey", "chunkHashes", "pointer", check: check)])
}

private func check(_ test: JSONValue) throws {
  let key = try test.secret("key")
  let zeros = SecretBytes(copying: [UInt8](repeating: 0, count: 32))
  let streamKey = try Provider.hkdfSHA256(
    salt: zeros, inputKey: key, info: Array("Construct attachment v1\0".utf8), count: 32)
  try expect("stream key", streamKey, is: test.bytes("streamKey"))
  let file = try fixed(test.string("file"), test.integer("size"))
  var encryptor = try Provider.with(.exactly(key.exposed())) { try AttachmentEncryptor<Provider>() }.result
  try encryptor.push(file)
  try encryptor.finish()
  let digests = try test.list("digests").map(bytes)
  var chunks: [[UInt8]] = []
  var digest = AttachmentDigest<Provider>()
  var found = [digest.value]
  while let chunk = try encryptor.pull() {
    digest.update(chunk: chunk)
    found.append(digest.value)
    chunks.append(chunk)
  }
  try expect("chunks", chunks.map(Provider.sha256), is: test.list("chunkHashes").map(bytes))
  try expect("digests", found, is: digests)
  try expect("size of the ciphertext", chunks.reduce(0) { $0 + $1.count }, is: test.integer("ciphertextSize"))
  guard let pointer = encryptor.pointer else { throw VectorProblem.mismatch("there is no pointer") }
  try expect("pointer", pointer.serialized(), is: test.bytes("pointer"))
  var decryptor = try AttachmentDecryptor<Provider>(AttachmentPointer(serialized: test.secret("pointer")))
  var opened: [UInt8] = []
  for chunk in chunks {
    try decryptor.push(chunk)
    while let text = try decryptor.pull() { opened += text }
  }
  try decryptor.finish()
  while let text = try decryptor.pull() { opened += text }
  try expect("opened", opened, is: file)
}

private func bytes(_ element: JSONValue) throws(VectorProblem) -> [UInt8] {
  guard let bytes = element.text.flatMap(hexadecimal) else {
    throw .malformed("has something else than bytes in a list")
  }
  return bytes
}
