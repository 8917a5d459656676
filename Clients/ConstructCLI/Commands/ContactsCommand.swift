// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient

struct ContactsCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "contacts",
    abstract: "List whom you have exchanged messages with.",
    discussion: """
      EXAMPLE
        construct contacts

      WITH --json, for each contact
        {"account":"…","identityChanged":false,"name":"bob","suite":2,
         "type":"contact","username":"bob","verified":true}
      """)

  @OptionGroup var options: ProfileOptions

  func execute(_ output: Output) async throws {
    let contacts = try await options.open().contacts()
    for contact in contacts { output.result(ContactRecord(contact), line(contact, output.style)) }
    if contacts.isEmpty { output.note("No contacts yet. 'construct send NAME TEXT' makes one.") }
  }

  private func line(_ contact: Contact, _ style: Style) -> String {
    if contact.hasChangedIdentity {
      return "\(style.other(contact.name))  \(style.failure("the server names another identity than before"))"
    }
    if contact.account == nil { return "\(style.other(contact.name))  \(style.dim("not looked up yet"))" }
    let verified = contact.isVerified ? style.own("✓ verified") : style.dim("not verified")
    let suite = contact.suite.map { "  " + style.dim(SuiteText.phrase($0)) } ?? ""
    return "\(style.other(contact.name))  \(verified)\(suite)"
  }
}
