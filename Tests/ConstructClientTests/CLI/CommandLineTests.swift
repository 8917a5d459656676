// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoCore
import Foundation
import Testing
import Wire

@testable import ConstructCLI
@testable import ConstructClient

enum ClientErrorBox {
  static var unreachable: ClientError { ClientError(.serverUnreachable) }
}

@Suite("The command line")
struct CommandLineTests {
  @Test("every command is found by its name, with its options")
  func parsing() throws {
    let register = try #require(
      try Construct.parseAsRoot([
        "register", "alice", "--server", "wss://a", "--server", "wss://b", "--ca-file", "ca.pem", "--profile", "work",
        "--key-file", "k", "--json",
      ]) as? RegisterCommand)
    #expect(register.name == "alice" && register.server == ["wss://a", "wss://b"] && register.caFile == "ca.pem")
    #expect(register.options.profile == "work" && register.options.keyFile == "k" && register.options.json)
    let send = try #require(
      try Construct.parseAsRoot(["send", "bob", "see", "you", "--timeout", "2.5"]) as? SendCommand)
    #expect(send.recipient == "bob" && send.text == ["see", "you"] && send.timeout == 2.5)
    let inbox = try #require(try Construct.parseAsRoot(["inbox", "-f", "-n", "3"]) as? InboxCommand)
    #expect(inbox.follow && inbox.count == 3)
    let chat = try #require(try Construct.parseAsRoot(["chat", "bob", "-p", "./here"]) as? ChatCommand)
    #expect(chat.name == "bob" && chat.options.profile == "./here" && chat.history == 20)
    let verify = try #require(try Construct.parseAsRoot(["verify", "bob", "--confirm", "--no-qr"]) as? VerifyCommand)
    #expect(verify.confirm && verify.noQR && !verify.unconfirm)
    #expect(try Construct.parseAsRoot(["contacts"]) is ContactsCommand)
    #expect(try Construct.parseAsRoot(["status", "--offline"]) is StatusCommand)
    let server = try #require(try Construct.parseAsRoot(["server", "wss://a", "wss://b"]) as? ServerCommand)
    #expect(server.address == ["wss://a", "wss://b"] && !server.unchecked)
  }

  @Test(
    "a wrong command line ends with the exit code for usage",
    arguments: [
      ["nonsense"], ["send"], ["send", "bob", "--timeout", "0"], ["send", "bob", "x", "--lines"],
      ["inbox", "--count", "0"], ["inbox", "--follow", "--offline"], ["verify", "bob", "--confirm", "--unconfirm"],
      ["status", "--passphrase-file", "a", "--key-file", "b"], ["chat", "bob", "--history", "-1"], ["register"],
      ["server", "--unchecked"],
    ])
  func usage(_ arguments: [String]) {
    #expect { try Construct.parseAsRoot(arguments) } throws: { Construct.exitCode(for: $0).rawValue == 64 }
  }

  @Test("every command's help has an example and says what --json prints")
  func help() {
    for command in Construct.configuration.subcommands {
      let help = Construct.helpMessage(for: command)
      #expect(help.contains("EXAMPLE") && help.contains("--json") && help.contains("\"type\""))
    }
    let root = Construct.helpMessage(columns: 200)
    #expect(root.contains("EXAMPLE") && root.contains("EXIT CODES"))
    for status in ExitReason.allCases { #expect(root.contains("\(status.rawValue)  \(status.meaning)")) }
  }

  @Test("options that all commands have may stand before the command")
  func order() {
    #expect(
      Construct.commandFirst(["--profile", "me", "send", "bob", "x"]) == ["send", "--profile", "me", "bob", "x"])
    #expect(
      Construct.commandFirst(["--json", "-p", "me", "--key-file=k", "inbox", "-f"])
        == ["inbox", "--json", "-p", "me", "--key-file=k", "-f"])
    // So that the complaint is of the command, not of the option.
    #expect(Construct.commandFirst(["--profile", "me", "frobnicate"]) == ["frobnicate"])
    for unchanged in [["send", "--json"], ["--help"], ["--profile"], ["--profile", "me"], [], ["--json", "--help"]] {
      #expect(Construct.commandFirst(unchanged) == unchanged)
    }
  }

  @Test("a profile is a name among the user's, or a path")
  func profiles() {
    let home = ["HOME": "/home/a"]
    func path(_ profile: String?, _ environment: [String: String]) -> String {
      ProfileLocation.directory(profile, environment: environment).path
    }
    #expect(path(nil, home) == "/home/a/.local/share/construct/default")
    #expect(path("work", home) == "/home/a/.local/share/construct/work")
    #expect(path(nil, home.merging(["CONSTRUCT_PROFILE": "me"]) { $1 }) == "/home/a/.local/share/construct/me")
    #expect(path(nil, home.merging(["CONSTRUCT_PROFILE": ""]) { $1 }) == "/home/a/.local/share/construct/default")
    #expect(path("x", home.merging(["XDG_DATA_HOME": "/data"]) { $1 }) == "/data/construct/x")
    #expect(path("x", home.merging(["XDG_DATA_HOME": "relative"]) { $1 }) == "/home/a/.local/share/construct/x")
    #expect(path("/tmp/p", home) == "/tmp/p")
    #expect(path("./p", home) == FileManager.default.currentDirectoryPath + "/./p")
  }

  @Test("colours are for terminals that have them and people who want them")
  func styles() {
    #expect(Style.choose(environment: ["TERM": "xterm"], isTerminal: true) == .coloured)
    #expect(Style.choose(environment: ["TERM": "xterm"], isTerminal: false) == .plain)
    #expect(Style.choose(environment: ["TERM": "xterm", "NO_COLOR": "1"], isTerminal: true) == .plain)
    #expect(Style.choose(environment: ["TERM": "dumb"], isTerminal: true) == .plain)
    #expect(Style.plain.failure("x") == "x" && Style.coloured.failure("x") != "x")
  }

  @Test("every error of the SDK has a sentence, an exit code, and no secret in it")
  func errors() {
    let codes: [(ClientError.Code, ExitReason)] = [
      (.serverUnreachable, .unavailable), (.usernameTaken, .dataRefused), (.profileMissing, .noProfile),
      (.recipientUnknown, .nobody), (.profileInUse, .temporary), (.wrongKey, .notPermitted),
      (.certificateInvalid, .configuration), (.storeDamaged, .storeFailed), (.registered, .cannotCreate),
      (.protocolViolation, .protocolError), (.cryptography, .software),
    ]
    for (code, status) in codes {
      #expect(ExitReason(ClientError(code)) == status)
      #expect(ClientError(code).description.hasSuffix("."))
    }
    #expect(ExitReason(ClientError(.refused, failure: .rateLimited)) == .temporary)
    #expect(ExitReason(ClientError(.refused, failure: .keyInvalid)) == .dataRefused)
    #expect(ClientError(.refused, failure: .timeout).description == "The server took too long.")
    let error = ClientError(.storeFailed, cause: ClientError(.textEmpty))
    #expect(!"\(error)".contains("text"))
  }
}

