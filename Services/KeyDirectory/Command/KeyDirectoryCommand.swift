// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import KeyDirectoryService
import ServiceKit

@main
struct KeyDirectoryCommand {
  static func main() async {
    await ServiceRunner.run("key-directory", build: KeyDirectoryService.build)
  }
}
