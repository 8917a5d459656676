// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore

/// Suite 1 on this platform.
public typealias NativeClassicSuite = ClassicSuite<NativeCryptoProvider>
/// Suite 2 on this platform.
public typealias NativeHybridSuite = HybridSuite<NativeCryptoProvider, HybridLevel3>
/// Suite 3 on this platform.
public typealias NativeHybridLevel5Suite = HybridSuite<NativeCryptoProvider, HybridLevel5>
