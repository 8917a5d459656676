// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Polynomials over Z_q (q = 3329) modulo X^256 + 1, in memory that is wiped when they die.
///
/// Coefficients are signed and only bounded, not reduced; each operation says what it needs and leaves. All take the
/// same time whatever the values are: no branch, no index and no division depends on one.
@safe
struct RingElements: ~Copyable {
  static let degree = 256
  static let modulus: Int16 = 3329

  let count: Int
  private let coefficients: UnsafeMutableBufferPointer<Int16>

  /// `count` zero polynomials.
  init(count: Int) {
    self.count = count
    unsafe coefficients = .allocate(capacity: count * Self.degree)
    unsafe coefficients.initialize(repeating: 0)
  }

  deinit {
    unsafe wipeAndDeallocate(coefficients)
  }

  subscript(element: Int, index: Int) -> Int16 {
    get {
      precondition(element < count && index < Self.degree)
      return unsafe coefficients[element * Self.degree + index]
    }
    set {
      precondition(element < count && index < Self.degree)
      unsafe coefficients[element * Self.degree + index] = newValue
    }
  }

  mutating func reduce(_ element: Int) {
    for index in 0..<Self.degree { self[element, index] = centered(self[element, index]) }
  }

  /// Adds one polynomial of `other`.
  mutating func add(_ other: borrowing RingElements, _ otherElement: Int, to element: Int) {
    for index in 0..<Self.degree { self[element, index] += other[otherElement, index] }
  }

  /// NTT (FIPS 203, algorithm 9) in place. Takes |f| ≤ 2, leaves |f| ≤ q/2.
  mutating func transform(_ element: Int) {
    var root = 1
    var length = 128
    while length >= 2 {
      for start in stride(from: 0, to: Self.degree, by: 2 * length) {
        let zeta = rootsOfUnity[root]
        root += 1
        for index in start..<start + length {
          let product = montgomeryProduct(zeta, self[element, index + length])
          self[element, index + length] = self[element, index] - product
          self[element, index] += product
        }
      }
      length /= 2
    }
    reduce(element)
  }

  /// The inverse NTT (algorithm 10) in place, times 2^16 to undo `addProduct`'s factor. Takes and leaves |f| < q.
  mutating func transformBack(_ element: Int) {
    var root = 127
    var length = 2
    while length <= 128 {
      for start in stride(from: 0, to: Self.degree, by: 2 * length) {
        let zeta = rootsOfUnity[root]
        root -= 1
        for index in start..<start + length {
          let (low, high) = (self[element, index], self[element, index + length])
          self[element, index] = centered(low + high)
          self[element, index + length] = montgomeryProduct(zeta, high - low)
        }
      }
      length *= 2
    }
    // 2^32 / 128 mod q
    for index in 0..<Self.degree { self[element, index] = montgomeryProduct(1441, self[element, index]) }
  }

  /// Adds left · right / 2^16, all in the NTT domain (algorithm 11). Takes |left|, |right| < q and adds less than 2q to
  /// each coefficient, so that four products fit before `reduce`.
  mutating func addProduct(
    of left: borrowing RingElements, _ leftElement: Int, and right: borrowing RingElements, _ rightElement: Int,
    to element: Int
  ) {
    for pair in 0..<Self.degree / 2 {
      let (a0, a1) = (left[leftElement, 2 * pair], left[leftElement, 2 * pair + 1])
      let (b0, b1) = (right[rightElement, 2 * pair], right[rightElement, 2 * pair + 1])
      // γ = ζ^(2·BitRev₇(pair) + 1): the root of the last layer, and its negative for every second pair.
      let root = rootsOfUnity[64 + pair / 2]
      let gamma = pair % 2 == 0 ? root : -root
      self[element, 2 * pair] += montgomeryProduct(a0, b0) + montgomeryProduct(montgomeryProduct(a1, b1), gamma)
      self[element, 2 * pair + 1] += montgomeryProduct(a0, b1) + montgomeryProduct(a1, b0)
    }
  }
}

/// a · b / 2^16 mod q, in (-q, q) if |a · b| < q · 2^15.
@inline(__always)
func montgomeryProduct(_ left: Int16, _ right: Int16) -> Int16 {
  let product = Int32(left) &* Int32(right)
  // -3327 = q^-1 mod 2^16
  let quotient = Int16(truncatingIfNeeded: product) &* -3327
  return Int16(truncatingIfNeeded: (product &- Int32(quotient) &* Int32(RingElements.modulus)) &>> 16)
}

/// The representative of `value` in [-q/2, q/2] (Barrett).
@inline(__always)
func centered(_ value: Int16) -> Int16 {
  // 20159 = round(2^26 / q)
  let quotient = (20159 &* Int32(value) &+ 1 << 25) &>> 26
  return value &- Int16(truncatingIfNeeded: quotient &* Int32(RingElements.modulus))
}

/// The representative of `value` in [0, q).
@inline(__always)
func canonical(_ value: Int16) -> Int16 {
  let reduced = centered(value)
  return reduced &+ (RingElements.modulus & (reduced &>> 15))
}

/// 17^BitRev₇(i) · 2^16 mod q, signed, as NTT and products use them.
private let rootsOfUnity: InlineArray<128, Int16> = {
  var roots = InlineArray<128, Int16>(repeating: 0)
  for index in 0..<128 {
    var exponent = 0
    for bit in 0..<7 where index >> bit & 1 == 1 { exponent |= 64 >> bit }
    var power = 1 << 16 % 3329
    for _ in 0..<exponent { power = power * 17 % 3329 }
    roots[index] = centered(Int16(truncatingIfNeeded: power % 3329))
  }
  return roots
}()
