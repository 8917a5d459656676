// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Decides whether a device list may follow the current one, and what changes with it. No I/O.
struct DeviceListSuccession: Sendable {
  /// The list that stands.
  let current: SignedDeviceList
  let number: UInt64
  let devices: [DeviceEntry]
  /// The greatest id that any list of the account has had.
  let highestDevice: DeviceID

  enum Step: Equatable, Sendable {
    /// The very list that stands already: somebody has not heard the answer and asks again.
    case repeated
    case change(Change)
  }

  struct Change: Equatable, Sendable {
    let removed: [DeviceID]
    let added: [DeviceEntry]
    let highestDevice: DeviceID
  }

  /// - Parameter publisher: the device that asks; it must be one of the current list.
  /// - Throws: `deviceUnknown`; `deviceListConflict` unless the number is one more than the current;
  ///   `deviceListInvalid` if a device that stays has other keys, or an id that was given before comes back
  func step(to next: VerifiedDeviceList, by publisher: DeviceID) throws(Failure) -> Step {
    if next.signed == current { return .repeated }
    guard devices.contains(where: { $0.device == publisher }) else { throw Failure(.deviceUnknown) }
    guard next.list.number == number + 1 else { throw Failure(.deviceListConflict) }
    var added: [DeviceEntry] = []
    for entry in next.list.devices where !devices.contains(entry) {
      guard entry.device > highestDevice else { throw Failure(.deviceListInvalid) }
      added.append(entry)
    }
    let kept = Set(next.list.devices.map(\.device))
    return .change(
      Change(
        removed: devices.map(\.device).filter { !kept.contains($0) }, added: added,
        highestDevice: added.last?.device ?? highestDevice))
  }
}
