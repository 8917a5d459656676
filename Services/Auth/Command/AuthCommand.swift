// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import AuthService
import ServiceKit

@main
struct AuthCommand {
  static func main() async {
    await ServiceRunner.run("auth", build: AuthService.build)
  }
}