@Suite("What --json prints")
struct JSONTests {
  private static let uuid = "00112233-4455-6677-8899-aabbccddeeff"

  private func message(_ state: Message.State, text: String?, direction: Message.Direction) -> Message {
    Message(
      id: 7, messageID: MessageID(Identifier128(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)),
      contact: "bob", direction: direction, text: text, state: state, sentAt: 5, acceptedAt: text == nil ? nil : 6,
      isUnread: true)
  }

  @Test("messages, in each state")
  func messages() {
    #expect(
      JSONLine.encode(MessageRecord(message(.received, text: "a\n\"ü\" </", direction: .incoming)))
        == #"{"acceptedAt":6,"contact":"bob","direction":"incoming","id":7,"messageID":"\#(Self.uuid)","#
        + #""sentAt":5,"state":"received","text":"a\n\"ü\" </","type":"message"}"#
    )
    #expect(
      JSONLine.encode(MessageRecord(message(.unreadable(.noSession), text: nil, direction: .incoming)))
        == #"{"contact":"bob","direction":"incoming","id":7,"messageID":"\#(Self.uuid)","#
        + #""reason":"noSession","sentAt":5,"state":"unreadable","type":"message"}"#
    )
    let states: [(Message.State, String, String?)] = [
      (.waiting, "waiting", nil), (.accepted, "accepted", nil),
      (.failed(.recipientUnknown), "failed", "recipientUnknown"),
      (.failed(.refused(.messageTooLarge)), "failed", "messageTooLarge"),
    ]
    for (state, name, reason) in states {
      let record = MessageRecord(message(state, text: "x", direction: .outgoing))
      #expect(record.state == name && record.reason == reason && record.direction == "outgoing")
    }
  }

  @Test("all the other records")
  func others() {
    let account = AccountID(Identifier128(high: 0, low: 1))
    #expect(
      JSONLine.encode(
        ContactRecord(
          Contact(
            name: "bob", username: "bob", account: account, suite: .hybrid, isVerified: true, hasChangedIdentity: false)
        ))
        == #"{"account":"00000000-0000-0000-0000-000000000001","identityChanged":false,"name":"bob","#
        + #""suite":2,"type":"contact","username":"bob","verified":true}"#
    )
    #expect(
      JSONLine.encode(
        StatusRecord(
          profile: "/p", username: nil, account: nil, device: nil, domain: nil, suite: nil,
          servers: ["ws://a:80"], reachable: nil, waiting: 1, unread: 2, contacts: 3))
        == #"{"contacts":3,"profile":"/p","servers":["ws://a:80"],"type":"status","unread":2,"waiting":1}"#)
    #expect(
      JSONLine.encode(
        RegistrationRecord(username: "a", account: "b", device: 1, domain: "d", suite: 2, profile: "/p"))
        == #"{"account":"b","device":1,"domain":"d","profile":"/p","suite":2,"type":"registered","username":"a"}"#)
    #expect(
      JSONLine.encode(SafetyNumberRecord(contact: "bob", digits: "1", qr: "00", suite: 1, verified: false))
        == #"{"contact":"bob","digits":"1","qr":"00","suite":1,"type":"safetyNumber","verified":false}"#)
    #expect(
      JSONLine.encode(ProblemRecord(type: "error", code: "timeout", message: "m", advice: nil))
        == #"{"code":"timeout","message":"m","type":"error"}"#)
    #expect(
      JSONLine.encode(ConnectionRecord(connected: true, server: "wss://a:443"))
        == #"{"connected":true,"server":"wss://a:443","type":"connection"}"#)
  }
}
