# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""What needs post-quantum cryptography, which is not everywhere."""

import os
import unittest
from importlib import import_module


def post_quantum(name):
    """A module of the hybrid suites. Where it cannot be imported its tests are skipped; in CI that is a failure."""
    try:
        return import_module(name)
    except ImportError as missing:
        if os.environ.get("CI") == "true":
            raise
        raise unittest.SkipTest(f"no post-quantum cryptography for Python here ({missing}); it is PyPI's: "
                                "pip install -r Tests/Interop/requirements.txt") from missing
