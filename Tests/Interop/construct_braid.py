# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""The sparse post-quantum ratchet, from docs/protocol.md, §17, alone."""

import hmac
from struct import pack

from construct_chunks import Decoder, Encoder
from construct_crypto import ProtocolError, hkdf
from construct_kem import SplitKEM

HEADER, MAC, CLOSING = 64, 32, {2: 128, 3: 160}  # §17.3; CLOSING is the ciphertext's second part
NONE, HEAD, VECTOR, VECTOR_ACK, ACK, FIRST, SECOND = range(7)  # §17.4, types
MAXIMUM_JUMP, MAXIMUM_SKIPPED = 25_000, 2_000


class Braid:
    """§17.3; a state is its name and its fields."""

    def __init__(self, suite, initiator, key):
        self.suite, self.kem, self.epoch = suite, SplitKEM(suite), 1
        self.root, self.mac_key = bytes(32), b""
        self._authenticate(key)
        self.state, self.fields = ("KeysUnsampled", {}) if initiator else self._awaiting()

    def _label(self, text):
        return b"Construct braid " + text + b" v1\0" + bytes([self.suite]) + pack(">Q", self.epoch)

    def _authenticate(self, secret):
        keys = hkdf(bytes(32), self.root + secret, self._label(b"authenticator"), 64)
        self.root, self.mac_key = keys[:32], keys[32:]

    def _mac(self, label, content):
        return hmac.digest(self.mac_key, self._label(label) + content, "sha256")

    def _secret(self, shared):
        secret = hkdf(bytes(32), shared, self._label(b"secret"), 32)
        self._authenticate(secret)
        return secret

    def _awaiting(self):
        return "NoHeaderReceived", {"header": Decoder(HEADER + MAC)}

    def _enter(self, state, **fields):
        self.state, self.fields = state, fields

    @property
    def made_mac(self):
        """The MAC behind a header or a ciphertext that is being sent, by its name in the vectors."""
        if self.state == "KeysSampled":
            return "headerMac", self.fields["sending"].message[-MAC:]
        if self.state in ("EkReceivedCt1Sampled", "Ct2Sampled"):
            return "ciphertextMac", (self.fields.get("closing") or self.fields["sending"].message)[-MAC:]
        return None

    def send(self, draw):
        """type, (index, chunk) or None, and the epoch's secret if it is born with it."""
        state, fields, secret = self.state, self.fields, None
        if state == "KeysUnsampled":
            seed = draw(64)
            key, private = self.kem.kem.key_derive(seed)
            header = self.kem.header(key)
            self._enter("KeysSampled", private=private, vector=key[:-32],
                        sending=Encoder(header + self._mac(b"header", header)))
        elif state == "HeaderReceived":
            m = draw(32)
            shared, first = self.kem.first_part(fields["header"], m)
            secret = self._secret(shared)
            self._enter("Ct1Sampled", header=fields["header"], m=m, first=first, sending=Encoder(first),
                        vector=Decoder(self.kem.vector_size))
        types = {"KeysSampled": HEAD, "HeaderSent": VECTOR, "Ct1Received": VECTOR_ACK, "Ct1Sampled": FIRST,
                 "EkReceivedCt1Sampled": FIRST, "Ct2Sampled": SECOND}
        if self.state in types:
            return types[self.state], self.fields["sending"].take(), secret
        return ACK if self.state == "EkSentCt1Received" else NONE, None, secret

    def receive(self, epoch, kind, chunk):
        """The epoch's secret, if that completed it."""
        if epoch > self.epoch:
            if self.state != "Ct2Sampled" or epoch != self.epoch + 1:
                raise ProtocolError("authentication failed")
            self.epoch = epoch
            self._enter("KeysUnsampled")
            return None
        if epoch < self.epoch:
            return None
        take = getattr(self, "_in_" + self.state, None)
        return take(kind, chunk) if take else None

    def _in_KeysSampled(self, kind, chunk):
        if kind == FIRST:
            size = 32 * self.kem.kem.k * self.kem.kem.du
            self._enter("HeaderSent", private=self.fields["private"], sending=Encoder(self.fields["vector"]),
                        first=Decoder(size))
            self._in_HeaderSent(kind, chunk)

    def _in_HeaderSent(self, kind, chunk):
        first = self.fields["first"].add(*chunk) if kind == FIRST else None
        if first:
            self._enter("Ct1Received", private=self.fields["private"], sending=self.fields["sending"], first=first)

    def _in_Ct1Received(self, kind, chunk):
        if kind == SECOND:
            self._enter("EkSentCt1Received", private=self.fields["private"], first=self.fields["first"],
                        second=Decoder(CLOSING[self.suite] + MAC))
            return self._in_EkSentCt1Received(kind, chunk)

    def _in_EkSentCt1Received(self, kind, chunk):
        closing = self.fields["second"].add(*chunk) if kind == SECOND else None
        if not closing:
            return None
        ciphertext = self.fields["first"] + closing[:-MAC]
        secret = self._secret(self.kem.kem.decaps(self.fields["private"], ciphertext))
        if not hmac.compare_digest(self._mac(b"ciphertext", ciphertext), closing[-MAC:]):
            raise ProtocolError("authentication failed")
        self.epoch += 1
        self.state, self.fields = self._awaiting()
        return secret

    def _in_NoHeaderReceived(self, kind, chunk):
        promise = self.fields["header"].add(*chunk) if kind == HEAD else None
        if promise:
            if not hmac.compare_digest(self._mac(b"header", promise[:HEADER]), promise[HEADER:]):
                raise ProtocolError("authentication failed")
            self._enter("HeaderReceived", header=promise[:HEADER])

    def _in_Ct1Sampled(self, kind, chunk):
        if kind not in (VECTOR, VECTOR_ACK):
            return
        vector = self.fields["vector"].add(*chunk)
        closing = self._close(vector) if vector else None
        if kind == VECTOR and closing:
            self._enter("EkReceivedCt1Sampled", sending=self.fields["sending"], closing=closing)
        elif kind == VECTOR_ACK and closing:
            self._enter("Ct2Sampled", sending=Encoder(closing))
        elif kind == VECTOR_ACK:
            fields = {name: self.fields[name] for name in ("header", "m", "first", "vector")}
            self._enter("Ct1Acknowledged", **fields)

    def _in_EkReceivedCt1Sampled(self, kind, _):
        if kind in (VECTOR_ACK, ACK):
            self._enter("Ct2Sampled", sending=Encoder(self.fields["closing"]))

    def _in_Ct1Acknowledged(self, kind, chunk):
        vector = self.fields["vector"].add(*chunk) if kind in (VECTOR, VECTOR_ACK) else None
        if vector:
            self._enter("Ct2Sampled", sending=Encoder(self._close(vector)))

    def _close(self, vector):
        second = self.kem.second_part(self.fields["header"], self.fields["m"], vector)
        return second + self._mac(b"ciphertext", self.fields["first"] + second)


