// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What an operation may cost at most: allocations, which are exact, and time as a multiple of something that was measured in
/// the same run, so that it holds on any machine.
struct Threshold {
  enum Unit {
    case x25519
    /// The bare primitives of a message in a chain, in suite 1 and in the others, or of one in ping-pong.
    case chainMessage, hybridChainMessage, pingPong
    /// HMAC-SHA256 of one byte.
    case hmac
  }

  let allocations: Double
  let times: Double
  let unit: Unit

  /// Measured on an x86-64 of 2024, and a tenth to a fifth on top.
  static let classic: [String: Threshold] = [
    "verify bundle": Threshold(allocations: 5, times: 5.5, unit: .x25519),
    "open session, encrypt": Threshold(allocations: 56, times: 7.5, unit: .x25519),
    "answer session, decrypt": Threshold(allocations: 62, times: 8.5, unit: .x25519),
    "encrypt 256 bytes in a chain": Threshold(allocations: 9, times: 1.5, unit: .chainMessage),
    "decrypt 256 bytes in a chain": Threshold(allocations: 9, times: 1.5, unit: .chainMessage),
    "encrypt and decrypt 256 bytes in ping-pong": Threshold(allocations: 34, times: 1.2, unit: .pingPong),
    "store and load session": Threshold(allocations: 14, times: 8, unit: .hmac),
    "seal 256 bytes for 1,000 devices": Threshold(allocations: 25_100, times: 1_500, unit: .x25519),
    "open a sealed message": Threshold(allocations: 60, times: 12, unit: .x25519),
  ]

  static let hybrid: [String: Threshold] = [
    "verify bundle": Threshold(allocations: 24, times: 35, unit: .x25519),
    "open session, encrypt": Threshold(allocations: 92, times: 15, unit: .x25519),
    "answer session, decrypt": Threshold(allocations: 88, times: 15, unit: .x25519),
    "encrypt 256 bytes in a chain": Threshold(allocations: 20, times: 1.9, unit: .hybridChainMessage),
    "decrypt 256 bytes in a chain": Threshold(allocations: 17, times: 1.8, unit: .hybridChainMessage),
    "encrypt and decrypt 256 bytes in ping-pong": Threshold(allocations: 54, times: 1.4, unit: .pingPong),
  ]

  /// The bar is 120 ns to write and 100 to read, where an HMAC takes 240.
  static let frames: [String: Threshold] = [
    "write a map of 8 fields and 256 bytes": Threshold(allocations: 1, times: 0.6, unit: .hmac),
    "read a map of 8 fields and 256 bytes": Threshold(allocations: 0, times: 0.42, unit: .hmac),
  ]

  static let groups: [String: Threshold] = [
    "encrypt 256 bytes to a group": Threshold(allocations: 30, times: 2, unit: .x25519),
    "decrypt 256 bytes from a group": Threshold(allocations: 30, times: 3, unit: .x25519),
  ]

  /// What is too much, and thresholds of what was not measured.
  static func complaints(
    about measurements: [Measurement], _ thresholds: [String: Threshold], _ what: String, _ primitives: Primitives
  ) -> [String] {
    let measured = Set(measurements.map(\.name))
    return measurements.compactMap { thresholds[$0.name]?.complaint(about: $0, primitives) }.map { "\(what): \($0)" }
      + thresholds.keys.filter { !measured.contains($0) }.map { "\(what): nothing is called \($0)" }
  }

  private func complaint(about measurement: Measurement, _ primitives: Primitives) -> String? {
    let base =
      switch unit {
      case .x25519: primitives["X25519"]
      case .chainMessage: primitives.chainMessage
      case .hybridChainMessage: primitives.hybridChainMessage
      case .pingPong: primitives.pingPong
      case .hmac: primitives["HMAC-SHA256"]
      }
    // A buffer that grows now and then is a fraction of an allocation.
    if measurement.allocations > allocations + 0.2 {
      return "\(measurement.name): \(decimal(measurement.allocations)) allocations, at most \(decimal(allocations))"
    }
    let ratio = measurement.nanoseconds / base
    return ratio > times ? "\(measurement.name): \(decimal(ratio)) \(unit), at most \(decimal(times))" : nil
  }
}

/// With one decimal.
func decimal(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}
