// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The names of all Redis streams and the field that holds an entry's record. These are all keys that Construct has in
/// Redis:
///
/// | stream | type | written by | read by | life |
/// | --- | --- | --- | --- | --- |
/// | `construct:queue:auth` | stream, group `auth` | gateways | any auth | entries deleted when answered |
/// | `construct:queue:keys` | stream, group `keys` | gateways | any key directory | entries deleted when answered |
/// | `construct:queue:push` | stream, group `push` | gateways, delivery, push relays | any push relay | entries deleted when done |
/// | `construct:partition:N` | stream | gateways, auth, the owner of N | the owner of N | trimmed to the committed position |
/// | `construct:gateway:ID` | stream | every service | that gateway | trimmed as read; expires with the gateway |
/// | `construct:gateways` | sorted set, score = expiry in ms | gateways; delivery removes | delivery | members renewed each second |
/// | `construct:push:windows`, `construct:push:kept` | sorted set and hash, see `WakeUpWindows` | push relays | push relays | until a window closes |
/// | `construct:rate:HASH` | string, see `RateLimiter` | gateway, auth, keys | the same | until the bucket is full |
public enum StreamName {
  public static let authQueue = "construct:queue:auth"
  public static let keysQueue = "construct:queue:keys"
  public static let pushQueue = "construct:queue:push"
  public static let gateways = "construct:gateways"

  public static func partition(_ partition: Partition) -> String { "construct:partition:\(partition.number)" }
  public static func gateway(_ gateway: String) -> String { "construct:gateway:\(gateway)" }

  /// The one field of every entry: an encoded record.
  public static let field = "r"
  /// The one field of those entries of `pushQueue` that hold a `PushRequest` and want no answer.
  public static let wakeUpField = "p"
}
