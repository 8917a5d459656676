// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOSSL

/// A certificate for `localhost`, made by openssl for one test, and its own authority.
struct TestAuthority {
  private let folder: URL

  var certificatePath: String { folder.appending(path: "certificate.pem").path }
  private var keyPath: String { folder.appending(path: "key.pem").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "construct-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-keyout", keyPath, "-out", certificatePath, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }

  func serverContext() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(certificatePath).map { NIOSSLCertificateSource.certificate($0) }
    let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
  }

  func remove() {
    do { try FileManager.default.removeItem(at: folder) } catch {}
  }
}
