// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@Suite("Frames")
struct FrameTests {
  @Test("a frame's body is passed on as it stands, without being decoded")
  func opaqueBody() throws {
    let hello = Hello(lowestVersion: 1, highestVersion: 3, client: "test")
    let bytes = Frame(hello, request: 9).encoded()
    let frame = try Frame(encoded: bytes)
    #expect(frame.kind == FrameKind.hello.rawValue)
    #expect(frame.request == 9)
    #expect(frame.encoded() == bytes)
    #expect(try frame.decode(Hello.self) == hello)
  }

  @Test("a frame of another kind is not taken for the record asked for")
  func wrongKind() throws {
    let frame = Frame(Done())
    #expect(throws: WireError.unknownCase(FrameKind.done.rawValue)) { try frame.decode(Hello.self) }
  }

  @Test("a kind that this version does not know still reads as a frame")
  func unknownKind() throws {
    let frame = Frame(kind: 9_999, request: 1, body: Done().encoded()[...])
    let decoded = try Frame(encoded: frame.encoded())
    #expect(FrameKind(rawValue: decoded.kind) == nil)
    #expect(decoded == frame)
  }

  @Test("the kinds and codes have numbers of their own")
  func distinctNumbers() {
    #expect(Set(FrameKind.allCases.map(\.rawValue)).count == FrameKind.allCases.count)
    #expect(Set(FailureCode.catalogue.map(\.code.number)).count == FailureCode.catalogue.count)
    #expect(Set(FailureCode.catalogue.map(\.name)).count == FailureCode.catalogue.count)
  }

  @Test("a failure code that this version does not know is judged by its hundred")
  func unknownCode() {
    #expect(FailureCode(599).isRetryable)
    #expect(!FailureCode(299).isRetryable)
    #expect(FailureCode(299).name == "code 299")
  }
}
