// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConstructCLI

@Suite("QR codes")
struct QRCodeTests {
  @Test("the standard's example of Reed-Solomon codewords")
  func reedSolomon() {
    // ISO/IEC 18004, annex I: version 1-M of "01234567".
    let data: [UInt8] = [
      0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11,
    ]
    #expect(
      ReedSolomon(count: 10).codewords(of: data) == [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55])
  }

  @Test("the standard's tables of format and version information")
  func information() {
    #expect(QRInformation.format(.checkers) == 0b101_0100_0001_0010)
    #expect(QRInformation.format(.crosses) == 0b100_0000_1100_1110)
    #expect(QRInformation.version(7) == 0b00_0111_1100_1001_0100)
    #expect(QRInformation.version(40) == 0b10_1000_1100_0110_1001)
  }

  @Test("the standard's capacities in bytes at level M")
  func capacities() {
    #expect([1, 2, 5, 9, 10, 27, 40].map { QRVersion(number: $0).capacity } == [14, 26, 84, 180, 213, 1_125, 2_331])
    #expect(QRVersion(holding: 65)?.number == 5)
    #expect(QRVersion(holding: 2_332) == nil)
    #expect(QRCode([UInt8](repeating: 0, count: 2_332)) == nil)
  }

  @Test("the standard's coordinates of alignment patterns")
  func alignment() {
    #expect(QRVersion(number: 1).alignmentCentres.isEmpty)
    #expect(QRVersion(number: 2).alignmentCentres == [6, 18])
    #expect(QRVersion(number: 15).alignmentCentres == [6, 26, 48, 70])
    #expect(QRVersion(number: 32).alignmentCentres == [6, 34, 60, 86, 112, 138])
    #expect(QRVersion(number: 40).alignmentCentres == [6, 30, 58, 86, 114, 142, 170])
  }

  @Test("a symbol that another encoder made, module by module, and readers have read")
  func symbol() throws {
    let code = try #require(QRCode(Array("https://example.org/construct".utf8)))
    let rows = (0..<code.size).map { row in
      (0..<code.size).map { code[row, $0] ? "#" : "." }.joined()
    }
    #expect(rows == Self.expected)
  }

  @Test("half blocks show two modules in a character, with a quiet zone, in both polarities")
  func halfBlocks() throws {
    let code = try #require(QRCode([1]))
    let plain = code.lines(styled: false)
    #expect(plain.count == 15 && plain.allSatisfy { $0.count == 29 })
    // The quiet zone is light, and light is drawn where dark is the terminal's own ground.
    #expect(plain[0] == String(repeating: "█", count: 29))
    #expect(plain[2].hasPrefix("████ ▄▄▄▄▄ "))
    let styled = code.lines(styled: true)
    #expect(styled[2].contains("    █▀▀▀▀▀█"))
    #expect(styled[2].hasPrefix("\u{1B}[") && styled[2].hasSuffix("\u{1B}[0m"))
  }

  private static let expected = [
    "#######.#....###..#...#######",
    "#.....#.#..#.###.#.#..#.....#",
    "#.###.#.#....##...#.#.#.###.#",
    "#.###.#..##.#.##.#.##.#.###.#",
    "#.###.#.###..#.#.#.#..#.###.#",
    "#.....#..##..##...#.#.#.....#",
    "#######.#.#.#.#.#.#.#.#######",
    "...........##.#.....#........",
    "#..###############.#.#..#.###",
    "...##..#.#.#..#....#.#.##.##.",
    "#.#...#.##.##.#..#...#..#.#..",
    ".#..##.#..###.##.####.#..#..#",
    "#.#..###.#...##.....#.##....#",
    "####...###..#.......#.#######",
    "..##.####...#.##.####..##.#.#",
    "#.#.....#.##.##.#.##..#.#.#.#",
    ".#..#.#..#.##..#....#..#.#...",
    "#.##.#..###.#....#.##...#.##.",
    "##..#####.#.###.##.##.####..#",
    "##..#.......##.##...##...##..",
    "##.#..##.##..#...#.#########.",
    "........#..#.#..#.###...##...",
    "#######.##..##.##.###.#.##...",
    "#.....#.###..#..##.##...#..##",
    "#.###.#.#.##.#.##..#######...",
    "#.###.#.#.##.##.#......#...#.",
    "#.###.#......##.#...##.##.###",
    "#.....#.....#..#..#..#.####.#",
    "#######.##..#....######.#....",
  ]
}
