// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A file of test vectors: its name for messages, and its content.
package struct VectorFile: Sendable {
  package let name: String
  package let content: JSONValue

  package init(name: String, content: JSONValue) {
    self.name = name
    self.content = content
  }

  /// Throws `unreadable`.
  package init(at location: URL) throws(VectorProblem) {
    let text: Data
    do {
      text = try Data(contentsOf: location)
    } catch {
      throw .unreadable("cannot be read: \(error.localizedDescription)")
    }
    guard !text.isEmpty else { throw .unreadable("is empty") }
    do {
      content = try JSONParser.parse([UInt8](text))
    } catch {
      throw .unreadable("is no JSON from byte \(error.offset) on")
    }
    name = location.relativePath
  }

  /// The files that a command line names; a folder stands for every JSON file in it and below, in order.
  package static func locations(_ paths: [String]) throws(VectorProblem) -> [URL] {
    var locations: [URL] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
        locations.append(URL(filePath: path))
        continue
      }
      guard let below = FileManager.default.enumerator(atPath: path) else {
        throw .unreadable("the folder \(path) cannot be read")
      }
      let files = below.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }
      guard !files.isEmpty else { throw .unreadable("the folder \(path) has no JSON file") }
      locations += files.sorted().map { URL(filePath: path).appending(path: $0) }
    }
    return locations
  }
}
