# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""The known answers of Tests/Vectors/construct are what their script computes: nobody has changed one by hand."""

import sys
import unittest
from pathlib import Path

from optional import post_quantum

FOLDER = Path(__file__).resolve().parents[1] / "Vectors" / "construct"
sys.path.insert(0, str(FOLDER))
known_answers = post_quantum("known_answers")


class KnownAnswerTests(unittest.TestCase):
    def test_every_file(self):
        for name, cases in known_answers.ANSWERS.items():
            with self.subTest(name):
                self.assertEqual(known_answers.encoded(cases()), (FOLDER / f"{name}.json").read_text("utf-8"))


if __name__ == "__main__":
    unittest.main()
