// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a suite gives its sparse post-quantum ratchet.
public protocol BraidProfile: Sendable {
  associatedtype Provider: CryptoProvider
  static var braidParameters: BraidParameters { get }
}

/// The labels, sizes and bounds of a sparse post-quantum ratchet.
public struct BraidParameters: Sendable {
  let set: MLKEMParameterSet

  // HKDF infos of the key schedule.
  let chainStart: [UInt8]
  let chainEpoch: [UInt8]
  /// Stands behind the key's number (u32).
  let chainNext: [UInt8]

  // Of the braid; behind each stands the epoch (u64).
  let epochSecret: [UInt8]
  let authenticator: [UInt8]
  let headerMAC: [UInt8]
  let ciphertextMAC: [UInt8]

  /// Messages of one epoch and direction that may be jumped at once.
  let maximumJump: UInt32
  /// Skipped message keys kept; the oldest are dropped first.
  let maximumSkippedKeys: Int

  /// The protocol's own labels and bounds for a suite.
  public init(suite: SuiteID, set: MLKEMParameterSet) {
    self.init(
      set: set, chainStart: ProtocolLabel.bytes(ProtocolLabel.sparseStart, suite: suite),
      chainEpoch: ProtocolLabel.bytes(ProtocolLabel.sparseEpoch, suite: suite),
      chainNext: ProtocolLabel.bytes(ProtocolLabel.sparseKey, suite: suite),
      epochSecret: ProtocolLabel.bytes(ProtocolLabel.sparseSecret, suite: suite),
      authenticator: ProtocolLabel.bytes(ProtocolLabel.sparseAuthenticator, suite: suite),
      headerMAC: ProtocolLabel.bytes(ProtocolLabel.sparseHeader, suite: suite),
      ciphertextMAC: ProtocolLabel.bytes(ProtocolLabel.sparseCiphertext, suite: suite))
  }

  package init(
    set: MLKEMParameterSet, chainStart: [UInt8], chainEpoch: [UInt8], chainNext: [UInt8], epochSecret: [UInt8],
    authenticator: [UInt8], headerMAC: [UInt8], ciphertextMAC: [UInt8],
    maximumJump: UInt32 = RatchetParameters.defaultMaximumJump,
    maximumSkippedKeys: Int = RatchetParameters.defaultMaximumSkippedKeys
  ) {
    self.set = set
    self.chainStart = chainStart
    self.chainEpoch = chainEpoch
    self.chainNext = chainNext
    self.epochSecret = epochSecret
    self.authenticator = authenticator
    self.headerMAC = headerMAC
    self.ciphertextMAC = ciphertextMAC
    self.maximumJump = maximumJump
    self.maximumSkippedKeys = maximumSkippedKeys
  }

  /// label ‖ epoch (u64)
  static func info(_ label: [UInt8], epoch: UInt64) -> [UInt8] {
    var writer = ByteWriter(capacity: label.count + 8)
    writer.write(label)
    writer.write(epoch)
    return writer.finish()
  }

  /// header ‖ MAC, as it is coded.
  var promiseSize: Int { MLKEMParameterSet.headerSize + BraidAuthenticator.macSize }
  /// Second part ‖ MAC, as it is coded.
  var closingSize: Int { self.set.secondPartSize + BraidAuthenticator.macSize }
}
