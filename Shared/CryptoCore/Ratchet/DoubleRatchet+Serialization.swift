// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension DoubleRatchet {
  /// Layout: root key ‖ ratchet private key ‖ ratchet public key ‖ sending (u8) [‖ chain key ‖ Ns (u32)] ‖ PN (u32) ‖
  /// number of receiving chains (u8), each: ratchet key ‖ Nr (u32) ‖ open (u8) [‖ chain key] ‖ number of skipped keys
  /// (u16), each: number (u32) ‖ message key; and in suites with a sparse ratchet: length (u32) ‖ its state.
  func write(to writer: inout ByteWriter) {
    writer.write(rootKey.secret)
    writer.write(keyPair.keyPair.privateKey)
    writer.write(keyPair.keyPair.publicKey)
    writer.write(sending != nil)
    if let sending {
      writer.write(sending.chainKey.secret)
      writer.write(sending.next)
    }
    writer.write(previousCount)
    writer.write(UInt8(truncatingIfNeeded: receiving.count))
    for chain in receiving {
      writer.write(chain.ratchetKey.bytes)
      writer.write(chain.next)
      writer.write(chain.chainKey != nil)
      if let key = chain.chainKey { writer.write(key.secret) }
      writer.write(UInt16(truncatingIfNeeded: chain.skipped.count))
      for skipped in chain.skipped {
        writer.write(skipped.number)
        writer.write(skipped.key.secret)
      }
    }
    if Suite.Sparse.headerLimit > 0 {
      let state = sparse.serialized()
      writer.write(UInt32(truncatingIfNeeded: state.count))
      writer.write(state)
    }
  }

  /// The state by itself, for tests to compare byte for byte.
  package var stored: [UInt8] {
    var writer = ByteWriter()
    write(to: &writer)
    return writer.finish()
  }

  /// Reads `write(to:)`'s layout and refuses what `write` cannot have written.
  init(from reader: inout ByteReader, parameters: RatchetParameters) throws(CryptoError) {
    let rootKey = RootKey(secret: try reader.readSecret(Suite.keySize))
    let privateKey = try reader.readSecret(Suite.agreementPrivateKeySize)
    let publicKey = try reader.read(Suite.agreementPublicKeySize)
    var sending: SendingChain?
    if try reader.readFlag() {
      sending = SendingChain(
        chainKey: ChainKey(secret: try reader.readSecret(Suite.keySize)), next: try reader.readUInt32())
    }
    let previousCount = try reader.readUInt32()
    let chainCount = Int(try reader.readUInt8())
    guard chainCount <= parameters.maximumReceivingChains else { throw .malformed }
    var chains: [ReceivingChain] = []
    var skippedCount = 0
    for position in 0..<chainCount {
      let chain = try ReceivingChain(from: &reader, suite: Suite.self)
      guard (chain.chainKey != nil) == (position == chainCount - 1) else { throw .malformed }
      skippedCount += chain.skipped.count
      guard skippedCount <= parameters.maximumSkippedKeys else { throw .malformed }
      chains.append(chain)
    }
    var sparseState = SecretBytes(copying: [])
    if Suite.Sparse.headerLimit > 0 {
      // `Int` has 32 bits in WebAssembly.
      guard let size = Int(exactly: try reader.readUInt32()) else { throw .malformed }
      sparseState = try reader.readSecret(size)
    }
    self.init(
      rootKey: rootKey, keyPair: RatchetKeyPair(AgreementKeyPair(privateKey: privateKey, publicKey: publicKey)),
      sending: sending, previousCount: previousCount, receiving: chains,
      sparse: try Suite.Sparse(serialized: sparseState))
  }
}

extension ReceivingChain {
  fileprivate init<Suite: CipherSuite>(from reader: inout ByteReader, suite: Suite.Type) throws(CryptoError) {
    let ratchetKey = RemoteRatchetKey(bytes: try reader.read(Suite.agreementPublicKeySize))
    let next = try reader.readUInt32()
    var chainKey: ChainKey?
    if try reader.readFlag() { chainKey = ChainKey(secret: try reader.readSecret(Suite.keySize)) }
    var skipped: [SkippedKey] = []
    let count = Int(try reader.readUInt16())
    guard count * (4 + Suite.keySize) <= reader.remaining else { throw .malformed }
    skipped.reserveCapacity(count)
    for _ in 0..<count {
      let number = try reader.readUInt32()
      guard number < next else { throw .malformed }
      if let last = skipped.last, last.number >= number { throw .malformed }
      skipped.append(SkippedKey(number: number, key: MessageKey(secret: try reader.readSecret(Suite.keySize))))
    }
    self.init(ratchetKey: ratchetKey, chainKey: chainKey, next: next, skipped: skipped)
  }
}
