// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Configuration

/// The files of the secrets directory as a source of settings: `construct.token.secret` is the file `token-secret`.
///
/// A file that cannot be read is an error for who asks for it, and for nobody else: several services may share a folder
/// whose files are each readable to one of them.
struct SecretFilesProvider: ConfigProvider, ConfigSnapshot {
  let providerName = "SecretFilesProvider"
  /// By the name of the file.
  let files: [String: Result<String, ConfigurationError>]

  func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
    let name = key.components.dropFirst().joined(separator: "-")
    let text = try files[name]?.get()
    return LookupResult(encodedKey: name, value: text.map { ConfigValue(.string($0), isSecret: true) })
  }

  func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
    try value(forKey: key, type: type)
  }

  nonisolated(nonsending) func watchValue<Return: ~Copyable>(
    forKey key: AbsoluteConfigKey, type: ConfigType,
    updatesHandler:
      nonisolated(nonsending) (_ updates: ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>)
      async throws ->
      Return
  ) async throws -> Return {
    try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
  }

  func snapshot() -> any ConfigSnapshot { self }

  nonisolated(nonsending) func watchSnapshot<Return: ~Copyable>(
    updatesHandler:
      nonisolated(nonsending) (_ updates: ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
  ) async throws -> Return {
    try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
  }
}
