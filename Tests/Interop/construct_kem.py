# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""ML-KEM whose encapsulation comes in two parts, from docs/protocol.md, §17.3, alone. Needs PyPI's kyber-py: no library with a
C core offers that."""

import hashlib

from kyber_py.ml_kem import ML_KEM_768, ML_KEM_1024

from construct_crypto import ProtocolError

KEMS = {2: ML_KEM_768, 3: ML_KEM_1024}


class SplitKEM:
    """ML-KEM (FIPS 203) whose encapsulation comes in two parts."""

    def __init__(self, suite):
        self.kem = KEMS[suite]
        self.vector_size = 384 * self.kem.k

    def header(self, key):
        return key[-32:] + hashlib.sha3_256(key).digest()

    def _noise(self, seed):
        y, count = self.kem._generate_error_vector(seed, self.kem.eta_1, 0)
        e1, count = self.kem._generate_error_vector(seed, self.kem.eta_2, count)
        return y.to_ntt(), e1, self.kem._generate_polynomial(seed, self.kem.eta_2, count)[0]

    def first_part(self, header, m):
        """The shared secret and u, which need ρ and the hash of the key alone."""
        secret, seed = self.kem._G(m + header[32:])
        y, e1, _ = self._noise(seed)
        u = (self.kem._generate_matrix_from_seed(header[:32], transpose=True) @ y).from_ntt() + e1
        return secret, u.compress(self.kem.du).encode(self.kem.du)

    def second_part(self, header, m, vector):
        """v, which needs t̂; refuses one that is not canonical or not the promised one."""
        t = self.kem.M.decode_vector(vector, self.kem.k, 12, is_ntt=True)
        if t.encode(12) != vector or hashlib.sha3_256(vector + header[:32]).digest() != header[32:]:
            raise ProtocolError("invalid key")
        y, _, e2 = self._noise(self.kem._G(m + header[32:])[1])
        v = t.dot(y).from_ntt() + e2 + self.kem.R.decode(m, 1).decompress(1)
        return v.compress(self.kem.dv).encode(self.kem.dv)
