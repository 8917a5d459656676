// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@Suite("Usernames")
struct UsernameTests {
  @Test("case is folded", arguments: [("Alice", "alice"), ("BOB.smith", "bob.smith"), ("x_1-y", "x_1-y")])
  func folding(input: String, normal: String) throws { #expect(try Username(input).text == normal) }

  @Test("too short and too long names are refused", arguments: ["ab", "", String(repeating: "a", count: 33)])
  func length(input: String) { #expect(throws: Username.Problem.length) { try Username(input) } }

  @Test(
    "characters outside the set, or in the wrong place, are refused",
    arguments: [
      "1alice", ".alice", "alice.", "al..ice", "al._ice", "alice!", "ali ce", "аlice", "ａｌｉｃｅ", "alice\u{200B}",
      "al\u{0}ice", "bob@home", "alice/..",
    ])
  func characters(input: String) { #expect(throws: Username.Problem.character) { try Username(input) } }

  @Test(
    "names of roles are reserved, and so is what looks like them",
    arguments: ["admin", "Adm1n", "ad.min", "R00T", "support_"])
  func reserved(input: String) {
    #expect(throws: Username.Problem.self) { try Username(input) }
  }

  @Test(
    "names that look alike have one skeleton",
    arguments: [
      ("alice", "a1ice"), ("bob", "b0b"), ("modern", "rnodern"), ("wendy", "vvendy"), ("a.b_c", "abc"),
      ("lila", "1i1a".replacing("1i1a", with: "iila")),
    ])
  func skeletons(left: String, right: String) throws {
    #expect(try Username(left).skeleton == Username(right).skeleton)
  }

  @Test("names that differ to the eye have different skeletons")
  func different() throws { #expect(try Username("alice").skeleton != Username("bobby").skeleton) }
}
