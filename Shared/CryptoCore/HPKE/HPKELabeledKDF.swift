// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// LabeledExtract and LabeledExpand (RFC 9180, section 4) over HKDF-SHA256.
struct HPKELabeledKDF<Provider: CryptoProvider> {
  /// "KEM" ‖ id, or "HPKE" ‖ ids of KEM, KDF and AEAD.
  let suiteID: [UInt8]

  static var noSalt: SecretBytes { SecretBytes(copying: []) }

  /// LabeledExtract with an empty salt over public input.
  func extract(label: StaticString, input: [UInt8]) -> [UInt8] {
    Provider.hmacSHA256(key: Self.noSalt, message: prefix(label) + input).exposed()
  }

  /// LabeledExtract, and LabeledExpand of what it gives.
  func extractAndExpand(
    salt: SecretBytes, label: StaticString, input: SecretBytes, expandLabel: StaticString, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try Provider.hkdfSHA256(
      salt: salt, inputKey: SecretBytes(concatenating: [SecretBytes(copying: prefix(label)), input]),
      info: expandInfo(label: expandLabel, info: info, count: count), count: count)
  }

  /// LabeledExpand. Providers have HKDF only as a whole, so this is RFC 5869's section 2.3 over their HMAC:
  /// T(i) = HMAC(key, T(i − 1) ‖ info ‖ i). Throws `invalidLength` above 8,160 bytes.
  func expand(key: SecretBytes, label: StaticString, info: [UInt8], count: Int) throws(CryptoError) -> SecretBytes {
    guard (0...255 * 32).contains(count) else { throw .invalidLength }
    let info = expandInfo(label: label, info: info, count: count)
    var blocks: [SecretBytes] = []
    for index in 0..<(count + 31) / 32 {
      var message = ByteWriter(capacity: 33 + info.count)
      if let last = blocks.last { message.write(last) }
      message.write(info)
      message.write(UInt8(index + 1))
      // The message holds a block of output: it is a secret, too.
      blocks.append(message.finishSecret().withExposed { Provider.hmacSHA256(key: key, message: $0) })
    }
    return SecretBytes(concatenating: blocks).slice(0..<count)
  }

  /// "HPKE-v1" ‖ suite_id ‖ label
  private func prefix(_ label: StaticString) -> [UInt8] {
    Self.ascii("HPKE-v1") + suiteID + Self.ascii(label)
  }

  /// count (u16) ‖ "HPKE-v1" ‖ suite_id ‖ label ‖ info
  private func expandInfo(label: StaticString, info: [UInt8], count: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)] + prefix(label) + info
  }

  static func ascii(_ text: StaticString) -> [UInt8] {
    var result: [UInt8] = []
    for index in 0..<text.utf8CodeUnitCount { unsafe result.append(text.utf8Start[index]) }
    return result
  }
}
