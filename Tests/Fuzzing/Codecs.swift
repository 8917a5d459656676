// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import MessagePack
import Wire

extension FuzzTarget {
  /// What was read is written canonically and read again the same; skipping goes as far as reading.
  static let messagePack = FuzzTarget(
    name: "messagepack", seeds: { try goldenBytes().merging(publishedValues()) { $1 } }
  ) { bytes in
    var (reader, skipper) = (MessagePackReader(bytes), MessagePackReader(bytes))
    let value: MessagePackValue
    do {
      value = try reader.readValue()
    } catch {
      return
    }
    do {
      try skipper.skipValue()
    } catch {
      throw FuzzFinding("what can be read cannot be skipped: \(error)")
    }
    try require(reader.offset == skipper.offset, "skipping ends elsewhere than reading")
    let written = try value.encoded()
    // A value that is not a number differs from itself, but not its bytes.
    try require(try MessagePackValue(decoding: written, requireCanonical: true).encoded() == written, "not canonical")
    do {
      _ = try MessagePackValue(decoding: bytes, requireCanonical: true)
    } catch {
      return
    }
    try require(written == bytes, "two canonical encodings of one value")
  }

  /// Every record that can be read is written and read again the same.
  static let wire = FuzzTarget(name: "wire", seeds: goldenBytes) { bytes in
    for type in records { try roundTrip(type, bytes) }
  }

  private static func roundTrip<Record: WireRecord>(_ type: Record.Type, _ bytes: [UInt8]) throws {
    let record: Record
    do {
      record = try Record(encoded: bytes)
    } catch {
      return
    }
    let written = record.encoded()
    try require(try Record(encoded: written) == record, "\(Record.schema.name) changes when it is written")
  }

  private static let records: [any WireRecord.Type] = [
    Frame.self, ResendRequest.self, Content.self, Hello.self, Welcome.self, Authenticate.self, Ready.self,
    Draining.self, Failure.self, Done.self, GatewayEvents.self, OutboundFrame.self, PartitionCommands.self,
    PartitionCommand.self, PartitionSend.self, PartitionAcknowledge.self, PartitionAttach.self, PartitionDetach.self,
    Send.self, Envelope.self, Accepted.self, Deliver.self, Acknowledge.self, SequenceRange.self, MailboxDrained.self,
    SignedPreKeyRecord.self, OneTimePreKeyRecord.self, UploadKeys.self, RequestKeyStatus.self, KeyStatus.self,
    FetchBundles.self, Bundles.self, BundleRecord.self, ServiceRequest.self, PushRequest.self, WakeUp.self,
    RegisterPush.self, RemovePush.self, PublishDeviceList.self, FindAccount.self, AccountRecord.self,
    SignedDeviceList.self, DeviceList.self, DeviceEntry.self, RequestLogin.self, LoginChallenge.self, Login.self,
    LoginStatement.self, Tokens.self, RefreshTokens.self, RequestRegistration.self, RegistrationChallenge.self,
    Register.self, Registered.self,
  ]

  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// The golden bytes of all records: a line with the name, then one with the bytes.
  @Sendable
  private static func goldenBytes() throws -> [String: [UInt8]] {
    var (name, records): (String, [String: [UInt8]]) = ("", [:])
    let text = try String(contentsOf: tests.appending(path: "WireTests/Golden/records.txt"), encoding: .utf8)
    for line in text.split(separator: "\n") {
      if !line.hasPrefix(" ") {
        name = String(line)
      } else if let bytes = bytes(of: line.drop { $0 == " " }) {
        records[name] = bytes
      }
    }
    return records
  }

  /// Every encoding of every value in MessagePack's own test suite.
  private static func publishedValues() throws -> [String: [UInt8]] {
    struct Value: Decodable {
      let msgpack: [String]
    }
    let file = tests.appending(path: "Vectors/msgpack/msgpack-test-suite.json")
    let groups = try JSONDecoder().decode([String: [Value]].self, from: Data(contentsOf: file))
    var encodings: [String: [UInt8]] = [:]
    for (group, values) in groups {
      for (number, encoding) in values.flatMap(\.msgpack).enumerated() {
        encodings["\(group)-\(number)"] = bytes(of: encoding.filter { $0 != "-" }[...])
      }
    }
    return encodings
  }

  private static func bytes(of digits: Substring) -> [UInt8]? {
    let digits = Array(digits.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
