// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// One of each record with every field present: what the golden bytes are made from.
enum Samples {
  static let alice = AccountID(Identifier128(high: 0xA11C_E000_0000_4000, low: 0x8000_0000_0000_0001))
  static let bob = AccountID(Identifier128(high: 0xB0B0_0000_0000_4000, low: 0x8000_0000_0000_0002))
  static let message = MessageID(Identifier128(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10))
  static let time: UInt64 = 1_795_392_000_000

  static func device(_ number: UInt32) throws -> DeviceID {
    guard let device = DeviceID(number) else { throw WireError.invalidField(0) }
    return device
  }

  static func bytes(_ first: UInt8, _ count: Int) -> [UInt8] { (0..<count).map { first &+ UInt8($0) } }

  /// Every record of the protocol, in the order of the reference.
  static func all() throws -> [any WireRecord] {
    try session() + accounts() + keys() + messages() + push() + streams() + [
      Content(
        message: message, sentAt: time, text: "Hello, Bob", sentTo: bob, kind: .text, isSilent: true,
        resend: ResendRequest(device: .first, messages: [message]), replaces: [message]),
      ResendRequest(device: .first, messages: [message]),
    ]
  }

  private static func session() throws -> [any WireRecord] {
    let done = Done()
    return [
      Frame(done, request: 7),
      Hello(lowestVersion: 1, highestVersion: 1, client: "construct-cli/0.1"),
      Welcome(
        version: 1, domain: "construct.example", serverTime: time, maximumFrameBytes: 262_144,
        maximumCiphertextBytes: 98_304, maximumOutstanding: 64, pingIntervalMilliseconds: 20_000),
      Authenticate(accessToken: "header.payload.signature"),
      Ready(account: alice, device: .first, tokenExpiry: time, maximumUnacknowledged: 256),
      Draining(reconnectAfterMilliseconds: 1_500),
      Failure(
        code: .staleDeviceList, explanation: "fetch the list", retryAfterMilliseconds: 10, deviceListNumber: 2),
      done,
    ]
  }

  private static func accounts() throws -> [any WireRecord] {
    let list = try DeviceList(
      account: alice, number: 1, issuedAt: time,
      devices: [
        DeviceEntry(device: .first, suite: 1, signingKey: bytes(0x10, 32), agreementKey: bytes(0x40, 32)),
        DeviceEntry(device: device(2), suite: 1, signingKey: bytes(0x70, 32), agreementKey: bytes(0xA0, 32)),
      ])
    let signed = SignedDeviceList(payload: list.encoded(), signature: bytes(0x80, 64))
    return [
      RequestRegistration(),
      RegistrationChallenge(challenge: bytes(1, 48), difficulty: 18, account: alice, expiry: time),
      Register(
        challenge: bytes(1, 48), nonce: bytes(0, 8), username: "alice", suite: 1, rootIdentityKey: bytes(0x20, 32),
        deviceList: signed),
      Registered(account: alice, username: "alice"),
      RequestLogin(account: alice, device: .first),
      LoginChallenge(challenge: bytes(2, 48), expiry: time),
      Login(challenge: bytes(2, 48), account: alice, device: .first, signature: bytes(0x30, 64)),
      LoginStatement(domain: "construct.example", challenge: bytes(2, 48), account: alice, device: .first),
      Tokens(
        accessToken: "a.b.c", accessExpiry: time, refreshToken: bytes(9, 32), refreshExpiry: time + 1,
        deviceListNumber: 7),
      RefreshTokens(refreshToken: bytes(9, 32)),
      PublishDeviceList(deviceList: signed),
      FindAccount(username: "bob", account: bob),
      AccountRecord(
        account: alice, username: "alice", suite: 1, rootIdentityKey: bytes(0x20, 32), deviceList: signed),
      signed,
      list,
      list.devices[0],
    ]
  }

  private static func keys() throws -> [any WireRecord] {
    let signed = SignedPreKeyRecord(id: 4, publicKey: bytes(0x50, 32), signature: bytes(0x60, 64))
    let oneTime = OneTimePreKeyRecord(id: 1_000, publicKey: bytes(0x51, 32), signature: bytes(0x61, 64))
    let bundle = BundleRecord(device: .first, signedPreKey: signed, oneTimePreKey: oneTime, lastResortPreKey: signed)
    return [
      signed,
      oneTime,
      UploadKeys(signedPreKey: signed, lastResortPreKey: signed, oneTimePreKeys: [oneTime], suite: 2),
      RequestKeyStatus(suite: 1),
      KeyStatus(oneTimePreKeys: 99, signedPreKeyID: 4, signedPreKeyUploadedAt: time, lastResortPreKeyID: 5),
      FetchBundles(account: bob, devices: [.first], suite: 1),
      Bundles(account: bob, deviceListNumber: 1, bundles: [bundle]),
      bundle,
    ]
  }

  private static func messages() throws -> [any WireRecord] {
    let envelope = Envelope(device: .first, kind: .preKeyMessage, ciphertext: bytes(0xC0, 40)[...])
    return [
      Send(message: message, recipient: bob, deviceListNumber: 1, envelopes: [envelope], isUrgent: true),
      envelope,
      Accepted(message: message, acceptedAt: time),
      Deliver(
        sequence: 12, sender: alice, senderDevice: .first, message: message, acceptedAt: time, kind: .message,
        ciphertext: bytes(0xC0, 40)[...], previous: 11),
      Acknowledge(ranges: [SequenceRange(first: 1, last: 12)]),
      SequenceRange(first: 1, last: 12),
      MailboxDrained(through: 12, previous: 11),
    ]
  }

  private static func push() -> [any WireRecord] {
    [RegisterPush(provider: .webPush, token: bytes(0x01, 16)), RemovePush(provider: .webPush)]
  }

  /// The records that only servers write and read.
  static func streams() throws -> [any WireRecord] {
    let frame = OutboundFrame(connection: 5, request: 7, kind: 0x07, body: Done().encoded()[...])
    let send = PartitionSend(
      connection: 5, request: 7, sender: alice, senderDevice: .first, body: Done().encoded()[...])
    let acknowledge = PartitionAcknowledge(
      account: alice, device: .first, ranges: [SequenceRange(first: 1, last: 12)])
    let attach = PartitionAttach(connection: 5, account: alice, device: .first, authenticatedAt: time)
    let detach = PartitionDetach(connection: 5, account: alice, device: .first)
    // The only record whose fields exclude each other: the golden bytes show them together all the same.
    let command = PartitionCommand(
      send: send, acknowledge: acknowledge, attach: attach, detach: detach, accountChanged: bob)
    return [
      ServiceRequest(
        gateway: "gw-0011223344556677", connection: 5, request: 7, kind: 0x25, body: Done().encoded()[...],
        deadline: time, account: alice, device: .first, origin: bytes(0x0A, 16)),
      GatewayEvents(frames: [frame], attachmentsWanted: [3, 9]),
      frame,
      PartitionCommands(gateway: "gw-0011223344556677", commands: [command]),
      command, send, acknowledge, attach, detach,
      PushRequest(wakeUps: [WakeUp(account: alice, device: .first, isUrgent: true)]),
      WakeUp(account: alice, device: .first, isUrgent: true),
    ]
  }
}
