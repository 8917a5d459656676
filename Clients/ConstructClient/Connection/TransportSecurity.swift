// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
package import NIOSSL

/// Whose certificates a `wss://` connection believes. Verification cannot be switched off.
public enum TransportSecurity: Hashable, Sendable {
  /// The operating system's authorities.
  case systemAuthorities
  /// The authorities of a PEM file, and no others.
  case authorityFile(String)

  /// The TLS context; throws `.certificateInvalid` if the file holds no certificates.
  package func makeContext() throws(ClientError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .fullVerification
    configuration.minimumTLSVersion = .tlsv12
    if case .authorityFile(let path) = self { configuration.trustRoots = .file(path) }
    do { return try NIOSSLContext(configuration: configuration) } catch {
      throw ClientError(.certificateInvalid, cause: error)
    }
  }
}

extension GatewayEndpoint {
  /// The TLS handler for this host: by name with SNI, by address otherwise.
  package func makeTLSHandler(context: NIOSSLContext) throws -> NIOSSLClientHandler {
    do { return try NIOSSLClientHandler(context: context, serverHostname: host) } catch let error as NIOSSLExtraError
      where error == .cannotUseIPAddressInSNI
    {
      return try NIOSSLClientHandler(context: context, serverHostname: nil)
    }
  }
}
