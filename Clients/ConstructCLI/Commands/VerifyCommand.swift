// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import CryptoCore

struct VerifyCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Show the safety number with somebody.",
    discussion: """
      Both of you see the same sixty digits unless somebody stands between you.
      Compare them face to face or on the telephone, then confirm.

      Or scan the QR code on the other's screen and give what it holds: 65 bytes as
      hexadecimal digits, which 'construct verify --json' prints as "qr". Nothing but
      the contact's view of the same two identities makes the contact verified.

      EXAMPLE
        construct verify bob
        construct verify bob --confirm
        construct verify bob --scanned 01f3…

      WITH --json ("scanned" with --scanned: "verified", "different", "otherVersion"
      or "unreadable")
        {"contact":"bob","digits":"…60 digits…","qr":"…130 hexadecimal digits…",
         "suite":2,"type":"safetyNumber","verified":false}
      """)

  @Argument(help: "The contact, or an exact username.")
  var name: String

  @Flag(help: "Note that you have compared the number, and it was the same.")
  var confirm = false

  @Option(
    help: ArgumentHelp("Compare with what the other's QR code holds; confirm if it fits.", valueName: "hex"))
  var scanned: HexDigits?

  @Flag(help: "Take a confirmation back.")
  var unconfirm = false

  @Flag(help: "Believe the identity that the server names now, instead of the one known so far.")
  var acceptNewIdentity = false

  @Flag(help: "Leave the QR code out.")
  var noQR = false

  @Option(help: ArgumentHelp("How long to wait for the server.", valueName: "seconds"))
  var timeout: Double = 30

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard timeout > 0, timeout <= 3_600 else {
      throw ValidationError("--timeout is more than 0 and at most 3600 seconds.")
    }
    guard [confirm, unconfirm, scanned != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("Give one of --confirm, --unconfirm and --scanned.")
    }
  }

  func execute(_ output: Output) async throws {
    let client = try await options.open()
    let contact = try await contact(client)
    if contact.hasChangedIdentity {
      guard acceptNewIdentity else { throw CommandFailure.identityChanged(contact.name) }
      try await client.acceptChangedIdentity(of: contact.name)
    }
    if confirm { try await client.markVerified(contact.name) }
    if unconfirm { try await client.markVerified(contact.name, false) }
    let outcome = try await compare(client, contact.name)
    let number = try await client.safetyNumber(with: contact.name)
    let record = SafetyNumberRecord(
      contact: contact.name, digits: number.groups.joined(),
      qr: HexDigits(bytes: number.qrPayload).text,
      suite: contact.suite?.rawValue, verified: number.isVerified, scanned: outcome?.rawValue)
    let text =
      switch outcome {
      case nil: SafetyNumberText.text(number, with: contact.name, style: output.style, withQR: !noQR)
      case .verified:
        output.style.own("✓ It is \(contact.name)'s view of the same safety number. \(contact.name) is verified.")
      // Nothing to compare or to confirm beside a code that was wrong.
      case .different: "✗ It is not \(contact.name)'s view of your safety number."
      case .otherVersion, .unreadable: "✗ It cannot be compared with your safety number."
      }
    output.result(record, text)
    if let failure = outcome.flatMap({ CommandFailure(scanned: $0, of: contact.name) }) { throw failure }
    if let suite = contact.suite {
      output.note("The conversation with \(contact.name) is \(SuiteText.phrase(suite)).")
    }
  }

  private func compare(_ client: ConstructClient, _ name: String) async throws -> ScannedSafetyNumber? {
    guard let scanned else { return nil }
    return try await client.compare(scanned: scanned.bytes, with: name)
  }

  /// The contact; somebody new is looked up at the server.
  private func contact(_ client: ConstructClient) async throws -> Contact {
    let username = try await client.recipientName(name)
    let known = try await client.contacts().first { $0.name == username }
    if let known, known.account != nil { return known }
    let attempts = ConnectionAttempts(events: client.events)
    let found = try await Waiting.atMost(seconds: timeout) {
      try await withThrowingTaskGroup(of: Contact?.self) { group in
        group.addTask {
          await attempts.waitForConnection()
          return nil
        }
        defer { group.cancelAll() }
        return try await client.whileConnected { try await client.find(username) }
      }
    }
    guard let found else {
      let problem = await attempts.problem
      throw CommandFailure(
        .unavailable, problem?.description ?? "The server did not answer in time.",
        "\(name) is no contact yet, so the server has to be asked.")
    }
    return found
  }
}

/// The safety number for people.
enum SafetyNumberText {
  /// - Parameter confirmation: what to type to confirm it; nil for the command of its own.
  static func text(
    _ number: ContactSafetyNumber, with name: String, style: Style, withQR: Bool, confirmation: String? = nil
  ) -> String {
    var lines = ["Your safety number with \(style.other(name)):", ""]
    for start in stride(from: 0, to: number.groups.count, by: 4) {
      lines.append("    " + number.groups[start..<min(start + 4, number.groups.count)].joined(separator: "  "))
    }
    lines.append("")
    if withQR, let code = QRCode(number.qrPayload) {
      lines += code.lines(styled: style == .coloured)
      lines.append("")
    }
    lines.append(
      number.isVerified
        ? style.own("✓ You have confirmed it.")
        : "If \(name) sees the same digits, confirm with \(confirmation ?? "'construct verify \(name) --confirm'").")
    return lines.joined(separator: "\n")
  }
}

extension CommandFailure {
  /// Nil for what is good news.
  fileprivate init?(scanned outcome: ScannedSafetyNumber, of name: String) {
    switch outcome {
    case .verified: return nil
    case .different:
      self.init(
        .notPermitted, "The code is not \(name)'s view of this conversation: \(name) is not verified by it.",
        "Scan the code that 'construct verify' shows \(name) for you. If it was that one, somebody stands between you.")
    case .otherVersion:
      self.init(
        .protocolError, "The code was made by another version, which counts safety numbers otherwise.",
        "Update both clients, or compare the digits.")
    case .unreadable:
      self.init(.dataRefused, "This is no safety number's code.", "A QR code of construct has 130 hexadecimal digits.")
    }
  }

  static func identityChanged(_ name: String) -> CommandFailure {
    CommandFailure(
      .notPermitted, "The server names another identity for \(name) than the one known so far; it was refused.",
      "Ask \(name) whether the account was made anew. If so: 'construct verify \(name) --accept-new-identity'.")
  }
}
