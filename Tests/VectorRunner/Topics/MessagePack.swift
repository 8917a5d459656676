// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

extension Topic {
  static let messagePack = Topic(
    "msgpack", "MessagePack: every encoding decodes, one is canonical and written, malformed input is refused",
    formats: [
      VectorFormat { file in
        groups(of: file.content).first?.value.elements.first?["msgpack"]?.elements.first?.text != nil
      } run: { content, results in
        for group in groups(of: content) { results.run(group.key, group.value.elements, checkEncodings) }
      },
      .lists([
        ("valid", ["value", "msgpack"], checkSmallest),
        ("invalid", ["name", "msgpack"], checkInvalid),
      ]),
    ])
}

private func groups(of content: JSONValue) -> [JSONValue.Member] {
  guard case .object(let groups) = content else { return [] }
  return groups
}

/// A case of the published suite: a value and all encodings that mean it.
private func checkEncodings(_ test: JSONValue) throws {
  let vector = try MessagePackVector(test)
  for encoding in vector.encodings {
    let value = try MessagePackValue(decoding: encoding)
    if MessagePackVector.isFloat(encoding) {
      try expect("a float", value, is: .double(vector.number ?? .nan))
    } else {
      try expect("decoded \(hexadecimal(encoding))", value, is: vector.value)
    }
    if let number = vector.number, let exact = Int64(exactly: number), Double(exact) == number {
      var reader = MessagePackReader(encoding)
      try expect("read as a float", reader.readDouble(), is: number)
      try reader.finish()
    }
    var reader = MessagePackReader(encoding)
    try reader.skipValue()
    try reader.finish()
  }
  try checkCanonical(vector)
  if let timestamp = vector.timestamp { try check(timestamp, in: vector.encodings) }
}

private func check(_ timestamp: MessagePackTimestamp, in encodings: [[UInt8]]) throws {
  var writer = MessagePackWriter()
  writer.writeTimestamp(timestamp)
  try expect("whether \(hexadecimal(writer.bytes)) is listed", encodings.contains(writer.bytes), is: true)
  for encoding in encodings {
    var reader = MessagePackReader(encoding)
    try expect("the moment", reader.readTimestamp(), is: timestamp)
    try reader.finish()
  }
}

/// Only the shortest encoding of the value's type is canonical, and that is the one we write.
private func checkCanonical(_ vector: MessagePackVector) throws {
  let written = try vector.value.encoded()
  try expect("whether \(hexadecimal(written)) is listed", vector.encodings.contains(written), is: true)
  for encoding in vector.encodings
  where MessagePackVector.isFloat(encoding) == MessagePackVector.isFloat(written) {
    if encoding == written {
      let value = try MessagePackValue(decoding: encoding, requireCanonical: true)
      try expect("the canonical value", value, is: vector.value)
    } else {
      let isFloat32 = encoding.first == 0xca
      try expect("whether a longer encoding was written", written.count > encoding.count && !isFloat32, is: false)
      try expectRefusal(of: encoding, with: [.nonCanonical], requireCanonical: true)
    }
  }
}

/// A value and its smallest encoding.
private func checkSmallest(_ test: JSONValue) throws {
  let value = try MessagePackValue(test.value("value"))
  let encoding = try test.bytes("msgpack")
  try expect("written", value.encoded(), is: encoding)
  try expect("read", MessagePackValue(decoding: encoding, requireCanonical: true), is: value)
  var reader = MessagePackReader(encoding)
  try expect("passed over", Array(reader.readEncodedValue()), is: encoding)
  try reader.finish()
}

/// Which error it is, is ours to say; for the inputs we know it is fixed.
private func checkInvalid(_ test: JSONValue) throws {
  let expected: [MessagePackError]
  switch try test.string("name") {
  case "reserved byte": expected = [.reservedByte]
  case "array32 count beyond input": expected = [.tooLong]
  case let name where name.hasPrefix("truncated"): expected = [.truncated, .tooLong]
  default: expected = [.truncated, .tooLong, .tooDeep, .reservedByte, .invalidUTF8, .trailingBytes]
  }
  try expectRefusal(of: test.bytes("msgpack"), with: expected, requireCanonical: false)
}

/// Reading and skipping refuse alike.
private func expectRefusal(of input: [UInt8], with expected: [MessagePackError], requireCanonical: Bool) throws {
  let name = hexadecimal(input)
  let read = refusal { () throws(MessagePackError) in
    _ = try MessagePackValue(decoding: input, requireCanonical: requireCanonical)
  }
  guard let read else { throw VectorProblem.mismatch("\(name) is accepted, and must be refused") }
  guard expected.contains(read) else {
    throw VectorProblem.mismatch("\(name) is refused as \(read), expected \(expected)")
  }
  let skipped = refusal { () throws(MessagePackError) in
    var reader = MessagePackReader(input, requireCanonical: requireCanonical)
    try reader.skipValue()
    try reader.finish()
  }
  // Skipping looks at no text.
  if read != .invalidUTF8 { try expect("the error of skipping \(name)", skipped, is: read) }
}

private func refusal(_ body: () throws(MessagePackError) -> Void) -> MessagePackError? {
  do throws(MessagePackError) {
    try body()
    return nil
  } catch {
    return error
  }
}
