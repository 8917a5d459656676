// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import VectorRunner

@testable import CryptoCore

/// Every step of an encapsulation against published ones (`Tests/Vectors/ml-kem`), so that a wrong one is found by its name.
/// `construct-vectors` compares what leaves the core: header, both parts and the secret.
@Suite("Steps of an ML-KEM encapsulation")
struct MLKEMIntermediateTests {
  private struct Steps {
    let content: JSONValue

    init(of set: MLKEMParameterSet) throws {
      let name = set == .mlkem768 ? "cctv_intermediate_768" : "cctv_intermediate_1024"
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Vectors/ml-kem/\(name).json")
      content = try VectorFile(at: file).content
    }

    /// The values of this name, in the order of the file: r is a seed and then a vector.
    private func values(_ name: String) throws -> [String] {
      let steps = try #require(content["steps"]?.elements)
      return steps.filter { $0["name"]?.text == name }.compactMap { $0["value"]?.text }
    }

    func bytes(_ name: String) throws -> [UInt8] {
      try #require(try values(name).first.flatMap { hexadecimal($0) })
    }

    /// Polynomials' coefficients, one after another.
    func coefficients(_ name: String) throws -> [Int] {
      let value = try #require(try values(name).last)
      if value.hasPrefix("{") {
        return try value.dropFirst().prefix { $0 != "}" }.split(separator: ",").map {
          try #require(Int($0.trimmingCharacters(in: .whitespaces)))
        }
      }
      let bytes = try #require(hexadecimal(value)).map { Int($0) }
      var coefficients: [Int] = []
      for index in stride(from: 0, to: bytes.count, by: 3) {
        coefficients.append(bytes[index] | (bytes[index + 1] & 15) << 8)
        coefficients.append(bytes[index + 1] >> 4 | bytes[index + 2] << 4)
      }
      return coefficients
    }
  }

  @Test(
    "matrix, noise, transform, products, compression and message are the published ones",
    arguments: MLKEMParameterSet.allCases)
  func steps(set: MLKEMParameterSet) throws {
    let published = try Steps(of: set)
    let computed = try coefficients(
      rho: published.bytes("ρ"), key: published.bytes("ek"), message: SecretBytes(copying: published.bytes("m")),
      seed: SecretBytes(copying: published.bytes("r")), set: set)
    #expect(computed.count == 11)
    for (name, coefficients) in computed { #expect(try coefficients == published.coefficients(name), "\(name)") }
  }

  /// The steps of `MLKEMEncapsulation`, each by its name in the file.
  private func coefficients(
    rho: [UInt8], key: [UInt8], message: SecretBytes, seed: SecretBytes, set: MLKEMParameterSet
  ) -> [String: [Int]] {
    var steps: [String: [Int]] = [:]
    let rank = set.rank
    var matrix = RingElements(count: rank * rank)
    for entry in 0..<rank * rank {
      matrix.sampleUniform(entry, seed: rho.span, first: UInt8(entry / rank), second: UInt8(entry % rank))
    }
    steps["A^T"] = coefficients(of: matrix)

    var noise = RingElements(count: rank)
    for index in 0..<rank { noise.sampleSmall(index, seed: seed, nonce: UInt8(index)) }
    steps["r"] = coefficients(of: noise)
    for index in 0..<rank { noise.transform(index) }
    steps["NTT(r)"] = coefficients(of: noise)
    var firstErrors = RingElements(count: rank)
    for index in 0..<rank { firstErrors.sampleSmall(index, seed: seed, nonce: UInt8(rank + index)) }
    steps["e1"] = coefficients(of: firstErrors)
    var secondError = RingElements(count: 1)
    secondError.sampleSmall(0, seed: seed, nonce: UInt8(2 * rank))
    steps["e2"] = coefficients(of: secondError)

    var first = RingElements(count: rank)
    for row in 0..<rank {
      for column in 0..<rank { first.addProduct(of: matrix, row * rank + column, and: noise, column, to: row) }
      first.reduce(row)
      first.transformBack(row)
      first.add(firstErrors, row, to: row)
    }
    let vector = coefficients(of: first)
    steps["u"] = vector
    steps["u[0]"] = Array(vector[..<RingElements.degree])
    steps["compress(u[0])"] = vector[..<RingElements.degree].map { compressed($0, bits: set.firstPartBits) }

    var messagePart = RingElements(count: 1)
    messagePart.addMessage(message, to: 0)
    steps["μ"] = coefficients(of: messagePart)
    var keyVector = RingElements(count: rank)
    _ = keyVector.decode(Array(key[..<set.vectorSize]))
    var second = RingElements(count: 1)
    for index in 0..<rank { second.addProduct(of: keyVector, index, and: noise, index, to: 0) }
    second.reduce(0)
    second.transformBack(0)
    second.add(secondError, 0, to: 0)
    second.add(messagePart, 0, to: 0)
    let value = coefficients(of: second)
    steps["v"] = value
    steps["compress(v)"] = value.map { compressed($0, bits: set.secondPartBits) }
    return steps
  }

  private func coefficients(of elements: borrowing RingElements) -> [Int] {
    var result: [Int] = []
    for element in 0..<elements.count {
      for index in 0..<RingElements.degree { result.append(Int(canonical(elements[element, index]))) }
    }
    return result
  }

  private func compressed(_ value: Int, bits: Int) -> Int { Int(RingElements.compress(Int16(value), bits: bits)) }
}
