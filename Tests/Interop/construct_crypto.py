# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""Suite 1's primitives, padding and Double Ratchet, from docs/protocol.md alone; § are its sections."""

import hmac
from dataclasses import dataclass, field, replace
from struct import Struct

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SUITE = b"\x01"
MAXIMUM_JUMP, MAXIMUM_SKIPPED, MAXIMUM_CHAINS = 25_000, 2_000, 5  # §6.4

# §1, "Labels"
RATCHET_ROOT = b"Construct ratchet root v1\0" + SUITE
MESSAGE_KEY = b"Construct message key v1\0" + SUITE

RATCHET_HEADER = Struct(">32sII")  # §6.2


class ProtocolError(Exception):
    """What the protocol refuses; the text is its name for the reason."""


def public(private):
    """The 32 bytes of the public key, in either algorithm of §2."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def agree(private, public_key):
    """X25519; OpenSSL refuses a secret of zeros by itself."""
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(public_key))
    except ValueError as error:
        raise ProtocolError("low-order key") from error


def verify(public_key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise ProtocolError("signature invalid") from error


def hkdf(salt, secret, info, length):
    return HKDF(SHA256(), length, salt, info).derive(secret)


def padded_length(length):
    """§8: the size class of a plaintext of so many bytes."""
    size = length + 1
    step = 160 if size <= 1_120 else 1 << ((size - 1).bit_length() - 3)
    return -(-size // step) * step


def pad(plaintext):
    if len(plaintext) > 81_919:
        raise ProtocolError("too long")
    return (plaintext + b"\x80").ljust(padded_length(len(plaintext)), b"\0")


def unpad(padded):
    plaintext, mark, zeros = padded.rpartition(b"\x80")
    if not mark or zeros.strip(b"\0") or padded_length(len(plaintext)) != len(padded):
        raise ProtocolError("malformed")
    return plaintext


def next_keys(chain_key):
    """§6.1, KDF_CK: message key, next chain key."""
    return hmac.digest(chain_key, b"\x01", "sha256"), hmac.digest(chain_key, b"\x02", "sha256")


def aead(message_key):
    """§6.1: the cipher and the nonce of one message."""
    keys = hkdf(bytes(32), message_key, MESSAGE_KEY, 44)
    return ChaCha20Poly1305(keys[:32]), keys[32:]


@dataclass
class Chain:
    """A receiving chain (§6.3); `key` is None once its sender has begun another one."""

    ratchet_key: bytes
    key: bytes
    next: int = 0
    skipped: dict = field(default_factory=dict)

    def step(self):
        message_key, self.key = next_keys(self.key)
        self.next += 1
        return message_key

    def advance(self, number):
        """Keeps the message keys from the next up to, not including, `number`."""
        if number - self.next > MAXIMUM_JUMP:
            raise ProtocolError("too far ahead")
        for skipped in range(self.next, number):
            self.skipped[skipped] = self.step()


@dataclass
class Ratchet:
    """§6. A responder begins with the secret and its signed prekey, an initiator sends at once (§5.5)."""

    root_key: bytes
    private: X25519PrivateKey = None
    sending_key: bytes = None
    sent: int = 0
    previous: int = 0
    chains: list = field(default_factory=list)

    @classmethod
    def of_initiator(cls, secret, signed_prekey):
        ratchet = cls(secret)
        ratchet._begin_sending(signed_prekey)
        return ratchet

    def _turn_root(self, public_key):
        """KDF_RK; returns the new chain's key."""
        keys = hkdf(self.root_key, agree(self.private, public_key), RATCHET_ROOT, 64)
        self.root_key = keys[:32]
        return keys[32:]

    def _begin_sending(self, public_key):
        self.private = X25519PrivateKey.generate()
        self.sending_key = self._turn_root(public_key)
        self.previous, self.sent = self.sent, 0

    def copy(self):
        return replace(self, chains=[replace(chain, skipped=dict(chain.skipped)) for chain in self.chains])

    def encrypt(self, plaintext, associated_data):
        """Ratchet header ‖ ciphertext; the header is authenticated behind the associated data."""
        header = RATCHET_HEADER.pack(public(self.private), self.previous, self.sent)
        message_key, self.sending_key = next_keys(self.sending_key)
        self.sent += 1
        cipher, nonce = aead(message_key)
        return header + cipher.encrypt(nonce, plaintext, associated_data + header)

    def decrypt(self, data, associated_data):
        """§6.3. Call it on a copy, and forget the copy if this raises."""
        header, ciphertext = data[:RATCHET_HEADER.size], data[RATCHET_HEADER.size:]
        cipher, nonce = aead(self._message_key(*RATCHET_HEADER.unpack(header)))
        try:
            return cipher.decrypt(nonce, ciphertext, associated_data + header)
        except InvalidTag as error:
            raise ProtocolError("authentication failed") from error

    def _message_key(self, ratchet_key, previous, number):
        chain = next((chain for chain in self.chains if chain.ratchet_key == ratchet_key), None)
        if chain and number < chain.next:
            if number not in chain.skipped:
                raise ProtocolError("duplicate")
            return chain.skipped.pop(number)
        if chain and chain.key is None:
            raise ProtocolError("authentication failed")
        if not chain:
            chain = self._receive_turn(ratchet_key, previous)
        chain.advance(number)
        message_key = chain.step()
        self._drop_oldest()
        return message_key

    def _receive_turn(self, ratchet_key, previous):
        """§6.3, 2: the other side has a new ratchet key."""
        chain = Chain(ratchet_key, self._turn_root(ratchet_key))
        if self.chains:
            self.chains[-1].advance(previous)
            self.chains[-1].key = None
        self.chains.append(chain)
        self._begin_sending(ratchet_key)
        return chain

    def _drop_oldest(self):
        """§6.4: the oldest chains and the oldest skipped keys go."""
        del self.chains[:-MAXIMUM_CHAINS]
        kept = [(chain, number) for chain in self.chains for number in sorted(chain.skipped)]
        for chain, number in kept[:-MAXIMUM_SKIPPED]:
            del chain.skipped[number]
