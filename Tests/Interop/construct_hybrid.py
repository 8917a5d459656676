# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""Devices of every suite, from docs/protocol.md alone; § are its sections. Needs PyPI's
cryptography (50 or later, for ML-KEM and ML-DSA) and kyber-py."""

import copy
import hashlib
import os
from struct import pack

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import mldsa, mlkem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import construct_crypto as crypto
import construct_sessions as sessions
from construct_braid import SparseRatchet
from construct_crypto import ProtocolError, agree, hkdf, next_keys, pad, public, unpad
from construct_kem import KEMS
from construct_sessions import CONTINUED, INITIAL, Party, framed
from construct_wire import Record, encode

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

    def __init__(self, suite, secret, initiator, seed, device, private=None):
        super().__init__(secret, private)
        self.suite, self.device, self.trace = suite, device, {}
        self.sparse = SparseRatchet(suite, initiator, seed) if suite > 1 else None

    def _turn_root(self, public_key):
        keys = hkdf(self.root_key, agree(self.private, public_key), label(b"ratchet root", self.suite), 64)
        self.root_key = keys[:32]
        return keys[32:]

    def _begin_sending(self, public_key):
        self.private = X25519PrivateKey.from_private_bytes(self.device.draw(32))
        self.sending_key = self._turn_root(public_key)
        self.previous, self.sent = self.sent, 0

    def _message_keys(self, message_key, salt):
        keys = hkdf(salt, message_key, label(b"message key", self.suite), 44)
        return keys[:32], keys[32:]

    def encrypt(self, plaintext, associated_data):
        header, salt = crypto.RATCHET_HEADER.pack(public(self.private), self.previous, self.sent), bytes(32)
        if self.sparse:
            sparse, salt = self.sparse.send(self.device.draw)
            header += pack(">H", len(sparse)) + sparse
        chain_key = self.sending_key
        message_key, self.sending_key = next_keys(chain_key)
        self.sent += 1
        key, nonce = self._message_keys(message_key, salt)
        sealed = ChaCha20Poly1305(key).encrypt(nonce, plaintext, associated_data + header)
        # What another implementation compares.
        self.trace = {"chainKey": chain_key, "messageKey": message_key, "sparseKey": salt if self.sparse else None, "key": key,
                      "nonce": nonce, "associatedData": associated_data + header, "tag": sealed[-16:]}
        return header + sealed

    def decrypt(self, data, associated_data):
        end, salt, authenticated = crypto.RATCHET_HEADER.size, bytes(32), None
        fields = crypto.RATCHET_HEADER.unpack(data[:end])
        if self.sparse:
            start, end = end + 2, end + 2 + int.from_bytes(data[end:end + 2], "big")
            salt, authenticated = self.sparse.receive(data[start:end])
        key, nonce = self._message_keys(self._message_key(*fields), salt)
        try:
            plaintext = ChaCha20Poly1305(key).decrypt(nonce, data[end:], associated_data + data[:end])
        except InvalidTag as error:
            raise ProtocolError("authentication failed") from error
        if authenticated:
            authenticated()
        return plaintext


def sign(suite, private, message):
    """§2: both parts sign the same."""
    classic = Ed25519PrivateKey.from_private_bytes(private[:32]).sign(message)
    return classic + (DSA_KEYS[suite].from_seed_bytes(private[32:]).sign(message) if suite > 1 else b"")


def prekey_message(suite, kind, number, public_key):
    """§3: what a prekey's signature covers; kind 1 signed, 2 last resort, 3 one-time."""
    return label(b"prekey", suite) + bytes([kind]) + pack(">I", number) + public_key


def verify_device_list(record):
    """§3: a list is signed by the account's root key, by all of it if its suite is known."""
    signed = record.deviceList
    if record.suite in KEMS:
        verify(record.suite, record.rootIdentityKey, signed.signature, sessions.DEVICE_LIST + signed.payload)


