// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The folder in which the platform mounts secrets, one file each (Docker, Kubernetes, systemd credentials).
///
/// Kubernetes mounts every file as a symbolic link, which is why links are followed here.
struct SecretsDirectory {
  static let variable = "CONSTRUCT_SECRETS_DIRECTORY"
  static let defaultPath = "/run/secrets"
  static let maximumFileBytes = 65_536

  private let path: String
  /// A folder that the operator has named must be there; the default one need not.
  private let isRequired: Bool

  init(environment: [String: String]) {
    let named = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
    path = named ?? Self.defaultPath
    isRequired = named != nil
  }

  /// Reads the folder once.
  /// - Throws: ``ConfigurationError`` when the folder was named and cannot be read.
  func provider() throws(ConfigurationError) -> SecretFilesProvider {
    var files: [String: Result<String, ConfigurationError>] = [:]
    for name in try fileNames() { files[name] = contents(of: name) }
    return SecretFilesProvider(files: files)
  }

  private func fileNames() throws(ConfigurationError) -> [String] {
    var isDirectory: Bool = false
    guard Self.exists(path, isDirectory: &isDirectory) else {
      guard isRequired else { return [] }
      throw ConfigurationError(.unreadable, key: Self.variable, reason: "there is no folder \(path)")
    }
    guard isDirectory else {
      throw ConfigurationError(.unreadable, key: Self.variable, reason: "\(path) is not a folder")
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw ConfigurationError(.unreadable, key: Self.variable, reason: "the folder \(path) cannot be read")
    }
  }

  /// Nil for what is not a file.
  private func contents(of name: String) -> Result<String, ConfigurationError>? {
    let file = path + "/" + name
    var isDirectory = false
    guard Self.exists(file, isDirectory: &isDirectory), !isDirectory else { return nil }
    guard let data = FileManager.default.contents(atPath: file) else {
      return .failure(ConfigurationError(.unreadable, key: name, reason: "the file \(file) cannot be read"))
    }
    guard data.count <= Self.maximumFileBytes, let text = String(data: data, encoding: .utf8) else {
      return .failure(
        ConfigurationError(
          .invalid, key: name,
          reason: "the file \(file) must be UTF-8 text of at most \(Self.maximumFileBytes) bytes"))
    }
    return .success(text)
  }

  private static func exists(_ path: String, isDirectory: inout Bool) -> Bool {
    #if canImport(Darwin)
      var answer = ObjCBool(false)
      defer { isDirectory = answer.boolValue }
    #else
      var answer = false
      defer { isDirectory = answer }
    #endif
    return FileManager.default.fileExists(atPath: path, isDirectory: &answer)
  }
}
