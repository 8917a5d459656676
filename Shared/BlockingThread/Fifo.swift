// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A queue in an array: adding and removing take constant time on average.
package struct Fifo<Element> {
  private var elements: [Element?] = []
  private var head = 0

  package init() {}

  package var isEmpty: Bool { head == elements.count }
  package var count: Int { elements.count - head }
  package var first: Element? { isEmpty ? nil : elements[head] }

  package mutating func append(_ element: Element) {
    elements.append(element)
  }

  package mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = elements[head].take()
    head += 1
    if head == elements.count {
      elements.removeAll(keepingCapacity: elements.capacity <= 1_024)
      head = 0
    } else if head >= 64 && head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  /// Changes the oldest element in place; nothing happens to an empty queue.
  package mutating func updateFirst<Result>(_ change: (inout Element) -> Result) -> Result? {
    guard !isEmpty, var element = elements[head].take() else { return nil }
    defer { elements[head] = element }
    return change(&element)
  }

  /// Empties the queue.
  /// - Returns: what was in it, oldest first.
  package mutating func removeAll() -> [Element] {
    defer {
      elements = []
      head = 0
    }
    return elements[head...].compactMap { $0 }
  }
}

extension Fifo: Sendable where Element: Sendable {}
