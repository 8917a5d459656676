// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A piece of a message: the value of its sixteen polynomials at x = `index`.
package struct Chunk: Hashable, Sendable {
  package let index: UInt16
  package let content: FieldVector
}

/// Lagrange's interpolation over GF(2^16), where a message of n chunks is a polynomial of degree n - 1 (sixteen side by
/// side): its chunks are the values at 0, 1, …, n - 1, and any n values give all others. What is coded is public.
enum ErasureCode {
  /// More chunks than the longest message (the vector of ML-KEM-1024: 48).
  private static let maximumCount = 64

  /// The value at `x` of the polynomial that has `chunks` as its values at 0..<count.
  static func value(at x: UInt16, ofMessage chunks: [FieldVector]) -> FieldVector {
    var weights = inverseDenominators[chunks.count]
    multiply(&weights, byNumeratorsAt: x) { UInt16(truncatingIfNeeded: $0) }
    return FieldVector.sum(of: chunks, weights: weights)
  }

  /// The first chunks.count values of the polynomial that goes through all `chunks`, whose indices differ.
  static func message(through chunks: [Chunk]) -> [FieldVector] {
    let points = chunks.map { $0.index }
    let vectors = chunks.map { $0.content }
    var denominators: [FieldElement] = []
    return (0..<chunks.count).map { position in
      let x = UInt16(position)
      if let known = chunks.firstIndex(where: { $0.index == x }) { return vectors[known] }
      if denominators.isEmpty { denominators = inverseDenominators(points) }
      var weights = denominators
      multiply(&weights, byNumeratorsAt: x) { points[$0] }
      return FieldVector.sum(of: vectors, weights: weights)
    }
  }

  /// Multiplies the weight of each point i by the product of (x - j) over all other points j: by those before it, then by
  /// those behind it.
  private static func multiply(
    _ weights: inout [FieldElement], byNumeratorsAt x: UInt16, point: (Int) -> UInt16
  ) {
    var product = FieldElement.one
    for index in weights.indices.dropFirst() {
      product = product * FieldElement(bits: x ^ point(index - 1))
      weights[index] = weights[index] * product
    }
    product = .one
    for index in weights.indices.dropLast().reversed() {
      product = product * FieldElement(bits: x ^ point(index + 1))
      weights[index] = weights[index] * product
    }
  }

  /// For each point i the inverse of the product of (i - j) over all other points j.
  private static func inverseDenominators(_ points: [UInt16]) -> [FieldElement] {
    points.map { point in
      var product = FieldElement.one
      for other in points where other != point { product = product * FieldElement(bits: point ^ other) }
      return product.inverse
    }
  }

  /// The same for the points 0..<count, by count. Senders need them for every chunk behind a message's own.
  private static let inverseDenominators: [[FieldElement]] = {
    var products: [FieldElement] = []
    var result: [[FieldElement]] = [[]]
    for count in 1...maximumCount {
      let added = UInt16(count - 1)
      var last = FieldElement.one
      for index in products.indices {
        let difference = FieldElement(bits: UInt16(index) ^ added)
        products[index] = products[index] * difference
        last = last * difference
      }
      products.append(last)
      result.append(products.map { $0.inverse })
    }
    return result
  }()
}
