// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Wire

@testable import ConstructCLI
@testable import ConstructClient

@Suite("A line that is being typed")
struct LineEditorTests {
  private func type(_ text: String, into editor: inout LineEditor) -> [LineEditor.Action] {
    editor.feed(Array(text.utf8))
  }

  @Test("characters of any language arrive whole, although their bytes come one at a time")
  func characters() {
    var editor = LineEditor()
    for byte in "añ日👩‍👧\u{301}".utf8 { #expect(editor.feed([byte]).isEmpty) }
    #expect(editor.text == "añ日👩‍👧\u{301}")
    #expect(type("\r", into: &editor) == [.submit("añ日👩‍👧\u{301}")])
    #expect(editor.text.isEmpty)
  }

  @Test("a character is deleted as it is seen, with all its marks")
  func backspace() {
    var editor = LineEditor()
    _ = type("ae\u{301}👩‍👧\u{7F}\u{7F}", into: &editor)
    #expect(editor.text == "a")
    _ = type("\u{7F}\u{7F}\u{7F}", into: &editor)
    #expect(editor.text.isEmpty)
  }

  @Test("the cursor moves, and what is typed goes where it is")
  func moving() {
    var editor = LineEditor()
    _ = type("hello\u{1B}[D\u{1B}[Dp\u{1}X\u{5}!\u{1B}[H\u{1B}[3~\u{1B}[F?\u{2}\u{6}.", into: &editor)
    #expect(editor.text == "helplo!?.")
    _ = type("\u{1}\u{6}\u{6}\u{6}\u{B}", into: &editor)
    #expect(editor.text == "hel")
    _ = type("p me now\u{17}", into: &editor)
    #expect(editor.text == "help me ")
    _ = type("\u{15}", into: &editor)
    #expect(editor.text.isEmpty)
  }

  @Test("lines that were submitted come back with the arrows")
  func history() {
    var editor = LineEditor()
    #expect(type("one\rtwo\r", into: &editor) == [.submit("one"), .submit("two")])
    _ = type("\u{1B}[A", into: &editor)
    #expect(editor.text == "two")
    _ = type("\u{1B}[A\u{1B}[A", into: &editor)
    #expect(editor.text == "one")
    _ = type("\u{1B}[B\u{1B}[B", into: &editor)
    #expect(editor.text.isEmpty)
  }

  @Test("what was being typed is there again when one comes back from the history")
  func draft() {
    var editor = LineEditor()
    _ = type("one\rtwo\rdraft\u{1B}[A\u{1B}[A", into: &editor)
    #expect(editor.text == "one")
    _ = type("\u{1B}[B\u{1B}[B", into: &editor)
    #expect(editor.text == "draft")
    _ = type("\u{1B}[B!", into: &editor)
    #expect(editor.text == "draft!")
  }

  @Test("pasted lines are one text, and are sent when Enter is typed")
  func paste() {
    var editor = LineEditor()
    #expect(type("see:\u{1B}[200~one\rtwo\t\u{1}3\r\u{1B}[201~.", into: &editor).isEmpty)
    #expect(editor.text == "see:one\ntwo\t3\n.")
    #expect(editor.visible(columns: 40).text == "see:one⏎two    3⏎.")
    #expect(type("\u{1B}[200~", into: &editor).isEmpty)
    #expect(type("x\u{1B}[201~\r", into: &editor) == [.submit("see:one\ntwo\t3\n.x")])
    #expect(type("\u{1B}[200~\u{3}", into: &editor) == [.interrupt])
  }

  @Test("a long paste is drawn quickly, ends its lines once, and is bounded")
  func longPaste() {
    var editor = LineEditor()
    _ = type("\u{1B}[200~a\r\nb\n\u{9B}2J" + String(repeating: "long ", count: 20_000) + "\u{1B}[201~", into: &editor)
    #expect(editor.text.hasPrefix("a\nb\n\u{9B}2Jlong ") && editor.text.utf8.count == 65_536)
    for _ in 0..<200 { #expect(editor.visible(columns: 80).text.count == 79) }
    _ = type("\u{1}\u{6}\u{6}\u{6}\u{6}\u{6}\u{6}\u{6}", into: &editor)
    #expect(editor.visible(columns: 20).text.hasPrefix("a⏎b⏎\u{FFFD}2J"))
  }

  @Test("Ctrl-C interrupts, Ctrl-D ends an empty line alone, Ctrl-L clears")
  func control() {
    var editor = LineEditor()
    #expect(type("\u{3}", into: &editor) == [.interrupt])
    #expect(type("a\u{4}", into: &editor).isEmpty)
    #expect(type("\u{7F}\u{4}", into: &editor) == [.end])
    #expect(type("\u{C}", into: &editor) == [.clearScreen])
  }

  @Test("sequences that mean nothing here, and bytes that are no UTF-8, are passed over")
  func nonsense() {
    var editor = LineEditor()
    _ = editor.feed([0x1B, 0x5B, 0x31, 0x35, 0x7E, 0xFF, 0x61, 0xC3, 0x28, 0x1B, 0x4F, 0x51, 0x62])
    #expect(editor.text == "a(b")
    _ = editor.feed([0x1B, 0x5B] + [UInt8](repeating: 0x31, count: 40) + [0x63])
    #expect(editor.text == "a(b")
    // One that has not ended after 32 bytes is no sequence: what follows its beginning is text.
    _ = editor.feed([0x1B, 0x5B] + [UInt8](repeating: 0x31, count: 30))
    #expect(editor.text == "a(b")
    _ = editor.feed([0x31])
    #expect(editor.text == "a(b" + String(repeating: "1", count: 31))
  }

  @Test("a long line shows what is around the cursor, by the columns it takes")
  func window() {
    var editor = LineEditor()
    _ = type("日本語日本語abc", into: &editor)
    #expect(editor.visible(columns: 80).text == "日本語日本語abc")
    #expect(editor.visible(columns: 80).cursor == 15)
    #expect(editor.visible(columns: 8).text == "本語abc")
    #expect(editor.visible(columns: 8).cursor == 7)
    _ = type("\u{1}", into: &editor)
    #expect(editor.visible(columns: 8).text == "日本語")
    #expect(editor.visible(columns: 8).cursor == 0)
  }

  @Test("wide characters take two columns, marks none")
  func widths() {
    #expect(DisplayWidth.of("abc") == 3)
    #expect(DisplayWidth.of("日本") == 4)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.of("👩‍👧") == 2)
    #expect(DisplayWidth.of("❤️") == 2)
    #expect(DisplayWidth.prefix("日本語", columns: 5) == "日本")
  }
}

@Suite("A conversation on a terminal")
struct ChatScreenTests {
  @Test("what arrives is printed above, and the typed line stands below as it was")
  func arriving() {
    var screen = ChatScreen(style: .plain)
    var editor = LineEditor()
    _ = editor.feed(Array("half a sen".utf8))
    #expect(screen.draw(pending: [], editor: editor, columns: 40) == "> half a sen\r\u{1B}[12C")
    let output = screen.draw(above: ["12:00 bob  Hi"], pending: [], editor: editor, columns: 40)
    #expect(output == "\r\u{1B}[J12:00 bob  Hi\n> half a sen\r\u{1B}[12C")
  }

  @Test("messages on their way stand between; all of it is taken away before the next drawing")
  func pending() {
    var screen = ChatScreen(style: .plain)
    let editor = LineEditor()
    let first = screen.draw(pending: ["one", "two\nlines"], editor: editor, columns: 40)
    #expect(first == "… one\n… two lines\n> \r\u{1B}[2C")
    #expect(screen.draw(pending: [], editor: editor, columns: 40).hasPrefix("\r\u{1B}[2A\u{1B}[J"))
    let many = screen.draw(pending: (1...9).map { "\($0)" }, editor: editor, columns: 40)
    #expect(many.contains("… and 4 more\n"))
    #expect(screen.erase() == "\r\u{1B}[6A\u{1B}[J")
    #expect(screen.erase().isEmpty)
  }

  @Test("text from elsewhere cannot command the terminal")
  func harmless() {
    #expect(SafeText.lines("a\u{1B}[2Jb\u{7}\u{9B}31m") == ["a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}31m"])
    #expect(SafeText.lines("one\r\ntwo\nthree\rfour") == ["one", "two", "three", "four"])
    #expect(SafeText.lines("a\u{202E}b\u{2066}c\u{2028}d") == ["a\u{FFFD}b\u{FFFD}c\u{FFFD}d"])
    #expect(SafeText.lines("tab\there 👩‍👧 日本") == ["tab    here 👩‍👧 日本"])
    #expect(SafeText.lines("") == [""])
  }

  private static func message(
    _ id: Int64, _ text: String?, _ state: Message.State, contact: String = "bob", sentAt: UInt64 = 1_772_366_700_000
  ) -> Message {
    let direction: Message.Direction =
      switch state {
      case .received, .unreadable: .incoming
      case .waiting, .accepted, .failed: .outgoing
      }
    return Message(
      id: id, messageID: MessageID(Identifier128(high: 0, low: UInt64(id))), contact: contact, direction: direction,
      text: text, state: state, sentAt: sentAt, acceptedAt: nil, isUnread: false)
  }

  private static var text: MessageText {
    MessageText(style: .plain, timeZone: TimeZone(secondsFromGMT: 0) ?? .current)
  }

  @Test("messages are legible lines, with their state")
  func lines() {
    let text = Self.text
    #expect(text.lines(Self.message(1, "Hello\nthere", .received)) == ["12:05 bob  Hello", "           there"])
    #expect(text.lines(Self.message(2, "Hi", .accepted)) == ["12:05 you  Hi ✓"])
    #expect(text.lines(Self.message(3, "Hi", .waiting)) == ["12:05 you  Hi …"])
    #expect(
      text.lines(Self.message(4, "Hi", .failed(.recipientUnknown))) == [
        "12:05 you  Hi ✗", "           Nobody has this username.",
      ])
    #expect(
      text.lines(Self.message(5, nil, .unreadable(.noSession)))[0].contains(
        "could not be read: this device does not have"))
    #expect(text.dated(Self.message(1, "a\nb", .received)) == "2026-03-01 12:05 bob  a\n                      b")
  }

