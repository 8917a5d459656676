# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""Sessions in every suite, from docs/protocol.md alone, with all randomness given; § are its sections. Needs PyPI's
cryptography (50 or later, for ML-KEM and ML-DSA) and kyber-py."""

import copy
import hashlib
from struct import pack

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import mldsa, mlkem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import construct_crypto as crypto
from construct_braid import KEMS, SparseRatchet
from construct_crypto import CONTINUED, INITIAL, Party, ProtocolError, agree, framed, hkdf, next_keys, pad, public, unpad

KEM_KEYS = {2: mlkem.MLKEM768PrivateKey, 3: mlkem.MLKEM1024PrivateKey}
DSA_KEYS = {2: mldsa.MLDSA65PrivateKey, 3: mldsa.MLDSA87PrivateKey}
DSA_PUBLIC = {2: mldsa.MLDSA65PublicKey, 3: mldsa.MLDSA87PublicKey}
CIPHERTEXT = {1: 0, 2: 1_088, 3: 1_568}


def label(text, suite):
    return b"Construct " + text + b" v1\0" + bytes([suite])


class Agreement:
    """§2: X25519, in hybrid suites with an ML-KEM seed d ‖ z behind it."""

    def __init__(self, suite, private):
        self.x25519 = X25519PrivateKey.from_private_bytes(private[:32])
        self.public = public(self.x25519)
        if suite > 1:
            self.kem = KEM_KEYS[suite].from_seed_bytes(private[32:])
            self.public += self.kem.public_key().public_bytes_raw()


def signing_public(suite, private):
    result = public(Ed25519PrivateKey.from_private_bytes(private[:32]))
    return result + (DSA_KEYS[suite].from_seed_bytes(private[32:]).public_key().public_bytes_raw() if suite > 1 else b"")


def verify(suite, key, signature, message):
    """§2: a hybrid signature is valid only if both parts are."""
    crypto.verify(key[:32], signature[:64], message)
    if suite > 1:
        try:
            DSA_PUBLIC[suite].from_public_bytes(key[32:]).verify(signature[64:], message)
        except InvalidSignature as error:
            raise ProtocolError("signature invalid") from error


class Ratchet(crypto.Ratchet):
    """§6 with §17 in hybrid suites; a state is copied before it receives."""

    def __init__(self, suite, secret, initiator, seed, draw, private=None):
        super().__init__(secret, private)
        self.suite, self.draw = suite, draw
        self.sparse = SparseRatchet(suite, initiator, seed) if suite > 1 else None

    def _turn_root(self, public_key):
        keys = hkdf(self.root_key, agree(self.private, public_key), label(b"ratchet root", self.suite), 64)
        self.root_key = keys[:32]
        return keys[32:]

    def _begin_sending(self, public_key):
        self.private = X25519PrivateKey.from_private_bytes(self.draw(32))
        self.sending_key = self._turn_root(public_key)
        self.previous, self.sent = self.sent, 0

    def _cipher(self, message_key, salt):
        keys = hkdf(salt, message_key, label(b"message key", self.suite), 44)
        return ChaCha20Poly1305(keys[:32]), keys[32:]

    def encrypt(self, plaintext, associated_data):
        header, salt = crypto.RATCHET_HEADER.pack(public(self.private), self.previous, self.sent), bytes(32)
        if self.sparse:
            sparse, salt = self.sparse.send(self.draw)
            header += pack(">H", len(sparse)) + sparse
        message_key, self.sending_key = next_keys(self.sending_key)
        self.sent += 1
        cipher, nonce = self._cipher(message_key, salt)
        return header + cipher.encrypt(nonce, plaintext, associated_data + header)

    def decrypt(self, data, associated_data):
        end, salt, authenticated = crypto.RATCHET_HEADER.size, bytes(32), None
        fields = crypto.RATCHET_HEADER.unpack(data[:end])
        if self.sparse:
            start, end = end + 2, end + 2 + int.from_bytes(data[end:end + 2], "big")
            salt, authenticated = self.sparse.receive(data[start:end])
        cipher, nonce = self._cipher(self._message_key(*fields), salt)
        try:
            plaintext = cipher.decrypt(nonce, data[end:], associated_data + data[:end])
        except InvalidTag as error:
            raise ProtocolError("authentication failed") from error
        if authenticated:
            authenticated()
        return plaintext


class Device:
    """A device of a written conversation: private keys as they are stored (§3)."""

    def __init__(self, suite, keys):
        def raw(name):
            return bytes.fromhex(keys[name])
        self.suite, self.sessions = suite, []
        split = 32 if suite == 1 else 64
        self.agreement = Agreement(suite, raw("identityPrivate")[split:])
        self.party = Party(raw("account"), keys["device"], bytes([suite]), signing_public(suite, raw("rootPrivate")),
                           bytes([suite]), signing_public(suite, raw("identityPrivate")[:split]), self.agreement.public)
        self.prekeys = {kind: (keys[name]["id"], Agreement(suite, bytes.fromhex(keys[name]["private"])),
                               bytes.fromhex(keys[name].get("signature", "")))
                        for kind, name in enumerate(("signedPreKey", "oneTimePreKey", "lastResortPreKey")) if name in keys}
        self.draw = None

    def _session(self, initiator, responder, header, signed, fourth, exchanges, kem_secret):
        """§5.2, §5.3: the digest, and what is derived."""
        digest = hashlib.sha256(
            label(b"session transcript", self.suite) + b"\1" + initiator.encoded() + responder.encoded()
            + framed(header, signed.public, fourth.public if fourth else b"")).digest()
        secret = hkdf(bytes(32), b"\xff" * 32 + b"".join(exchanges) + kem_secret,
                      label(b"handshake", self.suite) + digest, 32 if self.suite == 1 else 64)
        return digest, secret[:32], secret[32:]

    def begin(self, other):
        """§4 and §5 as initiator."""
        for kind, (number, key, signature) in other.prekeys.items():
            if kind != crypto.ONE_TIME or self.suite > 1:
                message = label(b"prekey", self.suite) + bytes([(1, 3, 2)[kind]]) + pack(">I", number) + key.public
                verify(self.suite, other.party.signing_key, signature, message)
        signed_id, signed, _ = other.prekeys[0]
        kind = next((kind for kind in (crypto.ONE_TIME, crypto.LAST_RESORT) if kind in other.prekeys), 0)
        fourth_id, fourth, _ = other.prekeys[kind] if kind else (0, None, b"")
        base = X25519PrivateKey.from_private_bytes(self.draw(32))
        exchanges = [agree(self.agreement.x25519, signed.public[:32]), agree(base, other.party.agreement_key[:32]),
                     agree(base, signed.public[:32])] + ([agree(base, fourth.public[:32])] if fourth else [])
        ciphertext, secret = b"", b""
        if self.suite > 1:
            secret, ciphertext = KEMS[self.suite]._encaps_internal((fourth or signed).public[32:], self.draw(32))
        header = crypto.PREKEY_HEADER.pack(self.party.fingerprint, public(base), signed_id, kind, fourth_id) + ciphertext
        digest, root, seed = self._session(self.party, other.party, header, signed, fourth, exchanges, secret)
        ratchet = Ratchet(self.suite, root, True, seed, self._take)
        ratchet._begin_sending(signed.public[:32])
        self.sessions.insert(0, crypto.Session(public(base), True, digest, ratchet, header))
        return exchanges, secret, digest, root

    def _take(self, count):
        return self.draw(count)

    def seal(self, plaintext):
        session = self.sessions[0]
        kind = INITIAL if session.pending else CONTINUED
        sealed = session.ratchet.encrypt(pad(plaintext), session.digest + kind + session.pending)
        return b"\1" + kind + bytes([self.suite]) + session.pending + session.digest[:8] + sealed

    def open(self, message, other):
        kind, rest = message[1:2], message[3:]
        size = crypto.PREKEY_HEADER.size + CIPHERTEXT[self.suite] if kind == INITIAL else 0
        header, sealed = rest[:size], rest[size + 8:]
        session = next((each for each in self.sessions if header[32:64] == each.base_key or not header), None)
        if not session:
            session = self._answer(header, other)
        copied = copy.deepcopy(session, {id(self._take): self._take, id(self): self})
        plaintext = unpad(copied.ratchet.decrypt(sealed, session.digest + kind + header))
        copied.pending = b""
        self.sessions = [copied] + [each for each in self.sessions if each is not session]
        return plaintext

    def _answer(self, header, other):
        """§5 as responder."""
        _, base_key, _, kind, _ = crypto.PREKEY_HEADER.unpack(header[:crypto.PREKEY_HEADER.size])
        signed, fourth = self.prekeys[0][1], self.prekeys[kind][1] if kind else None
        exchanges = [agree(signed.x25519, other.party.agreement_key[:32]), agree(self.agreement.x25519, base_key),
                     agree(signed.x25519, base_key)] + ([agree(fourth.x25519, base_key)] if fourth else [])
        ciphertext = header[crypto.PREKEY_HEADER.size:]
        secret = (fourth or signed).kem.decapsulate(ciphertext) if self.suite > 1 else b""
        digest, root, seed = self._session(other.party, self.party, header, signed, fourth, exchanges, secret)
        ratchet = Ratchet(self.suite, root, False, seed, self._take, signed.x25519)
        return crypto.Session(base_key, False, digest, ratchet)
