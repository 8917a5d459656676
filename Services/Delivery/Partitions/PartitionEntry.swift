// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Wire

/// Where the answer to a send goes.
struct ReplyAddress: Hashable, Sendable {
  let connection: DeviceConnection
  /// The gateway's number of the request, which the answer bears.
  let request: UInt64
}

/// A message as a client wants it delivered; who sends it comes from the gateway.
struct IncomingSend: Sendable, Equatable {
  let reply: ReplyAddress
  let sender: DeviceAddress
  let send: Send

  var key: MessageKey { MessageKey(recipient: send.recipient, sender: sender, message: send.message) }
}

/// What an entry of a partition's stream asks for, decoded and checked as far as that goes without the store.
enum MailboxCommand: Sendable, Equatable {
  case send(IncomingSend)
  case acknowledge(DeviceAddress, SequenceRanges)
  /// With the time of the authentication, in milliseconds since the Unix epoch.
  case attach(DeviceAddress, DeviceConnection, UInt64)
  case detach(DeviceAddress, DeviceConnection)
  case accountChanged(AccountID)
  /// A send that cannot be understood or does not belong here.
  case refuse(ReplyAddress, FailureCode)
}

/// One entry of a partition's stream.
struct PartitionEntry: Sendable, Equatable {
  let id: RedisStreamID
  let commands: [MailboxCommand]
  /// What was passed over because nobody can make sense of it: the whole entry, or commands of another partition and
  /// of kinds that this version does not know.
  let passedOver: Int
  /// Bytes of the record.
  let size: Int

  /// - Parameter record: the entry's encoded `PartitionCommands`; nil if it has none.
  init(id: RedisStreamID, record: [UInt8]?, partition: Partition) {
    self.id = id
    size = record?.count ?? 0
    guard let record, let decoded = Self.decode(record) else {
      commands = []
      passedOver = 1
      return
    }
    var passedOver = 0
    commands = decoded.commands.compactMap { command in
      let understood = MailboxCommand(command, gateway: decoded.gateway, partition: partition)
      if understood == nil { passedOver += 1 }
      return understood
    }
    self.passedOver = passedOver
  }

  private static func decode(_ record: [UInt8]) -> PartitionCommands? {
    do { return try PartitionCommands(encoded: record) } catch { return nil }
  }
}

extension MailboxCommand {
  /// Nil for a command that has no meaning here. A send always has one, because somebody waits for its answer.
  init?(_ command: PartitionCommand, gateway: String, partition: Partition) {
    if let send = command.send {
      self = Self.send(send, gateway: gateway, partition: partition)
    } else if let acknowledge = command.acknowledge, Partition(of: acknowledge.account) == partition {
      self = .acknowledge(
        DeviceAddress(account: acknowledge.account, device: acknowledge.device), SequenceRanges(acknowledge.ranges))
    } else if let attach = command.attach, Partition(of: attach.account) == partition {
      self = .attach(
        DeviceAddress(account: attach.account, device: attach.device),
        DeviceConnection(gateway: gateway, number: attach.connection), attach.authenticatedAt)
    } else if let detach = command.detach, Partition(of: detach.account) == partition {
      self = .detach(
        DeviceAddress(account: detach.account, device: detach.device),
        DeviceConnection(gateway: gateway, number: detach.connection))
    } else if let account = command.accountChanged, Partition(of: account) == partition {
      self = .accountChanged(account)
    } else {
      return nil
    }
  }

  private static func send(_ command: PartitionSend, gateway: String, partition: Partition) -> MailboxCommand {
    let reply = ReplyAddress(
      connection: DeviceConnection(gateway: gateway, number: command.connection), request: command.request)
    let send: Send
    do {
      send = try Send(encoded: command.body)
    } catch .fieldTooLong(3) {
      // The third field of an envelope is its ciphertext, and no other record in a Send has a third one with a length.
      return .refuse(reply, .messageTooLarge)
    } catch {
      return .refuse(reply, .malformedFrame)
    }
    let devices = send.envelopes.map(\.device)
    guard zip(devices, devices.dropFirst()).allSatisfy(<) else { return .refuse(reply, .malformedFrame) }
    // The gateway has put it into the wrong stream.
    guard Partition(of: send.recipient) == partition else { return .refuse(reply, .internalError) }
    let sender = DeviceAddress(account: command.sender, device: command.senderDevice)
    return .send(IncomingSend(reply: reply, sender: sender, send: send))
  }
}
