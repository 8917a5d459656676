// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import GatewayService
import ServiceKit

/// The process of a gateway; `GatewayConfiguration` lists its settings.
@main
struct GatewayCommand {
  static func main() async {
    await ServiceRunner.run("gateway") { context in try await GatewayService.build(context) }
  }
}
