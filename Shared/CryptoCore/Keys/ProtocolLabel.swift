// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The strings that separate one use of a key from every other. Each is followed by a zero byte, so that none is a
/// prefix of another. They are part of the protocol: a changed string is another protocol.
enum ProtocolLabel {
  static let preKey: StaticString = "Construct prekey v1"
  static let deviceList: StaticString = "Construct device list v1"
  static let login: StaticString = "Construct login v1"
  static let deviceIdentity: StaticString = "Construct device identity v1"
  static let handshake: StaticString = "Construct handshake v1"
  static let transcript: StaticString = "Construct session transcript v1"
  static let rootChain: StaticString = "Construct ratchet root v1"
  static let messageKey: StaticString = "Construct message key v1"
  static let serverCertificate: StaticString = "Construct server certificate v1"
  static let senderCertificate: StaticString = "Construct sender certificate v1"
  static let envelopeBody: StaticString = "Construct envelope body v1"
  static let envelopeKey: StaticString = "Construct envelope key v1"
  static let envelopeSender: StaticString = "Construct envelope sender v1"
  static let envelopeTag: StaticString = "Construct envelope tag v1"
  static let senderKey: StaticString = "Construct sender key v1"
  static let senderKeyMember: StaticString = "Construct sender key member v1"
  static let senderKeyMessage: StaticString = "Construct sender key message v1"
  static let senderKeyMessageKey: StaticString = "Construct sender key message key v1"
  static let attachment: StaticString = "Construct attachment v1"
  static let attachmentDigest: StaticString = "Construct attachment digest v1"
  static let recoveryRoot: StaticString = "Construct recovery root v1"
  static let recoveryArchive: StaticString = "Construct recovery archive v1"
  static let archive: StaticString = "Construct archive v1"
  static let sparseStart: StaticString = "Construct sparse ratchet start v1"
  static let sparseEpoch: StaticString = "Construct sparse ratchet epoch v1"
  static let sparseKey: StaticString = "Construct sparse ratchet key v1"
  static let sparseSecret: StaticString = "Construct braid secret v1"
  static let sparseAuthenticator: StaticString = "Construct braid authenticator v1"
  static let sparseHeader: StaticString = "Construct braid header v1"
  static let sparseCiphertext: StaticString = "Construct braid ciphertext v1"

  /// label ‖ 0x00
  static func bytes(_ label: StaticString) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(label.utf8CodeUnitCount + 1)
    for index in 0..<label.utf8CodeUnitCount { unsafe result.append(label.utf8Start[index]) }
    result.append(0)
    return result
  }

  /// label ‖ 0x00 ‖ suite
  static func bytes(_ label: StaticString, suite: SuiteID) -> [UInt8] {
    var result = bytes(label)
    result.append(suite.rawValue)
    return result
  }
}
