// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

/// Why a device list or an account record is not believed. The number is the check's in this table, and the test that
/// proves it names it too:
///
/// | check | what must hold |
/// | --- | --- |
/// | 1 | the record is about the account or username that was asked for |
/// | 2 | the root key has the length of its suite; of a suite this client does not know, at least a classic key's |
/// | 3 | the root key is the pinned one, if one is pinned |
/// | 4 | the root key's signature over the payload verifies; of a suite this client does not know, its classic part |
/// | 5 | the payload is a `DeviceList` in its one canonical encoding |
/// | 6 | the list is about the same account |
/// | 7 | it names 1 to 6 devices in ascending order of their ids |
/// | 8 | each device's keys have the lengths of their suite; of a suite this client does not know, at least classic ones |
/// | 9 | the number is not below the known list's |
/// | 10 | a list with the known number is the known list, byte for byte |
/// | 11 | a device that stays has the keys it had |
enum IdentityProblem: Int, Error, Equatable, CaseIterable {
  case otherAccount = 1
  case suite = 2
  case rootChanged = 3
  case signature = 4
  case encoding = 5
  case listOfOtherAccount = 6
  case devices = 7
  case deviceKeys = 8
  case rollback = 9
  case equivocation = 10
  case keysReplaced = 11
}

/// A device list whose signature and form have been checked.
struct VerifiedDeviceList: Equatable, Sendable {
  let signed: SignedDeviceList
  let list: DeviceList

  /// Checks 2 and 4 to 8.
  init(
    _ signed: SignedDeviceList, of account: AccountID, suite: UInt64, rootIdentityKey: [UInt8]
  ) throws(IdentityProblem) {
    let root: CertifiedRootKey
    do throws(CryptoError) { root = try CertifiedRootKey(suite: .numbered(suite), bytes: rootIdentityKey) } catch {
      throw .suite
    }
    do throws(CryptoError) { try root.verify(signed) } catch { throw .signature }
    try self.init(payloadOf: signed)
    guard list.account == account else { throw .listOfOtherAccount }
    guard (1...WireLimits.devices).contains(list.devices.count),
      zip(list.devices, list.devices.dropFirst()).allSatisfy({ $0.device < $1.device })
    else { throw .devices }
    do throws(CryptoError) {
      for entry in list.devices { _ = try entry.certifiedKeys() }
    } catch {
      throw .deviceKeys
    }
  }

  /// From the store, where only checked lists are. Check 5.
  init(payloadOf signed: SignedDeviceList) throws(IdentityProblem) {
    let list: DeviceList
    do throws(WireError) { list = try DeviceList(encoded: signed.payload) } catch { throw .encoding }
    guard list.encoded() == signed.payload else { throw .encoding }
    self.signed = signed
    self.list = list
  }

  /// Checks 9 to 11, against the list known so far.
  func check(against known: VerifiedDeviceList) throws(IdentityProblem) {
    guard list.number >= known.list.number else { throw .rollback }
    if list.number == known.list.number {
      guard signed.payload == known.signed.payload else { throw .equivocation }
    }
    for entry in list.devices {
      if let before = known.entry(of: entry.device), before != entry { throw .keysReplaced }
    }
  }

  func entry(of device: DeviceID) -> DeviceEntry? { list.devices.first { $0.device == device } }
}

/// What the server says of an account, checked as far as it can be without the store: checks 1, 2 and 4 to 8.
struct VerifiedAccount: Equatable, Sendable {
  enum Question: Equatable, Sendable {
    case username(String)
    case account(AccountID)
  }

  let account: AccountID
  let username: String
  let suite: UInt64
  let rootIdentityKey: [UInt8]
  let deviceList: VerifiedDeviceList

  init(_ record: AccountRecord, answering question: Question) throws(IdentityProblem) {
    switch question {
    case .username(let name): guard record.username == name else { throw .otherAccount }
    case .account(let account): guard record.account == account else { throw .otherAccount }
    }
    // A username is shown to people: nothing outside its one normal form gets that far.
    do throws(Username.Problem) {
      guard try Username(record.username).text == record.username else { throw Username.Problem.character }
    } catch  where error != .reserved {
      throw .otherAccount
    } catch {}
    deviceList = try VerifiedDeviceList(
      record.deviceList, of: record.account, suite: record.suite, rootIdentityKey: record.rootIdentityKey)
    account = record.account
    username = record.username
    suite = record.suite
    rootIdentityKey = record.rootIdentityKey
  }
}
