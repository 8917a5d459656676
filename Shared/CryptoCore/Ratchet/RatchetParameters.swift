// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The labels and bounds of a Double Ratchet.
public struct RatchetParameters: Sendable {
  /// HKDF info of the root chain.
  package let rootInfo: [UInt8]
  /// HKDF info of the message-key expansion.
  package let messageInfo: [UInt8]
  /// Messages of one chain that may be jumped at once.
  let maximumJump: UInt32
  /// Skipped message keys kept in a session; the oldest are dropped first.
  let maximumSkippedKeys: Int
  /// Receiving chains remembered: the current one and those before it. A chain's skipped keys go with it.
  let maximumReceivingChains: Int

  /// Bounds from libsignal: 25,000 jumped, 2,000 skipped keys, 5 receiver chains.
  public static let defaultMaximumJump: UInt32 = 25_000
  public static let defaultMaximumSkippedKeys = 2_000
  public static let defaultMaximumReceivingChains = 5

  /// The protocol's own labels and bounds for a suite.
  public init(suite: SuiteID) {
    self.init(
      rootInfo: ProtocolLabel.bytes(ProtocolLabel.rootChain, suite: suite),
      messageInfo: ProtocolLabel.bytes(ProtocolLabel.messageKey, suite: suite))
  }

  package init(
    rootInfo: [UInt8], messageInfo: [UInt8], maximumJump: UInt32 = defaultMaximumJump,
    maximumSkippedKeys: Int = defaultMaximumSkippedKeys,
    maximumReceivingChains: Int = defaultMaximumReceivingChains
  ) {
    self.rootInfo = rootInfo
    self.messageInfo = messageInfo
    self.maximumJump = maximumJump
    self.maximumSkippedKeys = maximumSkippedKeys
    self.maximumReceivingChains = maximumReceivingChains
  }
}
