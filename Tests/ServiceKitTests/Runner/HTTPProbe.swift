// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// What a platform's probe sees of a process's HTTP port.
struct HTTPProbe: Sendable {
  struct Answer: Sendable {
    let status: Int
    let contentType: String?
    let body: String
  }

  let port: Int

  func get(_ path: String, method: String = "GET") async throws -> Answer {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw TestSupportError("no URL: \(path)") }
    var request = URLRequest(url: url)
    request.httpMethod = method
    let (data, response) = try await URLSession.shared.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw TestSupportError("no HTTP") }
    return Answer(
      status: response.statusCode, contentType: response.value(forHTTPHeaderField: "Content-Type"),
      body: String(decoding: data, as: UTF8.self))
  }
}