  @Test("a message waits below until the server has it, even if that news comes before the sending returns")
  func transcript() {
    var transcript = ChatTranscript(contact: "bob", text: Self.text)
    #expect(transcript.add(Self.message(1, "one", .waiting)).isEmpty)
    #expect(transcript.pending.map(\.id) == [1])
    #expect(transcript.add(.accepted(Self.message(1, "one", .accepted))) == ["── 2026-03-01 ──", "12:05 you  one ✓"])
    #expect(transcript.pending.isEmpty)
    #expect(transcript.add(.accepted(Self.message(2, "two", .accepted))) == ["12:05 you  two ✓"])
    #expect(transcript.add(Self.message(2, "two", .waiting)).isEmpty)
    #expect(transcript.pending.isEmpty)
    #expect(transcript.add(.received(Self.message(3, "psst", .received, contact: "eve")))[0].contains("eve wrote"))
  }

  @Test("losing and regaining the connection is told once each")
  func connection() throws {
    var transcript = ChatTranscript(contact: "bob", text: Self.text)
    let endpoint = try GatewayEndpoint("ws://localhost")
    #expect(transcript.add(.connected(endpoint)).isEmpty)
    let error = ClientErrorBox.unreachable
    #expect(transcript.add(.disconnected(error, retryAfter: .zero)).count == 1)
    #expect(transcript.add(.disconnected(error, retryAfter: .zero)).isEmpty)
    #expect(transcript.add(.connected(endpoint)) == ["— connected again"])
  }

  @Test("lines that are typed are texts or commands")
  func input() {
    #expect(ChatInput("hello /help") == .text("hello /help"))
    #expect(ChatInput("/help") == .help && ChatInput(" /quit ") == .quit && ChatInput("") == .nothing)
    #expect(ChatInput(" \t\n ") == .nothing && ChatInput("one\n/quit") == .text("one\n/quit"))
    #expect(ChatInput("/quit\nsays the manual\n") == .text("/quit\nsays the manual"))
    #expect(ChatInput("/verify") == .verify(confirms: false) && ChatInput("/verify yes") == .verify(confirms: true))
    #expect(ChatInput("//etc") == .text("/etc") && ChatInput("/nonsense x") == .unknown("/nonsense"))
  }
}
