# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""Tests/WireTests/Golden/records.txt through Python's MessagePack and the tables of docs/wire-reference.md."""

import ast
import hashlib
import re
import unittest
from pathlib import Path

from construct_wire import Malformed, Record, SCHEMAS, decode, encode, proof_of_work, unpack

GOLDEN = Path(__file__).resolve().parents[1] / "WireTests" / "Golden" / "records.txt"


def golden():
    """Name, bytes and readable twin of every record."""
    for block in GOLDEN.read_text("utf-8").split("\n\n")[1:]:
        name, data, twin = (line.strip() for line in block.strip().splitlines())
        twin = re.sub(r"h'([0-9a-f]*)'", lambda match: repr(bytes.fromhex(match[1])), twin)
        yield name, bytes.fromhex(data), ast.literal_eval(re.sub(r"\b(true|false)\b", lambda m: m[0].title(), twin))


class GoldenTests(unittest.TestCase):
    def test_bytes_are_their_readable_twins(self):
        self.assertGreater(len(list(golden())), 50)
        for name, data, twin in golden():
            with self.subTest(name):
                self.assertEqual(unpack(data), twin)

    def test_every_record_is_read_and_written_by_the_reference(self):
        for name, data, twin in golden():
            if name != "Frame":  # its table has a section of its own
                with self.subTest(name):
                    self.assertEqual([field.number for field in SCHEMAS[name]], list(twin))
                    self.assertEqual(encode(decode(name, data)), data)

    def test_what_a_record_must_have(self):
        with self.assertRaises(Malformed):
            Record.from_map("Tokens", {1: "a", 2: 1, 4: 1})
        with self.assertRaises(Malformed):
            Record.from_map("RefreshTokens", {1: bytes(31)})
        self.assertEqual(Record.from_map("RefreshTokens", {1: bytes(32), 9: "unknown"}).refreshToken, bytes(32))

    def test_proof_of_work(self):
        digest = hashlib.sha256(b"challenge" + proof_of_work(b"challenge", 12)).digest()
        self.assertEqual(int.from_bytes(digest[:2], "big") >> 4, 0)


if __name__ == "__main__":
    unittest.main()
