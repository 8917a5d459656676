# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""docs/protocol.md between two devices in Python, and its parts against the vectors in Tests/Vectors."""

import json
import unittest
from pathlib import Path
from unittest import mock

import construct_crypto as crypto
import construct_sessions as sessions
from construct_crypto import ProtocolError, Ratchet
from construct_sessions import Account, Device
from construct_wire import Record

VECTORS = Path(__file__).resolve().parents[1] / "Vectors"


def vectors(path):
    return json.loads((VECTORS / path).read_text("utf-8"))


def device(name):
    result = Device()
    result.account = name.encode().ljust(16)
    return result


def record_of(owner):
    return Record("AccountRecord", account=owner.account, username="somebody", suite=1,
                  rootIdentityKey=owner.party.root_key, deviceList=owner.first_device_list(1))


def bundle_of(owner, one_time=1):
    """What the server makes of an upload."""
    keys = owner.keys_to_upload(one_time)
    first = next(iter(keys["oneTimePreKeys"]), None)
    return Record("BundleRecord", device=owner.number, signedPreKey=keys["signedPreKey"], oneTimePreKey=first,
                  lastResortPreKey=None if first else keys["lastResortPreKey"])


class SessionTests(unittest.TestCase):
    def setUp(self):
        self.alice, self.bob = device("alice"), device("bob")

    def send(self, sender, receiver, text):
        return sender.seal(receiver.party, text)

    def refuses(self, reason, receiver, sender, message):
        with self.assertRaisesRegex(ProtocolError, reason):
            receiver.open(sender.party, message)

    def test_both_ways_and_out_of_order(self):
        alice, bob = self.alice, self.bob
        alice.begin(bob.party, bundle_of(bob))
        first, second, third = (self.send(alice, bob, text) for text in (b"1", b"2", b"3"))
        self.assertEqual((len(first), first[1]), (300, 1))
        self.assertEqual([bob.open(alice.party, message) for message in (third, first)], [b"3", b"1"])
        self.assertNotIn((sessions.ONE_TIME, 1), bob.prekeys)
        answer = self.send(bob, alice, b"4")
        self.assertEqual((len(answer), answer[1]), (227, 2))
        self.assertEqual(alice.open(bob.party, answer), b"4")
        late, later = self.send(alice, bob, b"5"), self.send(alice, bob, b"6")
        self.assertEqual(late[1], 2)
        self.assertEqual([bob.open(alice.party, message) for message in (later, second, late)], [b"6", b"2", b"5"])
        for message in (first, second, late, later):
            self.refuses("duplicate", bob, alice, message)

    def test_every_byte_is_authenticated(self):
        alice, bob = self.alice, self.bob
        alice.begin(bob.party, bundle_of(bob, one_time=0))
        message = self.send(alice, bob, b"text")
        for index in range(len(message)):
            self.refuses(".", bob, alice, message[:index] + bytes([message[index] ^ 1]) + message[index + 1:])
        self.refuses("malformed", bob, alice, message[:100])
        self.refuses("authentication failed", bob, alice, message[:-1])
        self.assertEqual(bob.open(alice.party, message), b"text")

    def test_both_begin_at_once(self):
        alice, bob = self.alice, self.bob
        alice.begin(bob.party, bundle_of(bob))
        bob.begin(alice.party, bundle_of(alice))
        crossing = self.send(alice, bob, b"a"), self.send(bob, alice, b"b")
        self.assertEqual((bob.open(alice.party, crossing[0]), alice.open(bob.party, crossing[1])), (b"a", b"b"))
        for turn in range(4):
            sender, receiver = (alice, bob) if turn % 2 else (bob, alice)
            self.assertEqual(receiver.open(sender.party, self.send(sender, receiver, b"c")), b"c")
        digests = [one.sessions_with(other.party)[0].digest for one, other in ((alice, bob), (bob, alice))]
        self.assertEqual(*digests)

    def test_forged_keys_and_lists(self):
        alice, bob = self.alice, self.bob
        bundle = bundle_of(bob)
        bundle.signedPreKey.id += 1
        with self.assertRaisesRegex(ProtocolError, "signature invalid"):
            alice.begin(bob.party, bundle)
        account = Account(record_of(bob))
        self.assertEqual(account.parties, {1: bob.party})
        forged = record_of(alice)
        forged.account = bob.account
        with self.assertRaisesRegex(ProtocolError, "malformed"):
            Account(forged)
        bob.root = alice.root
        with self.assertRaisesRegex(ProtocolError, "identity mismatch"):
            Account(record_of(bob), known=account)

    def test_bounds(self):
        alice, bob = self.alice, self.bob
        alice.begin(bob.party, bundle_of(bob))
        messages = [self.send(alice, bob, b"%d" % number) for number in range(2_102)]
        self.assertEqual(bob.open(alice.party, messages[-1]), b"2101")
        self.refuses("duplicate", bob, alice, messages[100])
        self.assertEqual(bob.open(alice.party, messages[101]), b"101")
        alice.sessions_with(bob.party)[0].ratchet.sent += crypto.MAXIMUM_JUMP + 1
        self.refuses("too far ahead", bob, alice, self.send(alice, bob, b"far"))


