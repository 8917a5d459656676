// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import DeliveryService
import ServiceKit

@main
struct DeliveryCommand {
  static func main() async {
    await ServiceRunner.run("delivery", build: { try await DeliveryService.build($0) })
  }
}