class SparseChain:
    """§17.1, one direction of an epoch."""

    def __init__(self, key):
        self.key, self.number, self.skipped = key, 0, {}

    def next(self, suite):
        self.number += 1
        info = pack(">I", self.number) + b"Construct sparse ratchet key v1\0" + bytes([suite])
        keys = hkdf(bytes(32), self.key, info, 64)
        self.key = keys[:32]
        return keys[32:]


def variable(number):
    """§17.4: seven bits a byte."""
    result = b""
    while number >= 128:
        result, number = result + bytes([number & 127 | 128]), number >> 7
    return result + bytes([number])


def read_variable(data):
    for end, byte in enumerate(data):
        if byte < 128:
            return sum((each & 127) << 7 * at for at, each in enumerate(data[:end + 1])), data[end + 1:]
    raise ProtocolError("malformed")


class SparseRatchet:
    def __init__(self, suite, initiator, key):
        self.suite, self.initiator, self.braid = suite, initiator, Braid(suite, initiator, key)
        self.epochs, self.sent_in, self.root = {}, 0, bytes(32)
        self._add(key, b"start")

    def _add(self, secret, label=b"epoch"):
        keys = hkdf(self.root, secret, b"Construct sparse ratchet " + label + b" v1\0" + bytes([self.suite]), 96)
        self.root, chains = keys[:32], (SparseChain(keys[32:64]), SparseChain(keys[64:]))
        self.epochs[max(self.epochs, default=-1) + 1] = chains if self.initiator else chains[::-1]

    def send(self, draw):
        """The header's bytes and the message's key."""
        kind, chunk, secret = self.braid.send(draw)
        if secret:
            self._add(secret)
        epoch = self.braid.epoch - 1
        if epoch > self.sent_in:
            self.sent_in = epoch
            self.epochs = {number: chains for number, chains in self.epochs.items() if number + 1 >= epoch}
        chain = self.epochs[epoch][0]
        key = chain.next(self.suite)
        header = b"\1" + variable(epoch + 1) + variable(chain.number) + bytes([kind])
        return header + (variable(chunk[0]) + chunk[1] if chunk else b""), key

    def receive(self, header):
        """The message's key, and what to do once the message has been authenticated."""
        epoch, rest = read_variable(header[1:])
        number, rest = read_variable(rest)
        kind, rest = rest[0], rest[1:]
        chunk = read_variable(rest) if kind not in (NONE, ACK) else None
        if epoch - 1 not in self.epochs:
            raise ProtocolError("duplicate" if epoch - 1 < min(self.epochs) else "authentication failed")
        key = self._receiving_key(self.epochs[epoch - 1][1], number)

        def authenticated():
            secret = self.braid.receive(epoch, kind, chunk)
            if secret:
                self._add(secret)
        return key, authenticated

    def _receiving_key(self, chain, number):
        if number <= chain.number:
            if number not in chain.skipped:
                raise ProtocolError("duplicate")
            return chain.skipped.pop(number)
        if number - chain.number > MAXIMUM_JUMP:
            raise ProtocolError("too far ahead")
        while chain.number + 1 < number:
            skipped = chain.next(self.suite)
            chain.skipped[chain.number] = skipped
        return chain.next(self.suite)
