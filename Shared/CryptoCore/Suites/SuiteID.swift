// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The number of a cipher suite, one byte wherever it is written.
public struct SuiteID: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let classic = KnownSuite.classic.id
  public static let hybrid = KnownSuite.hybrid.id
  public static let hybridLevel5 = KnownSuite.hybridLevel5.id

  /// Throws `unsupportedSuite` for a number that this core does not know.
  public func known() throws(CryptoError) -> KnownSuite {
    guard let suite = KnownSuite(self) else { throw .unsupportedSuite }
    return suite
  }

  /// The suite in which to open a session with a device whose certified keys are of suite `certified`: the device's
  /// own if this client implements it, else the classic one, which every device answers.
  public static func forSession(withDeviceOf certified: SuiteID, implemented: [SuiteID]) -> SuiteID {
    implemented.contains(certified) ? certified : .classic
  }
}
