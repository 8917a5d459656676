// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("What comes from services and partitions")
struct DeliveryTests {
  let deliver = Deliver(
    sequence: 1, sender: TestConnection.bob.account, senderDevice: .first, message: MessageID(1), acceptedAt: 5,
    kind: .message, ciphertext: [1, 2, 3], previous: 0)

  @Test("a delivery is passed on as it is, to an authenticated client only")
  func delivery() {
    var ready = TestConnection.ready()
    #expect(ready.deliver(deliver) == [.send(Frame(deliver))])
    for var connection in [TestConnection(), .open()] { #expect(connection.deliver(deliver).isEmpty) }
  }

  @Test("a device acknowledges as many ranges as it has had deliveries, and some more; the rest is passed over")
  func acknowledgements() {
    var connection = TestConnection.ready()
    let one = Acknowledge(ranges: [SequenceRange(first: 1, last: 1)])
    for _ in 0..<WireLimits.unacknowledgedDeliveries {
      #expect(connection.receive(one, request: 0).commands.count == 1)
    }
    #expect(connection.receive(one, request: 0).isEmpty)
    #expect(connection.state.phase.isLive)
    _ = connection.deliver(deliver)
    #expect(connection.receive(one, request: 0).commands.count == 1)
    #expect(connection.receive(one, request: 0).isEmpty)
  }

  @Test("an answer that was not asked for is dropped")
  func unasked() {
    for var connection in [TestConnection(), .open(), .ready()] {
      #expect(connection.deliver(Done(), request: 1).isEmpty)
      #expect(connection.deliver(Failure(.internalError), request: 1).isEmpty)
    }
  }

  @Test("a failure that answers nothing is passed on and ends the connection")
  func replaced() {
    var connection = TestConnection.ready()
    let actions = connection.deliver(Failure(.replaced))
    #expect(actions.first == .send(Frame(Failure(.replaced))))
    #expect(actions.closeCode == .policyViolation)
    #expect(actions.commands.map { $0.detach?.connection } == [7])
    #expect(connection.deliver(deliver).isEmpty)
  }

  @Test("a failure that answers a request ends nothing")
  func failedRequest() {
    var connection = TestConnection.ready()
    let serial = connection.receive(Send.test(1), request: 5).commands.first?.send?.request
    let actions = connection.deliver(Failure(.staleDeviceList, deviceListNumber: 4), request: serial ?? 0)
    #expect(actions == [.send(Frame(Failure(.staleDeviceList, deviceListNumber: 4), request: 5))])
    #expect(connection.state.phase.isLive)
  }

  @Test("deliveries go on while a token is verified again and while draining")
  func othersPhases() {
    var verifying = TestConnection.ready()
    verifying.receive(Authenticate(accessToken: "token"), request: 3)
    #expect(verifying.deliver(deliver).count == 1)
    var draining = TestConnection.ready()
    draining.receive(Send.test(1), request: 3)
    draining.drain()
    #expect(draining.deliver(deliver).count == 1)
  }
}
