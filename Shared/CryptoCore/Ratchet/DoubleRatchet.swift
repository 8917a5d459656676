// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The Double Ratchet (Signal's specification, revision 1, section 3; headers in the clear).
///
/// A value: `decrypt` takes over what a message changes only when that has been authenticated, so a forged message changes
/// nothing. What a forger can make us compute before that is bounded by `maximumJump` steps of a chain, an HMAC or two
/// each, and in suites with a sparse ratchet by as many of one of its chains, an HKDF each. The keys that the previous
/// chain still owes are derived only after authentication.
package struct DoubleRatchet<Suite: CipherSuite>: Sendable {
  package var rootKey: RootKey
  package var keyPair: RatchetKeyPair<Suite>
  /// Nil at the responder until it has received its first message.
  package var sending: SendingChain?
  /// PN of the chain in `sending`.
  package var previousCount: UInt32
  /// Oldest first; the last is the other side's current chain.
  package var receiving: [ReceivingChain]
  package var sparse: Suite.Sparse

  /// A's start (RatchetInitAlice): `remote` is B's signed prekey.
  package init(
    initiatorSecret: SecretBytes, remote: RemoteRatchetKey, keyPair: RatchetKeyPair<Suite>, sparse: Suite.Sparse,
    parameters: RatchetParameters
  ) throws(CryptoError) {
    let (root, chain) = try RootKey(secret: initiatorSecret).advanced(
      by: keyPair.agree(with: remote), info: parameters.rootInfo, suite: Suite.self)
    self.init(
      rootKey: root, keyPair: keyPair, sending: SendingChain(chainKey: chain, next: 0), previousCount: 0,
      receiving: [], sparse: sparse)
  }

  /// B's start (RatchetInitBob): `keyPair` is its signed prekey.
  package init(responderSecret: SecretBytes, keyPair: RatchetKeyPair<Suite>, sparse: Suite.Sparse) {
    self.init(
      rootKey: RootKey(secret: responderSecret), keyPair: keyPair, sending: nil, previousCount: 0, receiving: [],
      sparse: sparse)
  }

  init(
    rootKey: RootKey, keyPair: RatchetKeyPair<Suite>, sending: SendingChain?, previousCount: UInt32,
    receiving: [ReceivingChain], sparse: Suite.Sparse
  ) {
    self.rootKey = rootKey
    self.keyPair = keyPair
    self.sending = sending
    self.previousCount = previousCount
    self.receiving = receiving
    self.sparse = sparse
  }

  /// RatchetEncrypt. The header is authenticated behind `associatedData`. Throws `unknownSession` at a responder that
  /// has received nothing yet, `chainExhausted` after 2^32 - 1 messages.
  package mutating func encrypt(
    _ plaintext: [UInt8], associatedData: [UInt8], parameters: RatchetParameters
  ) throws(CryptoError) -> RatchetMessage<Suite> {
    guard var chain = sending else { throw .unknownSession }
    guard chain.next < UInt32.max else { throw .chainExhausted }
    var sparse = sparse
    let step = try sparse.send()
    let header = RatchetHeader<Suite>(
      ratchetKey: keyPair.publicKey, previousCount: previousCount, number: chain.next, sparse: step.header)
    let (key, nonce) = try chain.chainKey.messageKey(Suite.self).expanded(
      sparseKey: step.key, info: parameters.messageInfo, suite: Suite.self)
    let ciphertext = try Suite.seal(
      plaintext, key: key, nonce: nonce, associatedData: header.encoded(behind: associatedData))
    chain.chainKey = chain.chainKey.next(Suite.self)
    chain.next += 1
    sending = chain
    self.sparse = sparse
    return RatchetMessage(header: header, ciphertext: ciphertext)
  }

  /// RatchetDecrypt. On any error the state is as it was.
  ///
  /// Throws `duplicateMessage`, `tooFarAhead`, `invalidKey` or `authenticationFailed`. `freshKeyPair` makes the next
  /// ratchet key pair; tests give their own.
  package mutating func decrypt(
    _ message: RatchetMessage<Suite>, associatedData: [UInt8], parameters: RatchetParameters,
    freshKeyPair: () throws(CryptoError) -> RatchetKeyPair<Suite> = { () throws(CryptoError) in try .generate() }
  ) throws(CryptoError) -> [UInt8] {
    let (plaintext, step) = try opened(
      message, associatedData: associatedData, parameters: parameters, freshKeyPair: freshKeyPair)
    take(step, parameters: parameters)
    return plaintext
  }

  /// What a message that has been authenticated changes.
  enum ReceivingStep {
    /// A chain that was known, by its place, and the sparse ratchet.
    case chain(Int, ReceivingChain, Suite.Sparse)
    /// The other side has turned its ratchet, and so has this one.
    case turn(DoubleRatchet)
  }

  /// Decrypts and changes nothing; `take` does, if the caller has no objection.
  func opened(
    _ message: RatchetMessage<Suite>, associatedData: [UInt8], parameters: RatchetParameters,
    freshKeyPair: () throws(CryptoError) -> RatchetKeyPair<Suite> = { () throws(CryptoError) in try .generate() }
  ) throws(CryptoError) -> (plaintext: [UInt8], step: ReceivingStep) {
    if let index = receiving.lastIndex(where: { $0.ratchetKey == message.header.ratchetKey }) {
      return try opened(message, inChain: index, associatedData: associatedData, parameters: parameters)
    }
    var state = self
    let plaintext = try state.receiveInNewChain(
      message, associatedData: associatedData, parameters: parameters, freshKeyPair: freshKeyPair)
    return (plaintext, .turn(state))
  }

  mutating func take(_ step: consuming ReceivingStep, parameters: RatchetParameters) {
    switch consume step {
    case .chain(let index, let chain, let sparse):
      receiving[index] = chain
      self.sparse = sparse
    case .turn(let state): self = state
    }
    dropOldKeys(parameters)
  }

  private func opened(
    _ message: RatchetMessage<Suite>, inChain index: Int, associatedData: [UInt8], parameters: RatchetParameters
  ) throws(CryptoError) -> (plaintext: [UInt8], step: ReceivingStep) {
    var chain = receiving[index]
    var sparse = sparse
    let number = message.header.number
    let plaintext: [UInt8]
    if number < chain.next {
      guard let key = chain.takeSkipped(number) else { throw .duplicateMessage }
      let sparseKey = try sparse.receivingKey(header: message.header.sparse)
      plaintext = try Self.open(
        message, key: key, sparseKey: sparseKey, associatedData: associatedData, parameters: parameters)
    } else {
      // The other side has closed this chain and said how long it is: it wrote no such message.
      guard chain.chainKey != nil else { throw .authenticationFailed }
      try checkJump(from: chain.next, to: number, parameters)
      let sparseKey = try sparse.receivingKey(header: message.header.sparse)
      let key = try chain.key(for: number, parameters: parameters, suite: Suite.self)
      plaintext = try Self.open(
        message, key: key, sparseKey: sparseKey, associatedData: associatedData, parameters: parameters)
    }
    try sparse.receive(header: message.header.sparse)
    return (plaintext, .chain(index, chain, sparse))
  }

  /// DHRatchet: the message opens a new chain of the other side.
  private mutating func receiveInNewChain(
    _ message: RatchetMessage<Suite>, associatedData: [UInt8], parameters: RatchetParameters,
    freshKeyPair: () throws(CryptoError) -> RatchetKeyPair<Suite>
  ) throws(CryptoError) -> [UInt8] {
    let header = message.header
    if let previous = receiving.last, header.previousCount > previous.next {
      guard header.previousCount - previous.next <= parameters.maximumJump else { throw .tooFarAhead }
    }
    try checkJump(from: 0, to: header.number, parameters)
    let sparseKey = try sparse.receivingKey(header: header.sparse)
    let (receivingRoot, chainKey) = try rootKey.advanced(
      by: keyPair.agree(with: header.ratchetKey), info: parameters.rootInfo, suite: Suite.self)
    var chain = ReceivingChain(ratchetKey: header.ratchetKey, chainKey: chainKey, next: 0, skipped: [])
    let key = try chain.key(for: header.number, parameters: parameters, suite: Suite.self)
    let plaintext = try Self.open(
      message, key: key, sparseKey: sparseKey, associatedData: associatedData, parameters: parameters)

    // Authenticated: from here on the header is the other side's own word.
    try sparse.receive(header: header.sparse)
    if let last = receiving.indices.last {
      receiving[last].skip(to: header.previousCount, keeping: parameters.maximumSkippedKeys, suite: Suite.self)
      receiving[last].chainKey = nil
    }
    receiving.append(chain)
    let fresh = try freshKeyPair()
    let (root, sendingKey) = try receivingRoot.advanced(
      by: fresh.agree(with: header.ratchetKey), info: parameters.rootInfo, suite: Suite.self)
    previousCount = sending?.next ?? 0
    sending = SendingChain(chainKey: sendingKey, next: 0)
    rootKey = root
    keyPair = fresh
    return plaintext
  }

  /// What a message's number says of itself. It comes before the sparse header, whose key may take as many steps as a
  /// chain's, and both come before the first agreement or step of a chain.
  private func checkJump(
    from next: UInt32, to number: UInt32, _ parameters: RatchetParameters
  ) throws(CryptoError) {
    guard number < UInt32.max else { throw .authenticationFailed }
    guard number - next <= parameters.maximumJump else { throw .tooFarAhead }
  }

  private static func open(
    _ message: RatchetMessage<Suite>, key: MessageKey, sparseKey: SecretBytes?, associatedData: [UInt8],
    parameters: RatchetParameters
  ) throws(CryptoError) -> [UInt8] {
    let (key, nonce) = try key.expanded(sparseKey: sparseKey, info: parameters.messageInfo, suite: Suite.self)
    return try Suite.open(
      message.ciphertext, key: key, nonce: nonce, associatedData: message.header.encoded(behind: associatedData))
  }

  /// How many keys the Double Ratchet keeps of messages that were jumped and may still come.
  var skippedKeys: Int { receiving.reduce(0) { $0 + $1.skipped.count } }

  /// Gives up all messages that were jumped, in both ratchets: a message needs a key of each.
  mutating func dropSkippedKeys() {
    for index in receiving.indices { receiving[index].skipped = [] }
    sparse.dropSkippedKeys()
  }

  /// Keeps the bounds: whole chains first, then single keys, always the oldest.
  private mutating func dropOldKeys(_ parameters: RatchetParameters) {
    if receiving.count > parameters.maximumReceivingChains {
      receiving.removeFirst(receiving.count - parameters.maximumReceivingChains)
    }
    var excess = -parameters.maximumSkippedKeys
    for chain in receiving { excess += chain.skipped.count }
    for index in receiving.indices where excess > 0 {
      let dropped = min(excess, receiving[index].skipped.count)
      receiving[index].skipped.removeFirst(dropped)
      excess -= dropped
    }
  }
}

extension ReceivingChain {
  /// The key of message `number`, which is within reach; the messages before it become skipped.
  fileprivate mutating func key<Suite: CipherSuite>(
    for number: UInt32, parameters: RatchetParameters, suite: Suite.Type
  ) throws(CryptoError) -> MessageKey {
    skip(to: number, keeping: parameters.maximumSkippedKeys, suite: suite)
    guard let chain = chainKey else { throw .authenticationFailed }
    chainKey = chain.next(suite)
    next = number + 1
    return chain.messageKey(suite)
  }
}