class Device:
    """A device of any suite: private keys as they are stored (§3), and its sessions (§9)."""

    number = 1

    def __init__(self, suite, account, root, identity, draw=os.urandom):
        self.suite, self.account, self.draw = suite, account, draw
        split = 32 if suite == 1 else 64
        self.root, self.signing, self.agreement = root, identity[:split], Agreement(suite, identity[split:])
        self.signed_prekeys, self.prekeys, self.sessions = {}, {}, {}

    @classmethod
    def generate(cls, suite):
        device = cls(suite, None, os.urandom(32 if suite == 1 else 64), os.urandom(64 if suite == 1 else 160))
        device.signed_prekeys[1] = device.fresh_prekey()
        device.prekeys[sessions.LAST_RESORT, 1] = device.fresh_prekey()
        return device

    def fresh_prekey(self):
        return Agreement(self.suite, os.urandom(32 if self.suite == 1 else 96))

    @property
    def party(self):
        suite = bytes([self.suite])
        return Party(self.account, self.number, suite, signing_public(self.suite, self.root), suite,
                     signing_public(self.suite, self.signing), self.agreement.public)

    def first_device_list(self, now):
        entry = Record("DeviceEntry", device=self.number, suite=self.suite, signingKey=self.party.signing_key,
                       agreementKey=self.party.agreement_key)
        payload = encode(Record("DeviceList", account=self.account, number=1, issuedAt=now, devices=[entry]))
        signature = sign(self.suite, self.root, sessions.DEVICE_LIST + payload)
        return Record("SignedDeviceList", payload=payload, signature=signature)

    def sign_login(self, statement):
        return sign(self.suite, self.signing, sessions.LOGIN + statement)

    def keys_to_upload(self, one_time=5):
        """UploadKeys with fresh one-time prekeys (api.md, "Prekeys"); they are signed in hybrid suites."""
        def record(kind, number, key, name="SignedPreKeyRecord"):
            signature = sign(self.suite, self.signing, prekey_message(self.suite, kind, number, key.public))
            return Record(name, id=number, publicKey=key.public, signature=signature)
        first = 1 + max((number for kind, number in self.prekeys if kind == sessions.ONE_TIME), default=0)
        fresh = {number: self.fresh_prekey() for number in range(first, first + one_time)}
        self.prekeys |= {(sessions.ONE_TIME, number): key for number, key in fresh.items()}
        return {"signedPreKey": record(1, 1, self.signed_prekeys[1]),
                "lastResortPreKey": record(2, 1, self.prekeys[sessions.LAST_RESORT, 1]),
                "oneTimePreKeys": [record(3, number, key, "OneTimePreKeyRecord") for number, key in fresh.items()]}

    def _session(self, initiator, responder, header, signed, fourth, exchanges, kem_secret):
        """§5.2, §5.3: the digest, and what is derived."""
        digest = hashlib.sha256(label(b"session transcript", self.suite) + b"\1" + initiator.encoded()
                                + responder.encoded() + framed(header, signed, fourth)).digest()
        secret = hkdf(bytes(32), b"\xff" * 32 + b"".join(exchanges) + kem_secret,
                      label(b"handshake", self.suite) + digest, 32 if self.suite == 1 else 64)
        return digest, secret[:32], secret[32:]

    def begin(self, party, bundle):
        """§4 and §5 as initiator; returns what was agreed on, for comparison."""
        signed, one_time, last = bundle.signedPreKey, bundle.oneTimePreKey, bundle.lastResortPreKey
        for kind, key in (1, signed), (2, last), (3, one_time if self.suite > 1 else None):
            if key:
                verify(self.suite, party.signing_key, key.signature,
                       prekey_message(self.suite, kind, key.id, key.publicKey))
        fourth = one_time or last
        kind = sessions.ONE_TIME if one_time else sessions.LAST_RESORT if last else sessions.NO_PREKEY
        base = X25519PrivateKey.from_private_bytes(self.draw(32))
        exchanges = [agree(self.agreement.x25519, signed.publicKey[:32]), agree(base, party.classic_agreement_key),
                     agree(base, signed.publicKey[:32])] + ([agree(base, fourth.publicKey[:32])] if fourth else [])
        ciphertext, secret = b"", b""
        if self.suite > 1:
            secret, ciphertext = KEMS[self.suite]._encaps_internal((fourth or signed).publicKey[32:], self.draw(32))
        header = sessions.PREKEY_HEADER.pack(self.party.fingerprint, public(base), signed.id, kind,
                                           fourth.id if fourth else 0) + ciphertext
        digest, root, seed = self._session(self.party, party, header, signed.publicKey,
                                           fourth.publicKey if fourth else b"", exchanges, secret)
        ratchet = Ratchet(self.suite, root, True, seed, self)
        ratchet._begin_sending(signed.publicKey[:32])
        self._promote(party, sessions.Session(public(base), True, digest, ratchet, header))
        return exchanges, secret, digest, root

    def sessions_with(self, party):
        return self.sessions.get((party.account, party.device), [])

    def seal(self, party, plaintext):
        session = self.sessions_with(party)[0]
        kind = INITIAL if session.pending else CONTINUED
        sealed = session.ratchet.encrypt(pad(plaintext), session.digest + kind + session.pending)
        return b"\1" + kind + bytes([self.suite]) + session.pending + session.digest[:8] + sealed

    def open(self, party, message):
        """§9, receiving: on a copy, which replaces the session if the message opens."""
        size = sessions.PREKEY_HEADER.size + CIPHERTEXT[self.suite] if message[1:2] == INITIAL else 0
        if len(message) < 3 + size + 8 + crypto.RATCHET_HEADER.size + 16 or message[:1] != b"\1":
            raise ProtocolError("malformed")
        if message[2] != self.suite:
            raise ProtocolError("unsupported suite")
        header, tag, sealed = message[3:3 + size], message[3 + size:11 + size], message[11 + size:]
        known = self.sessions_with(party)
        if header:
            if header[:32] != party.fingerprint:
                raise ProtocolError("identity mismatch")
            session = next((each for each in known if each.base_key == header[32:64] and not each.is_initiator), None)
            session = session or self._answer(party, header)
        else:
            session = next((each for each in known if each.digest[:8] == tag), None)
            if not session:
                raise ProtocolError("unknown session")
        copied = copy.deepcopy(session, {id(self): self})
        plaintext = unpad(copied.ratchet.decrypt(sealed, session.digest + message[1:2] + header))
        copied.pending = b""
        self._promote(party, copied, session)
        if header and header[68] == sessions.ONE_TIME:
            self.prekeys.pop((sessions.ONE_TIME, int.from_bytes(header[69:73], "big")), None)
        return plaintext

    def _answer(self, party, header):
        """§5 as responder."""
        _, base_key, signed_id, kind, fourth_id = sessions.PREKEY_HEADER.unpack(header[:sessions.PREKEY_HEADER.size])
        signed, fourth = self.signed_prekeys.get(signed_id), self.prekeys.get((kind, fourth_id))
        if not signed or kind != sessions.NO_PREKEY and not fourth:
            raise ProtocolError("unknown prekey")
        exchanges = [agree(signed.x25519, party.classic_agreement_key), agree(self.agreement.x25519, base_key),
                     agree(signed.x25519, base_key)] + ([agree(fourth.x25519, base_key)] if fourth else [])
        secret = (fourth or signed).kem.decapsulate(header[sessions.PREKEY_HEADER.size:]) if self.suite > 1 else b""
        digest, root, seed = self._session(party, self.party, header, signed.public,
                                           fourth.public if fourth else b"", exchanges, secret)
        return sessions.Session(base_key, False, digest, Ratchet(self.suite, root, False, seed, self, signed.x25519))

    def _promote(self, party, session, before=None):
        others = [each for each in self.sessions_with(party) if each is not before]
        self.sessions[party.account, party.device] = [session, *others][:1 + sessions.MAXIMUM_ARCHIVED]
