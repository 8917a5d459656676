// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension PostQuantumRatchet {
  /// Layout: key schedule ‖ braid.
  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: 4096)
    keys.write(to: &writer)
    braid.write(to: &writer)
    return writer.finishSecret()
  }

  public init(serialized: SecretBytes) throws(CryptoError) {
    (keys, braid) = try serialized.read { (reader: inout ByteReader) throws(CryptoError) in
      (try EpochKeySchedule(from: &reader), try Braid(from: &reader))
    }
    // The braid is at most one epoch behind its own secrets.
    let current = keys.firstEpoch + UInt64(keys.epochs.count) - 1
    guard current == braid.epoch || current + 1 == braid.epoch, keys.sendingEpoch < braid.epoch else {
      throw .malformed
    }
  }
}

extension EpochKeySchedule {
  /// Layout: initiator (u8) ‖ next root ‖ sending epoch (u64) ‖ first epoch (u64) ‖ number of epochs (u8), each: sending
  /// (u8) [‖ chain] ‖ chain ‖ number of skipped keys (u16), each: number (u32) ‖ key. A chain: key ‖ count (u32).
  func write(to writer: inout ByteWriter) {
    writer.write(isInitiator)
    writer.write(nextRoot)
    writer.write(sendingEpoch)
    writer.write(firstEpoch)
    writer.write(UInt8(truncatingIfNeeded: epochs.count))
    for chains in epochs {
      writer.write(chains.sending != nil)
      if let sending = chains.sending { writer.write(sending) }
      writer.write(chains.receiving)
      writer.write(UInt16(truncatingIfNeeded: chains.skipped.count))
      for skipped in chains.skipped {
        writer.write(skipped.number)
        writer.write(skipped.key)
      }
    }
  }

  init(from reader: inout ByteReader) throws(CryptoError) {
    isInitiator = try reader.readFlag()
    nextRoot = try reader.readSecret(32)
    sendingEpoch = try reader.readUInt64()
    firstEpoch = try reader.readUInt64()
    epochs = []
    let count = Int(try reader.readUInt8())
    guard (1...Self.maximumEpochs).contains(count), sendingEpoch >= firstEpoch,
      sendingEpoch - firstEpoch < UInt64(count), sendingEpoch < UInt64.max - 4
    else { throw .malformed }
    var skippedCount = 0
    for index in 0..<count {
      var sending: NumberedChain?
      if try reader.readFlag() { sending = try reader.readChain() }
      guard (sending != nil) == (firstEpoch + UInt64(index) >= sendingEpoch) else { throw .malformed }
      var chains = EpochChains(sending: sending, receiving: try reader.readChain())
      let skipped = Int(try reader.readUInt16())
      skippedCount += skipped
      guard skippedCount <= Profile.braidParameters.maximumSkippedKeys else { throw .malformed }
      for _ in 0..<skipped {
        let number = try reader.readUInt32()
        guard number <= chains.receiving.count, number > chains.skipped.last?.number ?? 0 else { throw .malformed }
        chains.skipped.append(SkippedSparseKey(number: number, key: try reader.readSecret(32)))
      }
      epochs.append(chains)
    }
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ chain: NumberedChain) {
    write(chain.key)
    write(chain.count)
  }
}

extension ByteReader {
  fileprivate mutating func readChain() throws(CryptoError) -> NumberedChain {
    NumberedChain(key: try readSecret(32), count: try readUInt32())
  }
}
