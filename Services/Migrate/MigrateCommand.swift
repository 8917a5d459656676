// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit

/// Brings the database to the version of the migration files; see `MigrationRunner`.
@main
struct MigrateCommand {
  static func main() async {
    await MigrationRunner.run()
  }
}
