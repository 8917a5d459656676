# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""How KEM keys and ciphertexts travel in chunks, from docs/protocol.md, §17.2, alone: a code over GF(2^16) modulo
x^16 + x^12 + x^3 + x + 1."""

from functools import lru_cache
from struct import pack

from construct_crypto import ProtocolError

CHUNK = 32


@lru_cache(1 << 16)
def multiply(left, right):
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left >> 16:
            left ^= 0x1100B
        right >>= 1
    return product


@lru_cache(1 << 12)
def invert(value):
    result, exponent = 1, (1 << 16) - 2
    while exponent:
        if exponent & 1:
            result = multiply(result, value)
        value, exponent = multiply(value, value), exponent >> 1
    return result


def words(chunk):
    return [int.from_bytes(chunk[at:at + 2], "big") for at in range(0, CHUNK, 2)]


def chunk_at(x, chunks):
    """The chunk of index x, from as many (index: chunk) as the message has."""
    if x in chunks:
        return chunks[x]
    sums = [0] * 16
    for index, chunk in chunks.items():
        weight = 1
        for other in chunks:
            if other != index:
                weight = multiply(weight, multiply(x ^ other, invert(index ^ other)))
        for position, word in enumerate(words(chunk)):
            sums[position] ^= multiply(weight, word)
    return b"".join(pack(">H", word) for word in sums)


class Encoder:
    def __init__(self, message):
        self.message, self.next = message, 0
        self.chunks = {at // CHUNK: message[at:at + CHUNK] for at in range(0, len(message), CHUNK)}

    def take(self):
        index, self.next = self.next, (self.next + 1) % (1 << 16)
        return index, chunk_at(index, self.chunks)


class Decoder:
    def __init__(self, size):
        self.needed, self.chunks = size // CHUNK, {}

    def add(self, index, chunk):
        """The message, once it is complete."""
        if self.chunks.setdefault(index, chunk) != chunk:
            raise ProtocolError("malformed")
        if len(self.chunks) == self.needed:
            return b"".join(chunk_at(index, self.chunks) for index in range(self.needed))
        return None
