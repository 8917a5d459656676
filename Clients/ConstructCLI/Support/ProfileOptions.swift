// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import Foundation
import Logging

/// What every command takes: which profile, how to unlock it, how to print.
struct ProfileOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The profile's name or path.", valueName: "name|path"))
  var profile: String?

  @Option(help: ArgumentHelp("A file whose first line is the passphrase.", valueName: "file"))
  var passphraseFile: String?

  @Option(
    help: ArgumentHelp(
      "The key file that unlocks the profile, instead of a passphrase.",
      discussion: "'register' makes it if there is none, and remembers where it is.", valueName: "file"))
  var keyFile: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: ArgumentHelp("Tell on standard error what the client does.", visibility: .private))
  var verbose = false

  mutating func validate() throws {
    guard passphraseFile == nil || keyFile == nil else {
      throw ValidationError("Give --passphrase-file or --key-file, not both.")
    }
  }

  var directory: ProfileDirectory {
    ProfileLocation.directory(profile, environment: ProcessInfo.processInfo.environment)
  }

  var output: Output { Output(json: json) }

  /// Opens the profile with what the options, the profile's own memory, or the person gives.
  func open() async throws -> ConstructClient {
    let directory = directory
    return try await ConstructClient.open(
      directory, key: try key(for: directory.unlocking()), options: clientOptions)
  }

  private func key(for unlocking: ProfileUnlocking) throws -> ProfileKey {
    if let keyFile { return .keyFile(keyFile) }
    if let passphraseFile { return .passphrase(try Passphrases.read(passphraseFile)) }
    switch unlocking {
    case .passphrase: return .passphrase(try Passphrases.ask(isNew: false))
    case .keyFile(let path?): return .keyFile(path)
    case .keyFile(nil):
      throw CommandFailure(.usage, "This profile is unlocked with a key file.", "Name it with --key-file.")
    }
  }

  /// The key for a profile that is being made; a key file is made with it.
  func newKey() throws -> ProfileKey {
    if let keyFile {
      let path = ProfileLocation.absolute(keyFile)
      if !FileManager.default.fileExists(atPath: path) { try ProfileKey.createKeyFile(path) }
      return .keyFile(path)
    }
    if let passphraseFile { return .passphrase(try Passphrases.read(passphraseFile)) }
    return .passphrase(try Passphrases.ask(isNew: true))
  }

  var clientOptions: ClientOptions {
    var options = ClientOptions(clientName: "construct-cli/\(Version.text)")
    if verbose {
      options.logger = Logger(label: "construct") { StreamLogHandler.standardError(label: $0) }
      options.logger.logLevel = .debug
    }
    return options
  }
}