class VectorTests(unittest.TestCase):
    def test_padding_classes(self):
        classes = sorted({crypto.padded_length(length) for length in range(81_920)})
        self.assertEqual((len(classes), classes[:8], classes[-2:]), (32, [*range(160, 1_281, 160)], [65_536, 81_920]))
        for length in (0, 159, 160, 1_119, 1_120, 81_919):
            self.assertEqual(crypto.unpad(crypto.pad(bytes(length))), bytes(length))

    def test_x3dh(self):
        for case in vectors("x3dh/x3dh.json")["cases"]:
            exchanges = [bytes.fromhex(case[name]) for name in ("dh1", "dh2", "dh3", "dh4") if case[name]]
            expected = {each["info"]: each["output"] for each in case["derived"] if each["hash"] == "sha256"}
            with mock.patch.object(sessions, "HANDSHAKE", b"MyProtocol"):
                self.assertEqual(sessions.shared_secret(exchanges, b"").hex(), expected["MyProtocol"])

    def test_safety_numbers(self):
        for case in vectors("safety-number/safety_number.json")["cases"]:
            sides = [(bytes.fromhex(case[side + "Identity"]), bytes.fromhex(case[side + "Identifier"]))
                     for side in ("local", "remote")]
            if case["iterations"] == 5_200:
                self.assertEqual(sessions.safety_number(*sides), case["displayable"])

    def test_ratchet_transcripts(self):
        for case in vectors("double-ratchet/transcripts_chacha20poly1305.json")["transcripts"]:
            with self.subTest(case["name"]):
                self.replay(case)

    def replay(self, case):
        """Sends and receives what the transcript says, with its labels, its bound and its fresh keys."""
        def key(private):
            return crypto.X25519PrivateKey.from_private_bytes(bytes.fromhex(private))
        secret, data = bytes.fromhex(case["sharedSecret"]), bytes.fromhex(case["associatedData"])
        labels = {"RATCHET_ROOT": case["rootInfo"].encode(), "MESSAGE_KEY": case["messageKeyInfo"].encode()}
        with mock.patch.multiple(crypto, MAXIMUM_JUMP=case["maxSkip"], **labels), \
                mock.patch.object(crypto.X25519PrivateKey, "generate") as fresh:
            fresh.return_value = key(case["aliceInitial"]["dhPrivate"])
            sides = {"alice": Ratchet.of_initiator(secret, bytes.fromhex(case["bobInitialRatchetPublic"])),
                     "bob": Ratchet(secret, key(case["bobInitialRatchetPrivate"]))}
            messages = {}
            for step in case["steps"]:
                ratchet = sides[step["actor"]].copy()
                if step["action"] == "send":
                    messages[step["message"]] = step["header"]["bytes"], step["ciphertext"]
                    sealed = ratchet.encrypt(bytes.fromhex(step["plaintext"]), data)
                    self.assertEqual(sealed.hex(), step["header"]["bytes"] + step["ciphertext"])
                else:
                    header, ciphertext = messages[step["message"]]
                    sealed = bytes.fromhex(step.get("headerBytes", header) + step.get("ciphertext", ciphertext))
                    if step["expect"] != "ok":
                        self.assertRaises(ProtocolError, ratchet.decrypt, sealed, data)
                        continue
                    if step.get("dhRatchet"):
                        fresh.return_value = key(step["dhRatchet"]["newDhPrivate"])
                    self.assertEqual(ratchet.decrypt(sealed, data).hex(), step["plaintext"])
                sides[step["actor"]] = ratchet


if __name__ == "__main__":
    unittest.main()
