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
      guard try location.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        throw VectorProblem.unreadable("is no file of bytes, but a device, a pipe or the like")
      }
      text = try Data(contentsOf: location)
    } catch let problem as VectorProblem {
      throw problem
    } catch {
      throw .unreadable("cannot be read: \(error.localizedDescription)")
    }
    guard !text.isEmpty else { throw .unreadable("is empty") }
    guard !text.starts(with: [0xEF, 0xBB, 0xBF]) else {
      throw .unreadable("begins with a byte order mark, which JSON must not have (RFC 8259, section 8.1)")
    }
    do {
      content = try JSONParser.parse([UInt8](text))
    } catch {
      throw .unreadable("is no JSON from byte \(error.offset) on")
    }
    name = location.relativePath
  }

  /// A file that a command line names, or that was found in a folder which it names.
  package struct Location {
    package let url: URL
    package let isNamed: Bool
  }

  /// The files that a command line names; a folder stands for every JSON file in it and below, in order.
  package static func locations(_ paths: [String]) throws(VectorProblem) -> [Location] {
    var locations: [Location] = []
    for path in paths {
      guard !path.isEmpty else { throw .unreadable("has no name: an empty argument was given") }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
        locations.append(Location(url: URL(filePath: path), isNamed: true))
        continue
      }
      guard let below = FileManager.default.enumerator(atPath: path) else {
        throw .unreadable("the folder \(path) cannot be read")
      }
      let files = below.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }
      guard !files.isEmpty else { throw .unreadable("the folder \(path) has no JSON file") }
      locations += files.sorted().map { Location(url: URL(filePath: path).appending(path: $0), isNamed: false) }
    }
    return locations
  }
}
