# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""Suite 1's keys, handshake and sessions, from docs/protocol.md alone; § are its sections.

It knows no other suite: of devices and accounts of another one it uses the classic part of their keys, which comes first.
"""

import hashlib
import time
from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from construct_crypto import RATCHET_HEADER, SUITE, ProtocolError, Ratchet, agree, hkdf, pad, public, unpad, verify
from construct_wire import Record, decode, encode

VERSION = b"\x01"
INITIAL, CONTINUED = b"\x01", b"\x02"  # §7, kinds of messages
NO_PREKEY, ONE_TIME, LAST_RESORT = 0, 1, 2  # §5.4, kinds of the fourth prekey
MAXIMUM_ARCHIVED = 40  # §9
STALE_SECONDS = 30 * 86_400

# §1, "Labels"
PREKEY = b"Construct prekey v1\0" + SUITE
DEVICE_LIST = b"Construct device list v1\0"
LOGIN = b"Construct login v1\0"
DEVICE_IDENTITY = b"Construct device identity v1\0"
HANDSHAKE = b"Construct handshake v1\0" + SUITE
TRANSCRIPT = b"Construct session transcript v1\0" + SUITE

CLASSIC_KEY, CLASSIC_SIGNATURE = 32, 64  # §2: these bytes of a key or signature are suite 1's
U32 = Struct(">I")
PREKEY_HEADER = Struct(">32s32sIBI")  # §5.4


def framed(*values):
    """§1, frame(x)."""
    return b"".join(U32.pack(len(value)) + value for value in values)


class Party(NamedTuple):
    """One side of a session as both must see it (§5.3): whole keys, with the numbers of their suites."""

    account: bytes
    device: int
    root_suite: bytes
    root_key: bytes
    suite: bytes
    signing_key: bytes
    agreement_key: bytes

    @property
    def fingerprint(self):
        return hashlib.sha256(DEVICE_IDENTITY + self.suite + self.signing_key + self.agreement_key).digest()

    def encoded(self):
        root = self.root_suite + framed(self.root_key)
        keys = self.suite + framed(self.signing_key, self.agreement_key)
        return framed(self.account) + U32.pack(self.device) + root + keys

    @property
    def classic_signing_key(self):
        return self.signing_key[:CLASSIC_KEY]

    @property
    def classic_agreement_key(self):
        return self.agreement_key[:CLASSIC_KEY]


def shared_secret(exchanges, digest):
    """§5.2."""
    return hkdf(bytes(32), b"\xff" * 32 + b"".join(exchanges), HANDSHAKE + digest, 32)


def transcript(initiator, responder, header, signed_prekey, fourth_prekey):
    """§5.3."""
    return hashlib.sha256(TRANSCRIPT + VERSION + initiator.encoded() + responder.encoded()
                          + framed(header, signed_prekey, fourth_prekey)).digest()


@dataclass
class Session:
    """§9. `pending` is the prekey header that an initiator sends until it is answered."""

    base_key: bytes
    is_initiator: bool
    digest: bytes
    ratchet: Ratchet
    pending: bytes = b""
    created: float = field(default_factory=time.time)

    def seal(self, plaintext):
        """§7: a message."""
        if self.pending and time.time() - self.created > STALE_SECONDS:
            raise ProtocolError("stale")
        kind = INITIAL if self.pending else CONTINUED
        sealed = self.ratchet.encrypt(pad(plaintext), self.digest + kind + self.pending)
        return VERSION + kind + SUITE + self.pending + self.digest[:8] + sealed

    def open(self, kind, prekey_header, tag, sealed):
        """The plaintext; the session is as before if this raises."""
        if tag != self.digest[:8]:
            raise ProtocolError("authentication failed")
        ratchet = self.ratchet.copy()
        plaintext = unpad(ratchet.decrypt(sealed, self.digest + kind + prekey_header))
        self.ratchet, self.pending = ratchet, b""
        return plaintext


def split(message):
    """§7: kind, prekey header, tag, and what the ratchet sealed."""
    version, kind, suite = message[:1], message[1:2], message[2:3]
    tag = 3 + (PREKEY_HEADER.size if kind == INITIAL else 0)
    if version and version != VERSION:
        raise ProtocolError("unsupported version")
    if kind not in (INITIAL, CONTINUED) or len(message) < tag + 8 + RATCHET_HEADER.size + 16:
        raise ProtocolError("malformed")
    if suite != SUITE:
        raise ProtocolError("unsupported suite")
    return kind, message[3:tag], message[tag:tag + 8], message[tag + 8:]


class Account:
    """An AccountRecord whose device list verifies (api.md, "Sending", 1); `known` is what was seen of it before."""

    def __init__(self, record, known=None):
        signed = record.deviceList
        self.identity, self.username, self.root_key = record.account, record.username, record.rootIdentityKey
        if known and (known.identity, known.root_key) != (self.identity, self.root_key):
            raise ProtocolError("identity mismatch")
        verify(self.root_key[:CLASSIC_KEY], signed.signature[:CLASSIC_SIGNATURE], DEVICE_LIST + signed.payload)
        certified = decode("DeviceList", signed.payload)
        numbers = [entry.device for entry in certified.devices]
        if certified.account != self.identity or numbers != sorted(set(numbers)):
            raise ProtocolError("malformed")
        if known and certified.number < known.list_number:
            raise ProtocolError("device list went back")
        self.list_number = certified.number
        self.suite = bytes([record.suite])
        self.parties = {entry.device: Party(self.identity, entry.device, self.suite, self.root_key,
                                            bytes([entry.suite]), entry.signingKey, entry.agreementKey)
                        for entry in certified.devices}


def prekey_message(kind, number, public_key):
    """§3: what a prekey's signature covers."""
    return PREKEY + bytes([kind]) + U32.pack(number) + public_key


