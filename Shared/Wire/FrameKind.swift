// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a frame is: the record in its body and who sends it. Numbers are never reused.
public enum FrameKind: UInt64, WireEnumeration, CaseIterable {
  case hello = 0x01
  case welcome = 0x02
  case authenticate = 0x03
  case ready = 0x04
  case draining = 0x05
  case failure = 0x06
  case done = 0x07
  case requestRegistration = 0x10
  case registrationChallenge = 0x11
  case register = 0x12
  case registered = 0x13
  case requestLogin = 0x14
  case loginChallenge = 0x15
  case login = 0x16
  case tokens = 0x17
  case refreshTokens = 0x18
  case publishDeviceList = 0x19
  case uploadKeys = 0x20
  case keyStatus = 0x21
  case requestKeyStatus = 0x22
  case fetchBundles = 0x23
  case bundles = 0x24
  case findAccount = 0x25
  case accountRecord = 0x26
  case send = 0x30
  case accepted = 0x31
  case deliver = 0x32
  case acknowledge = 0x33
  case mailboxDrained = 0x34
  case registerPush = 0x40
  case removePush = 0x41

  public enum Direction: Sendable { case fromClient, fromServer }

  public var direction: Direction {
    switch self {
    case .hello,
      .authenticate,
      .requestRegistration,
      .register,
      .requestLogin,
      .login,
      .refreshTokens,
      .publishDeviceList,
      .uploadKeys,
      .requestKeyStatus,
      .fetchBundles,
      .findAccount,
      .send,
      .acknowledge,
      .registerPush,
      .removePush:
      .fromClient
    case .welcome,
      .ready,
      .draining,
      .failure,
      .done,
      .registrationChallenge,
      .registered,
      .loginChallenge,
      .tokens,
      .keyStatus,
      .bundles,
      .accountRecord,
      .accepted,
      .deliver,
      .mailboxDrained:
      .fromServer
    }
  }

  /// The record that stands in the body.
  public var schema: RecordSchema {
    switch self {
    case .hello: Hello.schema
    case .welcome: Welcome.schema
    case .authenticate: Authenticate.schema
    case .ready: Ready.schema
    case .draining: Draining.schema
    case .failure: Failure.schema
    case .done: Done.schema
    case .requestRegistration: RequestRegistration.schema
    case .registrationChallenge: RegistrationChallenge.schema
    case .register: Register.schema
    case .registered: Registered.schema
    case .requestLogin: RequestLogin.schema
    case .loginChallenge: LoginChallenge.schema
    case .login: Login.schema
    case .tokens: Tokens.schema
    case .refreshTokens: RefreshTokens.schema
    case .publishDeviceList: PublishDeviceList.schema
    case .uploadKeys: UploadKeys.schema
    case .keyStatus: KeyStatus.schema
    case .requestKeyStatus: RequestKeyStatus.schema
    case .fetchBundles: FetchBundles.schema
    case .bundles: Bundles.schema
    case .findAccount: FindAccount.schema
    case .accountRecord: AccountRecord.schema
    case .send: Send.schema
    case .accepted: Accepted.schema
    case .deliver: Deliver.schema
    case .acknowledge: Acknowledge.schema
    case .mailboxDrained: MailboxDrained.schema
    case .registerPush: RegisterPush.schema
    case .removePush: RemovePush.schema
    }
  }
}

/// A record that is the body of one kind of frame.
public protocol FrameBody: WireRecord {
  static var kind: FrameKind { get }
}

extension Hello: FrameBody {
  public static var kind: FrameKind { .hello }
}

extension Welcome: FrameBody {
  public static var kind: FrameKind { .welcome }
}

extension Authenticate: FrameBody {
  public static var kind: FrameKind { .authenticate }
}

extension Ready: FrameBody {
  public static var kind: FrameKind { .ready }
}

extension Draining: FrameBody {
  public static var kind: FrameKind { .draining }
}

extension Failure: FrameBody {
  public static var kind: FrameKind { .failure }
}

extension Done: FrameBody {
  public static var kind: FrameKind { .done }
}

extension RequestRegistration: FrameBody {
  public static var kind: FrameKind { .requestRegistration }
}

extension RegistrationChallenge: FrameBody {
  public static var kind: FrameKind { .registrationChallenge }
}

extension Register: FrameBody {
  public static var kind: FrameKind { .register }
}

extension Registered: FrameBody {
  public static var kind: FrameKind { .registered }
}

extension RequestLogin: FrameBody {
  public static var kind: FrameKind { .requestLogin }
}

extension LoginChallenge: FrameBody {
  public static var kind: FrameKind { .loginChallenge }
}

extension Login: FrameBody {
  public static var kind: FrameKind { .login }
}

extension Tokens: FrameBody {
  public static var kind: FrameKind { .tokens }
}

extension RefreshTokens: FrameBody {
  public static var kind: FrameKind { .refreshTokens }
}

extension PublishDeviceList: FrameBody {
  public static var kind: FrameKind { .publishDeviceList }
}

extension UploadKeys: FrameBody {
  public static var kind: FrameKind { .uploadKeys }
}

extension KeyStatus: FrameBody {
  public static var kind: FrameKind { .keyStatus }
}

extension RequestKeyStatus: FrameBody {
  public static var kind: FrameKind { .requestKeyStatus }
}

extension FetchBundles: FrameBody {
  public static var kind: FrameKind { .fetchBundles }
}

extension Bundles: FrameBody {
  public static var kind: FrameKind { .bundles }
}

extension FindAccount: FrameBody {
  public static var kind: FrameKind { .findAccount }
}

extension AccountRecord: FrameBody {
  public static var kind: FrameKind { .accountRecord }
}

extension Send: FrameBody {
  public static var kind: FrameKind { .send }
}

extension Accepted: FrameBody {
  public static var kind: FrameKind { .accepted }
}

extension Deliver: FrameBody {
  public static var kind: FrameKind { .deliver }
}

extension Acknowledge: FrameBody {
  public static var kind: FrameKind { .acknowledge }
}

extension MailboxDrained: FrameBody {
  public static var kind: FrameKind { .mailboxDrained }
}

extension RegisterPush: FrameBody {
  public static var kind: FrameKind { .registerPush }
}

extension RemovePush: FrameBody {
  public static var kind: FrameKind { .removePush }
}
