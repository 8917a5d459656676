// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where a profile lives: one folder for one device of one account.
///
/// | file | what it holds |
/// | --- | --- |
/// | `header.json` | how the store key is unlocked: its kind, Argon2id's salt and costs, the sealed store key |
/// | `store.sqlite` and its `-wal`, `-shm` | the store, see `StoreSchema` |
/// | `lock` | locked while a process has the profile open; holds that process' id |
///
/// The folder is made with mode 0700, its files with 0600.
public struct ProfileDirectory: Hashable, Sendable {
  /// The folder's path.
  public let path: String

  /// The profile in this folder, whether it exists yet or not.
  public init(path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Whether there is a profile here.
  public var exists: Bool { FileManager.default.fileExists(atPath: headerPath) }

  /// How the profile here is unlocked. Throws `.profileMissing`, `.storeDamaged` or `.storeTooNew`.
  public func unlocking() throws(ClientError) -> ProfileUnlocking {
    let header = try ProfileHeader.read(from: self)
    switch header.unlock {
    case .passphrase: return .passphrase
    case .keyFile: return .keyFile(header.keyFile)
    }
  }

  var headerPath: String { path + "/header.json" }
  var storePath: String { path + "/store.sqlite" }
  var lockPath: String { path + "/lock" }

  /// Makes the folder and those above it.
  func make() throws(ClientError) {
    do {
      let parent = (path as NSString).deletingLastPathComponent
      if !parent.isEmpty {
        try FileManager.default.createDirectory(
          atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
      do throws(SystemCalls.Failure) { try SystemCalls.makeDirectory(path) } catch  where error.exists {}
    } catch {
      throw ClientError(.storeFailed, cause: error)
    }
  }
}

extension ProfileDirectory {
  /// Sees to it that nobody but the owner can read the store, whatever the umask: SQLite gives `-wal` and `-shm` the
  /// permissions of the file that they belong to, and makes that one readable for everybody if it is not there.
  ///
  /// Called before SQLite opens the file: closing a descriptor of it later would let go of SQLite's locks.
  func makeStorePrivate() throws(SystemCalls.Failure) {
    try SystemCalls.openForLocking(storePath).makePrivate()
    for path in [storePath + "-wal", storePath + "-shm"] {
      do throws(SystemCalls.Failure) { try SystemCalls.openForReading(path).makePrivate() } catch  where error.isMissing
      {}
    }
  }
}

/// What a profile wants to be unlocked with.
public enum ProfileUnlocking: Hashable, Sendable {
  case passphrase
  /// A key file, and where it was when the profile was made.
  case keyFile(String?)
}

/// The exclusive use of a profile by this process, until `release`, or until the last reference to it goes.
final class ProfileLock: Sendable {
  private let file: SystemCalls.File

  /// Throws `.profileInUse` when another process has it.
  init(_ directory: ProfileDirectory) throws(ClientError) {
    do throws(SystemCalls.Failure) {
      file = try SystemCalls.openForLocking(directory.lockPath)
      try file.lock()
      try file.truncate()
      try file.write(Array("\(SystemCalls.processID)\n".utf8))
    } catch {
      throw ClientError(error.wouldBlock ? .profileInUse : .storeFailed, cause: error)
    }
  }

  /// Lets others open the profile.
  func release() throws(ClientError) {
    do throws(SystemCalls.Failure) { try file.unlock() } catch { throw ClientError(.storeFailed, cause: error) }
  }
}
