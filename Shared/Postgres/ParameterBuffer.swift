// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The parameters of one statement as libpq wants them: their types, and their values in one piece of memory.
struct ParameterBuffer {
  /// The object identifier of each; 0 where the server is to work it out.
  private(set) var types: [UInt32] = []
  /// The values, one after the other. The first byte is padding, so that an empty value has an address too.
  private(set) var bytes: [UInt8] = [0]
  /// Where each value begins in `bytes`; nil for NULL.
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []

  /// The protocol's bound (Bind counts parameters in 16 bits).
  static let maximumCount = 65_535
  /// The server's bound for one value.
  static let maximumLength = 1 << 30

  init(_ values: [PostgresValue], at site: CallSite) throws(PostgresError) {
    guard values.count <= Self.maximumCount else {
      throw PostgresError(.invalidParameter, "more than \(Self.maximumCount) parameters", at: site)
    }
    types.reserveCapacity(values.count)
    offsets.reserveCapacity(values.count)
    lengths.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      let start = bytes.count
      types.append(value.type ?? 0)
      guard value != .null else {
        offsets.append(nil)
        lengths.append(0)
        continue
      }
      if let fault = BinaryEncoder.append(value, to: &bytes) {
        throw PostgresError(.invalidParameter, "parameter \(index + 1) \(fault)", at: site)
      }
      guard bytes.count - start <= Self.maximumLength else {
        throw PostgresError(.invalidParameter, "parameter \(index + 1) is longer than 1 GiB", at: site)
      }
      offsets.append(start)
      lengths.append(Int32(bytes.count - start))
    }
  }

  var count: Int { types.count }

  /// Lends the arrays that `PQsendQueryParams` and `PQsendQueryPrepared` read: values, lengths, formats (all binary).
  func withPointers<Result>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    let formats = [Int32](repeating: 1, count: count)
    return unsafe bytes.withUnsafeBytes { memory in
      let start = unsafe memory.baseAddress?.assumingMemoryBound(to: CChar.self)
      let values = unsafe offsets.map { offset in
        unsafe offset.flatMap { offset in unsafe start.map { start in unsafe start + offset } }
      }
      return unsafe values.withUnsafeBufferPointer { values in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          unsafe formats.withUnsafeBufferPointer { formats in
            unsafe body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
          }
        }
      }
    }
  }
}
