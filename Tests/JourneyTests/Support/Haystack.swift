// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Wire

/// Bytes to search for secrets: as they are, as hexadecimal digits, as Base64 of either alphabet, and as a UUID.
struct Haystack {
  let place: String
  private let bytes: [UInt8]

  init(_ place: String, _ bytes: [UInt8]) {
    self.place = place
    self.bytes = bytes
  }

  /// Which of the needles, of 8 bytes at least, stand here in any form.
  ///
  /// One pass for all of them: every form is known by its first eight bytes.
  func found(_ needles: [[UInt8]]) -> Set<[UInt8]> {
    var forms: [UInt64: [(form: [UInt8], needle: [UInt8])]] = [:]
    for needle in needles {
      for form in Self.forms(of: needle) { forms[Self.word(form[0..<8]), default: []].append((form, needle)) }
    }
    var found: Set<[UInt8]> = []
    var window: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      window = window << 8 | UInt64(byte)
      guard index >= 7, let candidates = forms[window] else { continue }
      for (form, needle) in candidates where bytes[(index - 7)...].starts(with: form) { found.insert(needle) }
    }
    return found
  }

  func contains(_ needle: [UInt8]) -> Bool { !found([needle]).isEmpty }
  func contains(_ text: String) -> Bool { contains(Array(text.utf8)) }

  private static func forms(of needle: [UInt8]) -> [[UInt8]] {
    let hex = needle.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let base64 = Data(needle).base64EncodedString().replacing("=", with: "")
    // The last digit of Base64 depends on what follows, so it is left out.
    let digits = base64.dropLast()
    var forms = [needle, Array(hex.utf8), Array(hex.uppercased().utf8), Array(digits.utf8)]
    forms.append(Array(digits.replacing("+", with: "-").replacing("/", with: "_").utf8))
    if let identifier = Identifier128(bytes: needle) { forms.append(Array(identifier.uuidString.utf8)) }
    return forms.filter { $0.count >= 8 }
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
