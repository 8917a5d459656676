// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

@Suite("Published test suite")
struct SuiteVectorTests {
  @Test("every encoding of every case decodes to its value, and only the shortest of its type is canonical")
  func allEncodings() throws {
    guard case .map(let groups) = try VectorFile.suite.parsed() else { throw SuiteCase.Unknown() }
    var cases = 0
    for group in groups {
      for vector in group.value.elements {
        let vector = try SuiteCase(vector)
        cases += 1
        for encoding in vector.encodings { try expect(encoding, decodesTo: vector) }
        try expectOneCanonicalEncoding(of: vector)
      }
    }
    #expect(cases == 63)
  }

  private func expect(_ encoding: [UInt8], decodesTo vector: SuiteCase) throws {
    let value = try MessagePackValue(decoding: encoding)
    if SuiteCase.isFloat(encoding) {
      #expect(value == .double(vector.number))
    } else {
      #expect(value == vector.value)
    }
    if vector.isNumber, let exact = Int64(exactly: vector.number), Double(exact) == vector.number {
      var reader = MessagePackReader(encoding)
      #expect(try reader.readDouble() == vector.number)
      try reader.finish()
    }
    var reader = MessagePackReader(encoding)
    try reader.skipValue()
    try reader.finish()
  }

  private func expectOneCanonicalEncoding(of vector: SuiteCase) throws {
    let written = try vector.value.encoded()
    #expect(vector.encodings.contains(written))
    for encoding in vector.encodings where SuiteCase.isFloat(encoding) == SuiteCase.isFloat(written) {
      let isFloat32 = encoding.first == 0xca
      #expect(encoding.count >= written.count || isFloat32)
      if encoding == written {
        #expect(try MessagePackValue(decoding: encoding, requireCanonical: true) == vector.value)
      } else {
        #expect(throws: MessagePackError.nonCanonical) {
          try MessagePackValue(decoding: encoding, requireCanonical: true)
        }
        #expect(throws: MessagePackError.nonCanonical) {
          var reader = MessagePackReader(encoding, requireCanonical: true)
          try reader.skipValue()
        }
      }
    }
  }
}