class Device:
    """This device: its keys (§3) and its sessions (§9), the current one first, by account and device."""

    suite = 1

    def __init__(self):
        self.account, self.number = None, 1
        self.root, self.signing = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self.agreement = X25519PrivateKey.generate()
        self.signed_prekeys = {1: X25519PrivateKey.generate()}
        self.prekeys = {(LAST_RESORT, 1): X25519PrivateKey.generate()}
        self.sessions = {}

    @property
    def party(self):
        return Party(self.account, self.number, SUITE, public(self.root), SUITE, public(self.signing),
                     public(self.agreement))

    def first_device_list(self, now):
        entry = Record("DeviceEntry", device=self.number, suite=1, signingKey=public(self.signing),
                       agreementKey=public(self.agreement))
        payload = encode(Record("DeviceList", account=self.account, number=1, issuedAt=now, devices=[entry]))
        return Record("SignedDeviceList", payload=payload, signature=self.root.sign(DEVICE_LIST + payload))

    def sign_login(self, statement):
        return self.signing.sign(LOGIN + statement)

    def keys_to_upload(self, one_time=20):
        """UploadKeys with fresh one-time prekeys (api.md, "Prekeys")."""
        def signed(kind, private):
            signature = self.signing.sign(prekey_message(kind, 1, public(private)))
            return Record("SignedPreKeyRecord", id=1, publicKey=public(private), signature=signature)
        first = 1 + max((number for kind, number in self.prekeys if kind == ONE_TIME), default=0)
        fresh = {number: X25519PrivateKey.generate() for number in range(first, first + one_time)}
        self.prekeys |= {(ONE_TIME, number): private for number, private in fresh.items()}
        return {"signedPreKey": signed(1, self.signed_prekeys[1]),
                "lastResortPreKey": signed(2, self.prekeys[LAST_RESORT, 1]),
                "oneTimePreKeys": [Record("OneTimePreKeyRecord", id=number, publicKey=public(private))
                                   for number, private in fresh.items()]}

    def begin(self, party, bundle):
        """§4 and §5 as initiator: the new session is the current one."""
        for kind, prekey in ((1, bundle.signedPreKey), (2, bundle.lastResortPreKey)):
            if prekey:
                verify(party.classic_signing_key, prekey.signature, prekey_message(kind, prekey.id, prekey.publicKey))
        fourth = bundle.oneTimePreKey or bundle.lastResortPreKey
        kind = NO_PREKEY if not fourth else ONE_TIME if bundle.oneTimePreKey else LAST_RESORT
        base, signed_key = X25519PrivateKey.generate(), bundle.signedPreKey.publicKey
        exchanges = [agree(self.agreement, signed_key), agree(base, party.classic_agreement_key),
                     agree(base, signed_key)]
        exchanges += [agree(base, fourth.publicKey)] if fourth else []
        header = PREKEY_HEADER.pack(self.party.fingerprint, public(base), bundle.signedPreKey.id, kind,
                                    fourth.id if fourth else 0)
        digest = transcript(self.party, party, header, signed_key, fourth.publicKey if fourth else b"")
        ratchet = Ratchet.of_initiator(shared_secret(exchanges, digest), signed_key)
        self._promote(party, Session(public(base), True, digest, ratchet, header))

    def _answer(self, party, header):
        """§5 as responder."""
        _, base_key, signed_id, kind, fourth_id = PREKEY_HEADER.unpack(header)
        if kind > LAST_RESORT or kind == NO_PREKEY and fourth_id:
            raise ProtocolError("malformed")
        signed, fourth = self.signed_prekeys.get(signed_id), self.prekeys.get((kind, fourth_id))
        if not signed or kind != NO_PREKEY and not fourth:
            raise ProtocolError("unknown prekey")
        exchanges = [agree(signed, party.classic_agreement_key), agree(self.agreement, base_key), agree(signed, base_key)]
        exchanges += [agree(fourth, base_key)] if fourth else []
        digest = transcript(party, self.party, header, public(signed), public(fourth) if fourth else b"")
        return Session(base_key, False, digest, Ratchet(shared_secret(exchanges, digest), signed))

    def sessions_with(self, party):
        return self.sessions.get((party.account, party.device), [])

    def seal(self, party, plaintext):
        sessions = self.sessions_with(party)
        if not sessions:
            raise ProtocolError("no session")
        return sessions[0].seal(plaintext)

    def open(self, party, message):
        """§9, receiving: the plaintext; the session that it opened in becomes the current one."""
        kind, header, tag, sealed = split(message)
        if kind == CONTINUED:
            found = [session for session in self.sessions_with(party) if session.digest[:8] == tag]
            if not found:
                raise ProtocolError("unknown session")
        else:
            fingerprint, base_key, _, fourth_kind, fourth_id = PREKEY_HEADER.unpack(header)
            if fingerprint != party.fingerprint:
                raise ProtocolError("identity mismatch")
            found = [session for session in self.sessions_with(party)
                     if session.base_key == base_key and not session.is_initiator]
        session = found[0] if found else self._answer(party, header)
        plaintext = session.open(kind, header, tag, sealed)
        if kind == INITIAL and fourth_kind == ONE_TIME:
            self.prekeys.pop((ONE_TIME, fourth_id), None)
        self._promote(party, session)
        return plaintext

    def _promote(self, party, session):
        others = [other for other in self.sessions_with(party) if other is not session]
        self.sessions[party.account, party.device] = [session, *others][:1 + MAXIMUM_ARCHIVED]


def safety_digits(key, account):
    """§11, one side's 30 digits; `key` is suite ‖ root public key."""
    digest = hashlib.sha512(b"\0\0" + key + account + key).digest()
    for _ in range(5_199):
        digest = hashlib.sha512(digest + key).digest()
    return "".join(f"{int.from_bytes(digest[start:start + 5], 'big') % 100_000:05}" for start in range(0, 30, 5))


def safety_number(*sides):
    """§11: 60 digits for two (suite ‖ root public key, account)."""
    return "".join(sorted(safety_digits(*side) for side in sides))
