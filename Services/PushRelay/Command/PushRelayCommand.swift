// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import PushRelayService
import ServiceKit

@main
struct PushRelayCommand {
  static func main() async {
    await ServiceRunner.run("push-relay", build: { try await PushRelayService.build($0) })
  }
}
