// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Wire

extension MailboxStore {
  /// Reads pages of mailboxes in one statement, so that the rows of each and its last sequence are of one moment.
  /// - Returns: one page for each request, in order.
  func pages(_ requests: [MailboxPageRequest]) async throws -> [MailboxPage] {
    guard !requests.isEmpty else { return [] }
    return try await postgres.withConnection { connection in
      let rows = try connection.query(
        Self.pages, .uuidArray(requests.map(\.device.account.bytes)), .int32Array(requests.map(\.device.device.column)),
        .int64Array(requests.map { Int64(clamping: $0.page.first) }), .int64Array(requests.map { Int64($0.page.rows) }),
        .int64Array(requests.map { Int64($0.page.bytes) }))
      var pages = requests.map { MailboxPage(request: $0) }
      for row in rows {
        guard let index = Int(exactly: try row.int64(0)), pages.indices.contains(index - 1) else {
          throw DeliveryError.corruptRow
        }
        pages[index - 1].lastSequence = try row.natural(1)
        if try !row.isNull(2) {
          pages[index - 1].envelopes.append(try Self.envelope(row, of: requests[index - 1].device))
        }
      }
      return pages
    }
  }

  private static func envelope(_ row: PostgresRow, of device: DeviceAddress) throws -> StoredEnvelope {
    guard let kind = CiphertextKind(rawValue: UInt64(UInt16(bitPattern: try row.int16(7)))) else {
      throw DeliveryError.corruptRow
    }
    return StoredEnvelope(
      recipient: device, sequence: try row.natural(2),
      sender: DeviceAddress(account: try row.account(3), device: try row.device(4)), message: try row.message(5),
      acceptedAt: try row.natural(6), kind: kind, isUrgent: try row.bool(8), ciphertext: try row.bytes(9)[...])
  }

  /// A page ends before the row at which the ciphertexts before it reach the bytes asked for.
  private static let pages: StaticString = """
    SELECT asked.ordinal, coalesce(m.last_sequence, 0), e.sequence, e.sender, e.sender_device, e.message,
      e.accepted_at, e.kind, e.is_urgent, e.ciphertext
    FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
      WITH ORDINALITY AS asked (account, device, first, rows, bytes, ordinal)
    LEFT JOIN mailboxes m ON m.account = asked.account AND m.device = asked.device
    LEFT JOIN LATERAL (
      SELECT * FROM (
        SELECT page.*,
          sum(octet_length(page.ciphertext)) OVER (ORDER BY page.sequence) - octet_length(page.ciphertext)
            AS bytes_before
        FROM (
          SELECT * FROM envelopes e
          WHERE e.account = asked.account AND e.device = asked.device AND e.sequence >= asked.first
          ORDER BY e.sequence LIMIT asked.rows
        ) AS page
      ) AS counted
      WHERE counted.bytes_before < asked.bytes
    ) AS e ON true
    ORDER BY asked.ordinal, e.sequence
    """
}
