// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables of a profile's store, and what they reveal to somebody who reads the file without its key.
///
/// | table | in the clear | sealed |
/// | --- | --- | --- |
/// | `profile` | which entries there are | account, keys, tokens, servers, a registration under way |
/// | `counters` | how many prekeys, messages and contacts were ever made | |
/// | `contacts` | how many; which have an account known to the server | account, names, root key, verification |
/// | `device_lists` | the number of each list | the signed list |
/// | `sessions` | which contact's which device has one, of which suite | the session record |
/// | `archived_sessions` | which of those have had another before | the sessions before |
/// | `renewals` | for which contact's which device a new session was begun to ask for something | when |
/// | `prekeys` | kind, id, suite, when made, whether uploaded | the private key |
/// | `base_keys` | how many sessions a device opened without a one-time prekey | |
/// | `messages` | order, direction, state, which contact (as a number), size, whether unread | text, times, ids |
/// | `silent` | how many messages of which nothing is shown came lately | |
/// | `outbox` | how many wait, for which contact (as a number), for which list, how many of them are asked for or ask | the encrypted frame, ids |
/// | `resends` | how often a message (as a number) was sent again | |
///
/// So a thief learns counts, sizes and the order of things, and neither who, nor what, nor when. Sealed values are
/// overwritten on deletion (`secure_delete`), though the file system may keep older pages.
enum StoreSchema {
  /// Applied in order, each once, recorded by GRDB. Never changed after a release; later ones are appended.
  static func migrator(_ sealer: RecordSealer) -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("0001-profile") { database in try database.execute(sql: first) }
    migrator.registerMigration("0002-silent") { database in try database.execute(sql: silent) }
    migrator.registerMigration("0003-recovery") { database in try database.execute(sql: recovery) }
    migrator.registerMigration("0004-outbox") { database in
      try database.execute(sql: "CREATE INDEX outbox_by_message ON outbox (message)")
    }
    migrator.registerMigration("0005-archive") { database in try database.execute(sql: archive) }
    // Messages are known by their ids.
    migrator.registerMigration("0006-numbers") { database in try database.execute(sql: "DROP TABLE received") }
    migrator.registerMigration("0007-keys") { database in
      try StoreTransaction(database: database, sealer: sealer, ownDevices: OwnDeviceCache()).setKeysApart()
    }
    migrator.registerMigration("0008-replays") { database in try database.execute(sql: replays) }
    return migrator
  }

  /// Messages of which nothing is shown whose ids are kept, so that one that comes again is known. The server removes
  /// repetitions itself, and a message waits there for as long as the operator says, 30 days unless told otherwise.
  static let silentMessages = 10_000

  private static let silent = """
    CREATE TABLE silent (
      id INTEGER PRIMARY KEY NOT NULL,
      tag BLOB NOT NULL UNIQUE
    ) STRICT;
    """

  /// Base keys that are remembered of each device of a contact; the oldest goes. An honest one opens a session now and
  /// then, and one an hour at the most because it asks for something (`renewalPause`); a signed prekey lasts 37 days.
  static let baseKeys = 1_000

  private static let replays = """
    CREATE TABLE base_keys (
      id INTEGER PRIMARY KEY NOT NULL,
      contact INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE,
      device INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      prekey INTEGER NOT NULL,
      tag BLOB NOT NULL UNIQUE,
      FOREIGN KEY (kind, prekey) REFERENCES prekeys ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX base_keys_by_device ON base_keys (contact, device, id);
    CREATE INDEX base_keys_by_prekey ON base_keys (kind, prekey);

    CREATE TABLE renewals (
      contact INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE,
      device INTEGER NOT NULL,
      sealed BLOB NOT NULL,
      PRIMARY KEY (contact, device)
    ) STRICT, WITHOUT ROWID;
    """

  /// A row of the outbox without a message asks for something to be sent again.
  private static let recovery = """
    CREATE TABLE outbox_with_purpose (
      id INTEGER PRIMARY KEY NOT NULL,
      message INTEGER REFERENCES messages,
      recipient INTEGER NOT NULL REFERENCES contacts,
      list_number INTEGER,
      purpose BLOB,
      sealed BLOB
    ) STRICT;
    INSERT INTO outbox_with_purpose SELECT id, message, recipient, list_number, NULL, sealed FROM outbox;
    DROP TABLE outbox;
    ALTER TABLE outbox_with_purpose RENAME TO outbox;
    CREATE INDEX outbox_by_recipient ON outbox (recipient, id);

    CREATE TABLE resends (
      tag BLOB PRIMARY KEY NOT NULL,
      message INTEGER NOT NULL REFERENCES messages
    ) STRICT, WITHOUT ROWID;
    """

  /// Apart from the current session, which is written with every message.
  private static let archive = """
    CREATE TABLE archived_sessions (
      contact INTEGER NOT NULL,
      device INTEGER NOT NULL,
      suite INTEGER NOT NULL,
      sealed BLOB NOT NULL,
      PRIMARY KEY (contact, device, suite),
      FOREIGN KEY (contact, device, suite) REFERENCES sessions ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    """

  private static let first = """
    CREATE TABLE profile (
      name TEXT PRIMARY KEY NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE counters (
      name TEXT PRIMARY KEY NOT NULL,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE contacts (
      id INTEGER PRIMARY KEY NOT NULL,
      account_tag BLOB UNIQUE,
      name_tag BLOB NOT NULL UNIQUE,
      sealed BLOB NOT NULL
    ) STRICT;

    CREATE TABLE device_lists (
      contact INTEGER PRIMARY KEY NOT NULL REFERENCES contacts ON DELETE CASCADE,
      number INTEGER NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT;

    -- A list never goes back; a changed identity, accepted by the person, deletes the row first.
    CREATE TRIGGER device_lists_never_go_back BEFORE UPDATE ON device_lists
    WHEN NEW.number < OLD.number
    BEGIN SELECT RAISE(ABORT, 'device list goes back'); END;

    CREATE TABLE sessions (
      contact INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE,
      device INTEGER NOT NULL,
      suite INTEGER NOT NULL,
      sealed BLOB NOT NULL,
      PRIMARY KEY (contact, device, suite)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE prekeys (
      kind INTEGER NOT NULL,
      id INTEGER NOT NULL,
      suite INTEGER NOT NULL,
      made_at INTEGER NOT NULL,
      uploaded INTEGER NOT NULL,
      sealed BLOB NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE messages (
      id INTEGER PRIMARY KEY NOT NULL,
      contact INTEGER NOT NULL REFERENCES contacts,
      tag BLOB NOT NULL UNIQUE,
      direction INTEGER NOT NULL,
      state INTEGER NOT NULL,
      unread INTEGER NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT;

    CREATE INDEX messages_by_contact ON messages (contact, id);
    CREATE INDEX messages_unread ON messages (id) WHERE unread = 1;

    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY NOT NULL,
      message INTEGER NOT NULL REFERENCES messages,
      recipient INTEGER NOT NULL REFERENCES contacts,
      list_number INTEGER,
      sealed BLOB
    ) STRICT;

    CREATE INDEX outbox_by_recipient ON outbox (recipient, id);

    CREATE TABLE received (
      first INTEGER PRIMARY KEY NOT NULL,
      last INTEGER NOT NULL
    ) STRICT;
    """
}
