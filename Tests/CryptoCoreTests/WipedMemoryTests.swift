// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
  import NativeCrypto
  import Testing

  @testable import CryptoCore

  /// glibc usually gives a thread the piece again that it freed last, with what stands in it: so a test sees what was left.
  @Suite("Wiped memory")
  struct WipedMemoryTests {
    private let count = 512
    private let pattern: UInt8 = 0xA5

    /// What is left in a piece that `use` freed; it answers where the piece was and how large. The first 16 bytes are left out:
    /// there the allocator keeps its list. Where it gives another piece, this one is kept and the next may be the one.
    private func leftBehind(by use: () throws -> (address: UInt, size: Int)) throws -> [UInt8] {
      var held: [UnsafeMutableRawPointer?] = []
      held.reserveCapacity(200)
      defer { for piece in held { free(piece) } }
      while held.count < 200 {
        let (address, size) = try use()
        let piece = malloc(size)
        held.append(piece)
        if UInt(bitPattern: piece) == address { return Array(UnsafeRawBufferPointer(start: piece, count: size)[16...]) }
      }
      throw Unreadable()
    }

    private struct Unreadable: Error {}

    @Test("the check sees what an ordinary buffer leaves behind")
    func unwiped() throws {
      let left = try leftBehind {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
        buffer.initialize(repeating: pattern)
        defer { buffer.deallocate() }
        return (UInt(bitPattern: buffer.baseAddress), count)
      }
      #expect(left == [UInt8](repeating: pattern, count: count - 16))
    }

    @Test("a secret leaves zeros behind when the last reference to it goes")
    func secret() throws {
      let bytes = [UInt8](repeating: pattern, count: count)
      let left = try leftBehind {
        let secret = SecretBytes(copying: bytes)
        return secret.withBytes { bytes in bytes.withUnsafeBufferPointer { (UInt(bitPattern: $0.baseAddress), count) } }
      }
      #expect(left == [UInt8](repeating: 0, count: count - 16))
    }

    /// An array's own header stands before its elements.
    private static let header = 32

    /// The piece that was given for an array.
    private static func piece(of bytes: [UInt8]) -> (address: UInt, size: Int) {
      (bytes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } - UInt(header), header + bytes.capacity)
    }

    private func elements(_ left: [UInt8]) -> [UInt8] { Array(left.dropFirst(Self.header - 16).prefix(count)) }

    private var patterned: SecretBytes { SecretBytes(copying: [UInt8](repeating: pattern, count: count)) }
    private var zeros: [UInt8] { [UInt8](repeating: 0, count: count) }

    @Test("the check sees what an ordinary copy of a secret leaves behind")
    func plainCopy() throws {
      let secret = patterned
      let left = try leftBehind { Self.piece(of: secret.exposed()) }
      #expect(elements(left) == [UInt8](repeating: pattern, count: count))
    }

    @Test("a secret that is lent as an array, or taken over from one, leaves zeros behind")
    func lentAndMoved() throws {
      let secret = patterned
      #expect(elements(try leftBehind { secret.withExposed { Self.piece(of: $0) } }) == zeros)
      let moved = try leftBehind {
        var bytes = secret.exposed()
        let piece = Self.piece(of: bytes)
        _ = SecretBytes(moving: &bytes)
        return piece
      }
      #expect(elements(moved) == zeros)
    }

    @Test(
      "a stored secret leaves zeros behind when it has been read, and when it is refused", arguments: [false, true])
    func read(isRefused: Bool) throws {
      let secret = patterned
      let left = try leftBehind {
        var piece: (address: UInt, size: Int) = (0, 0)
        do throws(CryptoError) {
          try secret.read { (reader: inout ByteReader) throws(CryptoError) in
            piece = Self.piece(of: reader.bytes)
            _ = try reader.readSecret(isRefused ? count + 1 : count)
          }
          #expect(!isRefused)
        } catch {
          #expect(isRefused && error == .malformed)
        }
        return piece
      }
      #expect(elements(left) == zeros)
    }

    @Test("a writer that has finished leaves zeros behind")
    func finishedWriter() throws {
      let bytes = [UInt8](repeating: pattern, count: count)
      let left = try leftBehind {
        var writer = ByteWriter(capacity: count)
        writer.write(bytes)
        let piece = Self.piece(of: writer.memory)
        _ = writer.finishSecret()
        return piece
      }
      #expect(elements(left) == zeros)
    }

    @Test("a writer that outgrows its memory leaves zeros behind")
    func writer() throws {
      let bytes = [UInt8](repeating: pattern, count: count)
      // An array's own header stands before its elements.
      let header = 32
      let more = [UInt8](repeating: 1, count: 2 * count)
      let left = try leftBehind {
        var writer = ByteWriter(capacity: count)
        writer.write(bytes)
        let elements = writer.memory.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        let size = header + writer.memory.capacity
        writer.write(more)
        return (elements - UInt(header), size)
      }
      #expect(left.dropFirst(header - 16).prefix(count) == [UInt8](repeating: 0, count: count)[...])
    }
  }
#endif
