// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// How much a reader takes from a stranger before it refuses.
public struct MessagePackLimits: Equatable, Sendable {
  /// The deepest nesting that any reader follows, whatever its limits say: skipping and generic values recurse.
  @inlinable
  public static var greatestDepth: Int { 128 }

  /// 16 levels, 1 MiB, 65 536 elements.
  @inlinable
  public static var standard: MessagePackLimits { MessagePackLimits() }

  /// How many arrays and maps may be open at once; 0 allows scalars alone. More than `greatestDepth` counts as that.
  public var depth: Int
  /// The longest string, binary or extension payload, in bytes.
  public var length: Int
  /// The most elements of one array, or entries of one map.
  public var count: Int

  /// Limits that are the standard ones where nothing else is given.
  @inlinable
  public init(depth: Int = 16, length: Int = 1 << 20, count: Int = 65_536) {
    self.depth = depth
    self.length = length
    self.count = count
  }
}
