// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a client keeps of its conversation beside the sessions: it outlives them, but not a new installation.
struct Correspondence {
  /// The letters of each text that it has sent, by the text's number; the first is not counted as sent again.
  private(set) var sent: [Int: [Int]] = [:]
  /// Letters that it has received, readable or not.
  private(set) var received: Set<Int> = []
  /// Texts that it has shown.
  private(set) var shown: Set<Int> = []
  /// Letters that it has to ask for.
  private(set) var wanted: [Int] = []

  mutating func send(_ letter: Int, of text: Int) {
    sent[text, default: []].append(letter)
  }

  /// - Returns: false if the letter was here before.
  mutating func receive(_ letter: Int) -> Bool { received.insert(letter).inserted }

  mutating func want(_ letter: Int) { wanted.append(letter) }

  mutating func ask() -> [Int] {
    defer { wanted = [] }
    return wanted
  }

  /// - Returns: false if the text was shown before.
  mutating func show(_ text: Int) -> Bool { shown.insert(text).inserted }

  /// The text that a letter says.
  func text(of letter: Int) -> Int? { sent.first { $0.value.contains(letter) }?.key }
}
