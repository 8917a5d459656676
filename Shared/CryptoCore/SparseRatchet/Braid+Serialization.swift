// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension Braid {
  /// Layout: epoch (u64) ‖ authenticator's root key ‖ its MAC key ‖ state (u8) ‖ the state's fields in their order. A
  /// seed has 64 bytes, an m 32, messages their sizes; an encoder: message ‖ next (u16); a decoder: number of chunks
  /// (u16), each: index (u16) ‖ chunk (32).
  func write(to writer: inout ByteWriter) {
    writer.write(epoch)
    writer.write(authenticator.rootKey)
    writer.write(authenticator.macKey)
    writer.write(state.tag.rawValue)
    switch state {
    case .keysUnsampled:
      break
    case .keysSampled(let seed, let header):
      writer.write(seed)
      writer.write(header)
    case .headerSent(let seed, let vector, let firstPart):
      writer.write(seed)
      writer.write(vector)
      writer.write(firstPart)
    case .ct1Received(let seed, let vector, let firstPart):
      writer.write(seed)
      writer.write(vector)
      writer.write(firstPart)
    case .ekSentCt1Received(let seed, let firstPart, let secondPart):
      writer.write(seed)
      writer.write(firstPart)
      writer.write(secondPart)
    case .noHeaderReceived(let header):
      writer.write(header)
    case .headerReceived(let header):
      writer.write(header)
    case .ct1Sampled(let offer, let firstPart, let vector):
      writer.write(offer)
      writer.write(firstPart)
      writer.write(vector)
    case .ekReceivedCt1Sampled(let firstPart, let secondPart):
      writer.write(firstPart)
      writer.write(secondPart)
    case .ct1Acknowledged(let offer, let firstPart, let vector):
      writer.write(offer)
      writer.write(firstPart)
      writer.write(vector)
    case .ct2Sampled(let secondPart):
      writer.write(secondPart)
    }
  }

  init(from reader: inout ByteReader) throws(CryptoError) {
    let parameters = Profile.braidParameters
    let set = parameters.set
    let epoch = try reader.readUInt64()
    let authenticator = BraidAuthenticator(rootKey: try reader.readSecret(32), macKey: try reader.readSecret(32))
    guard (1..<UInt64.max - 4).contains(epoch), let tag = BraidState.Tag(rawValue: try reader.readUInt8()) else {
      throw .malformed
    }
    let state: BraidState
    switch tag {
    case .keysUnsampled:
      state = .keysUnsampled
    case .keysSampled:
      state = .keysSampled(seed: try reader.readSeed(), header: try reader.readEncoder(parameters.promiseSize))
    case .headerSent:
      state = .headerSent(
        seed: try reader.readSeed(), vector: try reader.readEncoder(set.vectorSize),
        firstPart: try reader.readDecoder(set.firstPartSize))
    case .ct1Received:
      state = .ct1Received(
        seed: try reader.readSeed(), vector: try reader.readEncoder(set.vectorSize),
        firstPart: try reader.read(set.firstPartSize))
    case .ekSentCt1Received:
      state = .ekSentCt1Received(
        seed: try reader.readSeed(), firstPart: try reader.read(set.firstPartSize),
        secondPart: try reader.readDecoder(parameters.closingSize))
    case .noHeaderReceived:
      state = .noHeaderReceived(header: try reader.readDecoder(parameters.promiseSize))
    case .headerReceived:
      state = .headerReceived(header: try reader.read(MLKEMParameterSet.headerSize))
    case .ct1Sampled:
      state = .ct1Sampled(
        offer: try reader.readOffer(), firstPart: try reader.readEncoder(set.firstPartSize),
        vector: try reader.readDecoder(set.vectorSize))
    case .ekReceivedCt1Sampled:
      state = .ekReceivedCt1Sampled(
        firstPart: try reader.readEncoder(set.firstPartSize), secondPart: try reader.read(parameters.closingSize))
    case .ct1Acknowledged:
      state = .ct1Acknowledged(
        offer: try reader.readOffer(), firstPart: try reader.read(set.firstPartSize),
        vector: try reader.readDecoder(set.vectorSize))
    case .ct2Sampled:
      state = .ct2Sampled(secondPart: try reader.readEncoder(parameters.closingSize))
    }
    self.init(epoch: epoch, authenticator: authenticator, state: state)
  }
}

extension BraidState {
  package enum Tag: UInt8, CaseIterable {
    case keysUnsampled = 1
    case keysSampled = 2
    case headerSent = 3
    case ct1Received = 4
    case ekSentCt1Received = 5
    case noHeaderReceived = 6
    case headerReceived = 7
    case ct1Sampled = 8
    case ekReceivedCt1Sampled = 9
    case ct1Acknowledged = 10
    case ct2Sampled = 11
  }

  package var tag: Tag {
    switch self {
    case .keysUnsampled: .keysUnsampled
    case .keysSampled: .keysSampled
    case .headerSent: .headerSent
    case .ct1Received: .ct1Received
    case .ekSentCt1Received: .ekSentCt1Received
    case .noHeaderReceived: .noHeaderReceived
    case .headerReceived: .headerReceived
    case .ct1Sampled: .ct1Sampled
    case .ekReceivedCt1Sampled: .ekReceivedCt1Sampled
    case .ct1Acknowledged: .ct1Acknowledged
    case .ct2Sampled: .ct2Sampled
    }
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ encoder: ChunkEncoder) {
    write(encoder.message)
    write(encoder.next)
  }

  fileprivate mutating func write(_ decoder: ChunkDecoder) {
    write(UInt16(truncatingIfNeeded: decoder.chunks.count))
    for chunk in decoder.chunks {
      write(chunk.index)
      chunk.content.write(to: &self)
    }
  }

  fileprivate mutating func write(_ offer: EncapsulationOffer) {
    write(offer.header)
    write(offer.randomness)
  }
}

extension ByteReader {
  fileprivate mutating func readSeed() throws(CryptoError) -> SecretBytes {
    try readSecret(MLKEMParameterSet.seedSize)
  }

  fileprivate mutating func readOffer() throws(CryptoError) -> EncapsulationOffer {
    EncapsulationOffer(
      header: try read(MLKEMParameterSet.headerSize), randomness: try readSecret(MLKEMParameterSet.blockSize))
  }

  fileprivate mutating func readEncoder(_ size: Int) throws(CryptoError) -> ChunkEncoder {
    ChunkEncoder(try read(size), next: try readUInt16())
  }

  fileprivate mutating func readDecoder(_ size: Int) throws(CryptoError) -> ChunkDecoder {
    var decoder = ChunkDecoder(size: size)
    let count = Int(try readUInt16())
    guard count < decoder.count else { throw .malformed }
    for _ in 0..<count {
      let index = try readUInt16()
      if let last = decoder.chunks.last, last.index >= index { throw .malformed }
      _ = try decoder.add(Chunk(index: index, content: try FieldVector(from: &self)))
    }
    return decoder
  }
}
