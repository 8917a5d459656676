// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Testing
import VectorRunner

@testable import VectorCommand

@Suite("What a run says")
struct VectorReportTests {
  private func report(on text: String, named name: String = "vectors.json") throws -> VectorReport {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return VectorReport(running: [file.path(percentEncoded: false)])
  }

  @Test(
    "a file that says nothing fails",
    arguments: [
      ("", "is empty"), ("\u{FEFF}{}", "byte order mark"), ("{", "is no JSON from byte 1 on"), ("[]", "no topic"),
      ("{\"cases\": []}", "no topic"),
      ("{\"algorithm\": \"AES-GCM\", \"testGroups\": [{\"type\": \"AeadTest\", \"tests\": [{}]}]}", "no topic"),
      ("{\"algorithm\": \"XDH\", \"testGroups\": []}", "has no cases"),
    ])
  func nothing(text: String, reason: String) throws {
    let report = try report(on: text)
    #expect(report.summary == "0 passed, 1 failed")
    #expect(report.files.first?.failures.first?.reason.contains(reason) == true)
  }

  @Test("a file that is not there fails, and so does a folder without vectors")
  func missing() {
    let report = VectorReport(running: ["/nowhere/vectors.json"])
    #expect(report.summary == "0 passed, 1 failed")
    #expect(report.files.first?.failures.first?.reason.hasPrefix("cannot be read") == true)
    #expect(VectorReport(running: [Vectors.folder.appending(path: "x25519/../../VectorRunnerTests").path]).failed == 1)
    #expect(VectorReport(running: ["/dev/null"]).files.first?.failures.first?.reason.hasPrefix("is no file") == true)
    let unnamed = VectorReport(running: [""])
    #expect(unnamed.files.first?.failures.first?.reason.contains("empty argument") == true)
  }

  @Test("a file about something else fails if it was named, and is told if a folder has it")
  func foreign() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let (ours, other) = (folder.appending(path: "ours.json"), folder.appending(path: "tls.json"))
    let text = Self.x25519.replacing("CURVE", with: "curve25519").replacing(", CASE", with: "")
    try Data(text.replacing("\"numberOfTests\": 2", with: "\"numberOfTests\": 1").utf8).write(to: ours)
    try Data("{\"cases\": [{\"sni\": \"example\"}]}".utf8).write(to: other)
    let walked = VectorReport(running: [folder.path])
    #expect(walked.summary == "1 passed, 0 failed" && walked.isSuccess)
    #expect(walked.foreign.count == 1 && walked.foreign[0].hasSuffix("tls.json"))
    #expect(VectorReport(running: [other.path]).summary == "0 passed, 1 failed")
    try Data("{".utf8).write(to: other)
    #expect(VectorReport(running: [folder.path]).summary == "1 passed, 1 failed")
  }

  private static let x25519 = """
    {"algorithm": "XDH", "numberOfTests": 2, "testGroups": [{"curve": "CURVE", "tests": [
      {"tcId": 7, "comment": "first", "flags": ["Normal"], "result": "valid", "public":
       "504a36999f489cd2fdbc08baff3d88fa00569ba986cba22548ffde80f9806829", "private":
       "c8a9d5a91091ad851c668b0736c1c9a02936c0d3ad62670858088047ba057475", "shared":
       "436a2c040cf45fea9b29a0cb81b1f41458f863d0d61b453d0a982720d6d61320"}, CASE]}]}
    """

  @Test("a failure names file, group, case and the difference; a case that lacks a field is one")
  func failures() throws {
    let text = Self.x25519.replacing("CURVE", with: "curve25519").replacing("d6d61320", with: "d6d61321")
    let report = try report(on: text.replacing("CASE", with: "{\"tcId\": 8, \"result\": \"valid\"}"))
    #expect(report.summary == "0 passed, 2 failed")
    let failures = try #require(report.files.first).failures
    #expect(failures.map(\.place) == ["group 1, tcId 7 (first, Normal)", "group 1, tcId 8"])
    #expect(failures[0].reason.hasPrefix("shared secret is 436a2c040c"))
    #expect(failures[0].reason.contains("1320, expected 436a"))
    #expect(failures[1].reason == "has no `private`")
  }

  @Test("a case that is not there although the file declares it fails")
  func declaredCount() throws {
    let text = Self.x25519.replacing("CURVE", with: "curve25519").replacing(", CASE", with: "")
    let report = try report(on: text)
    #expect(report.summary == "1 passed, 1 failed")
    #expect(report.files.first?.failures.first?.reason == "declares 2 cases and has 1")
  }

  @Test("what is not ours is skipped, counted and named")
  func skipped() throws {
    let text = Self.x25519.replacing("CURVE", with: "curve448").replacing(", CASE", with: "")
    let report = try report(on: text.replacing("\"numberOfTests\": 2", with: "\"numberOfTests\": 1"))
    #expect(report.summary == "0 passed, 0 failed, 1 skipped")
    #expect(!report.isSuccess)
    #expect(report.skipped == ["the curve curve448 is in no suite": 1])
  }

  @Test("a file that names neither algorithm nor type is told by its own name")
  func nameAsLastHint() throws {
    let text = Self.x25519.replacing("\"algorithm\": \"XDH\", \"numberOfTests\": 2, ", with: "")
      .replacing("CURVE", with: "curve25519").replacing(", CASE", with: "")
    #expect(try report(on: text, named: "x25519_test.json").summary == "1 passed, 0 failed")
    #expect(try report(on: text, named: "vectors.json").summary == "0 passed, 1 failed")
  }

  @Test("the command succeeds only if nothing failed")
  func command() throws {
    let good = Vectors.folder.appending(path: "x25519").path(percentEncoded: false)
    try ConstructVectors.parse([good]).run()
    try ConstructVectors.parse(["--json", good]).run()
    try ConstructVectors.parse(["--list"]).run()
    #expect(throws: ExitCode.failure) { try ConstructVectors.parse([good, "/nowhere.json"]).run() }
    #expect(throws: (any Error).self) { try ConstructVectors.parse([]) }
  }
}
