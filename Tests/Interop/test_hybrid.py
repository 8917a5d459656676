# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""Whole conversations that Swift wrote (Tests/Vectors/construct/sessions.json), in all suites: Python reads every message, and
writes the same ones byte for byte, so that Swift reads them."""

import json
import unittest
from pathlib import Path
from types import SimpleNamespace

from optional import post_quantum

hybrid = post_quantum("construct_hybrid")

CONVERSATIONS = Path(__file__).resolve().parents[1] / "Vectors" / "construct" / "sessions.json"


class Draw:
    """The randomness of one step, all of which must be used."""

    def __init__(self, text):
        self.rest = bytes.fromhex(text)

    def __call__(self, count):
        taken, self.rest = self.rest[:count], self.rest[count:]
        assert len(taken) == count, "more randomness is drawn than was"
        return taken


class ConversationTests(unittest.TestCase):
    def test_every_conversation(self):
        cases = json.loads(CONVERSATIONS.read_text("utf-8"))["cases"]
        self.assertEqual({case["suite"] for case in cases}, {1, 2, 3})
        for case in cases:
            with self.subTest(case["name"]):
                self.play(case)

    def device(self, suite, keys):
        device = hybrid.Device(suite, bytes.fromhex(keys["account"]), bytes.fromhex(keys["rootPrivate"]),
                               bytes.fromhex(keys["identityPrivate"]))
        device.number = keys["device"]
        for name, kind in ("oneTimePreKey", hybrid.sessions.ONE_TIME), ("lastResortPreKey", hybrid.sessions.LAST_RESORT):
            if name in keys:
                private = bytes.fromhex(keys[name]["private"])
                device.prekeys[kind, keys[name]["id"]] = hybrid.Agreement(suite, private)
        if signed := keys.get("signedPreKey"):
            device.signed_prekeys[signed["id"]] = hybrid.Agreement(suite, bytes.fromhex(signed["private"]))
        self.assertEqual(device.party.root_key.hex(), keys["rootPublic"])
        self.assertEqual(device.party.signing_key.hex(), keys["signingPublic"])
        self.assertEqual(device.party.agreement_key.hex(), keys["agreementPublic"])
        return device

    def bundle(self, keys):
        def prekey(name):
            key = keys.get(name)
            return key and SimpleNamespace(id=key["id"], publicKey=bytes.fromhex(key["public"]),
                                           signature=bytes.fromhex(key.get("signature", "")))
        return SimpleNamespace(**{name: prekey(name) for name in ("signedPreKey", "oneTimePreKey", "lastResortPreKey")})

    def play(self, case):
        devices = {name: self.device(case["suite"], case[name]) for name in ("alice", "bob")}
        alice, bob = devices["alice"], devices["bob"]
        handshake = case["handshake"]
        alice.draw = Draw(handshake["randomness"])
        exchanges, kem_secret, digest, secret = alice.begin(bob.party, self.bundle(case["bob"]))
        self.assertEqual([each.hex() for each in exchanges],
                         [handshake[name] for name in ("dh1", "dh2", "dh3", "dh4") if name in handshake])
        self.assertEqual(kem_secret.hex(), handshake.get("kemSecret", ""))
        self.assertEqual((digest.hex(), secret.hex()), (handshake["transcript"], handshake["secret"]))
        self.compare_sparse(alice, bob, handshake)
        messages = {}
        for number, step in enumerate(case["steps"]):
            with self.subTest(step=number):
                self.step(step, devices, messages)

    def step(self, step, devices, messages):
        if step["action"] == "lose":
            return
        device = devices[step["by"]]
        other = devices["bob" if step["by"] == "alice" else "alice"]
        device.draw = Draw(step.get("randomness", ""))
        before = self.made_mac(device, other)
        if step["action"] == "send":
            message = device.seal(other.party, step["text"].encode())
            self.assertEqual(message.hex(), step["bytes"])
            self.compare_keys(step, device.sessions_with(other.party)[0].ratchet.trace)
            messages[step["message"]] = message
        elif "refused" in step:
            with self.assertRaisesRegex(hybrid.ProtocolError, "duplicate"):
                device.open(other.party, messages[step["message"]])
        else:
            self.assertEqual(device.open(other.party, messages[step["message"]]).decode(), step["text"])
            ratchet = device.sessions_with(other.party)[0].ratchet
            self.compare_keys(step, {"rootKey": ratchet.root_key, "receivingChainKey": ratchet.chains[-1].key,
                                     "sendingChainKey": ratchet.sending_key})
        self.assertEqual(device.draw.rest, b"")
        self.compare_sparse(device, other, step)
        mac = self.made_mac(device, other)
        made = {mac[0]: mac[1]} if mac and mac != before else {}
        self.compare_keys(step, {"headerMac": None, "ciphertextMac": None} | made)

    def compare_keys(self, step, values):
        """Every one of these is in the step, or in neither."""
        for name, value in values.items():
            self.assertEqual(value and value.hex(), step.get(name), name)

    def made_mac(self, device, other):
        sessions = device.sessions_with(other.party)
        return sessions[0].ratchet.sparse.braid.made_mac if sessions and device.suite > 1 else None

    def compare_sparse(self, device, other, step):
        """§17: what a new epoch, or the start, has made of the sparse ratchet."""
        if expected := step.get("sparse"):
            sparse = device.sessions_with(other.party)[0].ratchet.sparse
            self.assertEqual((sparse.braid.epoch, sparse.root.hex(), sparse.braid.root.hex(), sparse.braid.mac_key.hex()),
                             tuple(expected[name] for name in ("epoch", "nextRoot", "authenticatorRoot", "macKey")))


if __name__ == "__main__":
    unittest.main()
