// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// X-Wing in HPKE (draft-ietf-hpke-pq): hybrid secrecy for what is sealed to one key. It has no authenticated modes.
extension XWing: HPKEKEM {
  public static var id: UInt16 { 0x647A }
}
