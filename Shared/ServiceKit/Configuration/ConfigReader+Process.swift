// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
import Foundation

extension ConfigReader {
  /// What the process was started with: environment variables, and behind them the files of the secrets directory.
  ///
  /// Read once; a change needs a restart.
  /// - Throws: ``ConfigurationError`` when the secrets directory was named and cannot be read.
  public static func process() throws(ConfigurationError) -> ConfigReader {
    try process(environment: ProcessInfo.processInfo.environment)
  }

  static func process(environment: [String: String]) throws(ConfigurationError) -> ConfigReader {
    let variables = EnvironmentVariablesProvider(
      environmentVariables: environment,
      secretsSpecifier: .dynamic { name, _ in name.hasSuffix("_SECRET") || name.hasSuffix("_PASSWORD") })
    let secrets = try SecretsDirectory(environment: environment).provider()
    return ConfigReader(providers: [variables, secrets]).scoped(to: "construct")
  }

  /// Settings from memory, for tests.
  /// - Parameter settings: keys as in `postgres.pool.size`.
  public static func memory(_ settings: [String: String]) -> ConfigReader {
    var values: [AbsoluteConfigKey: ConfigValue] = [:]
    for (key, text) in settings {
      let parts = key.split(separator: ".").map(String.init)
      values[AbsoluteConfigKey(["construct"] + parts)] = ConfigValue(.string(text), isSecret: false)
    }
    return ConfigReader(provider: InMemoryProvider(name: "memory", values: values)).scoped(to: "construct")
  }
}
