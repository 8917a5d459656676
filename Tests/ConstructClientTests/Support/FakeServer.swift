// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

@testable import ConstructClient

/// All services in one actor, in memory, as strict as the real ones about what a client does: enough of a server for
/// clients to register, log in, exchange messages, and be let down in the ways a test asks for.
actor FakeServer {
  typealias Address = Wire.DeviceAddress

  struct Keys {
    var signed: SignedPreKeyRecord?
    var lastResort: SignedPreKeyRecord?
    var oneTime: [OneTimePreKeyRecord] = []
    var everUploaded: [UInt32: [UInt8]] = [:]
  }

  struct Mailbox {
    var lastSequence: UInt64 = 0
    var waiting: [Deliver] = []
  }

  /// What happens to a frame of a client.
  enum Fate: Sendable {
    case handled
    case refused(Failure)
    /// It takes no effect, and nobody answers.
    case lost
    /// It takes effect, and the connection breaks before the answer.
    case answerLost
  }

  struct AcceptedKey: Hashable {
    let recipient: AccountID
    let sender: Address
    let message: MessageID
  }

  let domain: String
  var difficulty: UInt32 = 6
  /// Prekeys are taken with thanks, and lost.
  var forgetsUploads = false
  var tokenLifetime: UInt64 = 900_000
  /// What senders are told of when their messages were accepted, instead of the truth.
  var claimedAcceptance: UInt64?
  var accounts: [AccountID: AccountRecord] = [:]
  var keys: [Address: [SuiteID: Keys]] = [:]
  var mailboxes: [Address: Mailbox] = [:]
  var accepted: [AcceptedKey: UInt64] = [:]
  /// Every `Send` that came, in order, accepted or not.
  private(set) var sends: [Send] = []
  /// Every kind of frame that came, in order.
  private(set) var kinds: [FrameKind] = []
  var attached: [Address: ServerSide] = [:]
  /// Deliveries that will be lost on their way.
  var lost: [Address: Set<UInt64>] = [:]
  /// Connections that have authenticated since `lose`.
  var attachments = 0
  var tokens: [String: (address: Address, expiry: UInt64)] = [:]
  var refreshTokens: [[UInt8]: Address] = [:]
  private var challenges: Set<[UInt8]> = []
  private var waiters: [(isMet: @Sendable ([FrameKind]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  private var fate: @Sendable (FrameKind, [FrameKind]) -> Fate = { _, _ in .handled }
  private var time: UInt64 = 1_800_000_000_000
  private var counter: UInt64 = 0

  init(domain: String = "construct.test") {
    self.domain = domain
  }

  /// Decides over each frame from now on, knowing which came before.
  func decide(_ fate: @escaping @Sendable (FrameKind, [FrameKind]) -> Fate) {
    self.fate = fate
    kinds = []
  }

  /// Waits until the frames that came since `decide` are as asked for.
  func wait(until isMet: @escaping @Sendable ([FrameKind]) -> Bool) async {
    if isMet(kinds) { return }
    await withCheckedContinuation { waiters.append((isMet, $0)) }
  }

  private func wakeWaiters() {
    let met = waiters.filter { $0.isMet(kinds) }
    waiters.removeAll { $0.isMet(kinds) }
    for waiter in met { waiter.continuation.resume() }
  }

  func tick() -> UInt64 {
    time += 1
    return time
  }

  func advance(milliseconds: UInt64) { time += milliseconds }

  private func unique() -> [UInt8] {
    counter += 1
    return NativeCryptoProvider.sha256(Array("\(domain) \(counter)".utf8))
  }

  nonisolated var script: ScriptedGateway.Script { { side in try await self.serve(side) } }

  private func serve(_ side: ServerSide) async throws {
    try await side.welcome(domain: domain, serverTime: time)
    var address: Address?
    defer { if let address, attached[address] === side { attached[address] = nil } }
    while true {
      let frame = try await side.next()
      guard let kind = FrameKind(rawValue: frame.kind) else { continue }
      kinds.append(kind)
      wakeWaiters()
      switch fate(kind, kinds) {
      case .refused(let failure): try await side.send(failure, request: frame.request)
      case .lost: continue
      case .answerLost:
        _ = try await answer(frame, kind, &address, side)
        try await side.drop()
        return
      case .handled:
        if let answer = try await answer(frame, kind, &address, side) {
          try await side.send(answer)
          if kind == .authenticate { try await attach(address, side) }
        }
      }
    }
  }

  private func answer(
    _ frame: Frame, _ kind: FrameKind, _ address: inout Address?, _ side: ServerSide
  ) async throws -> Frame? {
    let number = frame.request
    do {
      switch kind {
      case .requestRegistration: return Frame(challenge(), request: number)
      case .register: return Frame(try register(frame.decode()), request: number)
      case .requestLogin:
        let challenge = unique()
        challenges.insert(challenge)
        return Frame(LoginChallenge(challenge: challenge, expiry: time + 60_000), request: number)
      case .login: return Frame(try login(frame.decode()), request: number)
      case .refreshTokens: return Frame(try refresh(frame.decode()), request: number)
      case .authenticate: return Frame(try authenticate(frame.decode(), &address), request: number)
      default: break
      }
      guard let address else { throw Failure(.notAuthenticated) }
      switch kind {
      case .uploadKeys:
        try upload(frame.decode(), address)
        return Frame(Done(), request: number)
      case .requestKeyStatus:
        let suite = try frame.decode(RequestKeyStatus.self).suite
        return Frame(keyStatus(address, try self.suite(suite, of: address)), request: number)
      case .fetchBundles: return Frame(try bundles(frame.decode()), request: number)
      case .findAccount: return Frame(try find(frame.decode()), request: number)
      case .send:
        let send: Send = try frame.decode()
        sends.append(send)
        return Frame(try await accept(send, from: address), request: number)
      case .acknowledge:
        acknowledge(try frame.decode(Acknowledge.self).ranges, address)
        return nil
      default: throw Failure(.unknownFrame)
      }
    } catch let failure as Failure {
      return Frame(failure, request: number)
    }
  }

  // Accounts.

  private func challenge() -> RegistrationChallenge {
    let challenge = unique()
    challenges.insert(challenge)
    let account = AccountID(random: Array(unique()[..<16])) ?? AccountID(Identifier128(high: 0, low: 0))
    return RegistrationChallenge(
      challenge: challenge + account.bytes, difficulty: difficulty, account: account, expiry: time + 60_000)
  }

  private func register(_ request: Register) throws -> Registered {
    let account = AccountID(bytes: request.challenge.suffix(16))
    guard let account else { throw Failure(.challengeInvalid) }
    if let known = accounts[account], known.rootIdentityKey == request.rootIdentityKey {
      return Registered(account: account, username: known.username)
    }
    guard challenges.remove(Array(request.challenge.dropLast(16))) != nil else { throw Failure(.challengeUsed) }
    let digest = NativeCryptoProvider.sha256(request.challenge + request.nonce)
    guard ProofOfWorkCheck.zeroBits(digest) >= difficulty else { throw Failure(.proofOfWorkInvalid) }
    guard !accounts.values.contains(where: { $0.username == request.username }) else { throw Failure(.usernameTaken) }
    try check(request)
    accounts[account] = AccountRecord(
      account: account, username: request.username, suite: request.suite, rootIdentityKey: request.rootIdentityKey,
      deviceList: request.deviceList)
    return Registered(account: account, username: request.username)
  }

  private func check(_ request: Register) throws {
    do throws(CryptoError) {
      try CertifiedRootKey(suite: .numbered(request.suite), bytes: request.rootIdentityKey).verify(request.deviceList)
    } catch { throw Failure(.signatureInvalid) }
  }

  private func login(_ request: Wire.Login) throws -> Tokens {
    guard challenges.remove(request.challenge) != nil else { throw Failure(.challengeUsed) }
    guard let entry = try list(of: request.account).devices.first(where: { $0.device == request.device }) else {
      throw Failure(.deviceUnknown)
    }
    let statement = LoginStatement(
      domain: domain, challenge: request.challenge, account: request.account, device: request.device)
    func isValid<Suite: CipherSuite>(_: Suite.Type) -> Bool {
      Suite.isValid(
        signature: request.signature, of: SignatureContext.login(payload: statement.encoded()),
        publicKey: entry.signingKey)
    }
    guard isValid(try ClientSuites.type(of: entry.sessionSuite())) else { throw Failure(.signatureInvalid) }
    return issue(Address(account: request.account, device: request.device))
  }

  private func refresh(_ request: RefreshTokens) throws -> Tokens {
    guard let address = refreshTokens.removeValue(forKey: request.refreshToken) else { throw Failure(.sessionRevoked) }
    return issue(address)
  }

  private func issue(_ address: Address) -> Tokens {
    let refresh = unique()
    let access = "token-\(counter)"
    tokens[access] = (address, time + tokenLifetime)
    refreshTokens[refresh] = address
    return Tokens(
      accessToken: access, accessExpiry: time + tokenLifetime, refreshToken: refresh,
      refreshExpiry: time + 100 * tokenLifetime, deviceListNumber: accounts[address.account].map(Self.listNumber))
  }

  private func authenticate(_ request: Authenticate, _ address: inout Address?) throws -> Ready {
    guard let token = tokens[request.accessToken] else { throw Failure(.tokenInvalid) }
    guard token.expiry > time else { throw Failure(.tokenExpired) }
    address = token.address
    return Ready(
      account: token.address.account, device: token.address.device, tokenExpiry: token.expiry,
      maximumUnacknowledged: 256)
  }

  private static func listNumber(_ record: AccountRecord) -> UInt64 {
    do throws(WireError) { return try DeviceList(encoded: record.deviceList.payload).number } catch { return 0 }
  }

  func list(of account: AccountID) throws -> DeviceList {
    guard let record = accounts[account] else { throw Failure(.accountUnknown) }
    return try DeviceList(encoded: record.deviceList.payload)
  }

  private func find(_ request: FindAccount) throws -> AccountRecord {
    let record =
      request.account.flatMap { accounts[$0] }
      ?? request.username.flatMap { name in accounts.values.first { $0.username == name } }
    guard let record else { throw Failure(.accountUnknown) }
    return record
  }

  /// Puts another record in the place of an account's, as a server that cannot be trusted would.
  func replace(_ record: AccountRecord, for account: AccountID) { accounts[account] = record }

  func record(of username: String) -> AccountRecord? { accounts.values.first { $0.username == username } }
}

/// The server's own count of zero bits, so that the client's is not its own judge.
enum ProofOfWorkCheck {
  static func zeroBits(_ digest: [UInt8]) -> UInt32 {
    var count: UInt32 = 0
    for byte in digest {
      for bit in stride(from: 7, through: 0, by: -1) {
        guard byte >> UInt8(bit) & 1 == 0 else { return count }
        count += 1
      }
    }
    return count
  }
}
