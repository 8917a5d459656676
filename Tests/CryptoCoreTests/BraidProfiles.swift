// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto

@testable import CryptoCore

typealias Braid768 = NativeHybridSuite
typealias Braid1024 = NativeHybridLevel5Suite
