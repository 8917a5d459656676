# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""Computes the known answers in this folder, from docs/protocol.md alone; § are its sections.

python3 known_answers.py writes the files anew; it needs PyPI's `cryptography` and `kyber-py`, and nothing of Construct.
"""

import hashlib
import hmac
import json
from pathlib import Path
from struct import pack

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from kyber_py.ml_kem import ML_KEM_768, ML_KEM_1024

FOLDER = Path(__file__).resolve().parent
FILE = FOLDER / "sealed_sender.json"
CHUNK, FLOOR = 65_536, 4_096
KEMS = {1: None, 2: ML_KEM_768, 3: ML_KEM_1024}


def fixed(name, count):
    """Bytes that stand for randomness: SHA-256 of the name and a counter."""
    stream = b"".join(hashlib.sha256(f"{name} {block}".encode()).digest() for block in range(count // 32 + 1))
    return stream[:count]


def hkdf(secret, info, count, salt=bytes(32)):
    return HKDF(SHA256(), count, salt, info).derive(secret)


def mac(key, message):
    return hmac.digest(key, message, "sha256")


def sha256(message):
    return hashlib.sha256(message).digest()


def message_padding(text):
    """§8"""
    needed = len(text) + 1
    if needed <= 1_120:
        step = 160
    else:
        step = 1 << ((needed - 1).bit_length() - 3)
    return text + b"\x80" + bytes(-(len(text) + 1) % step)


def size_padding(size):
    if size <= FLOOR:
        return FLOOR
    exponent = size.bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return size + mask & ~mask


def stream(key, text, associated=b""):
    chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)] or [b""]
    cipher = ChaCha20Poly1305(key)
    return [
        cipher.encrypt(pack(">Q3xB", index, index == len(chunks) - 1), chunk, associated)
        for index, chunk in enumerate(chunks)
    ]


def attachments():
    for size in (5, 70_000):
        name = f"attachment {size}"
        key, file = fixed(name + " key", 32), fixed(name, size)
        stream_key = hkdf(key, b"Construct attachment v1\0", 32)
        chunks = stream(stream_key, file + bytes(size_padding(size) - size))
        digests = [sha256(b"Construct attachment digest v1\0")]
        for chunk in chunks:
            digests.append(sha256(digests[-1] + chunk))
        yield {
            "file": name,
            "size": size,
            "key": key,
            "streamKey": stream_key,
            "ciphertextSize": sum(map(len, chunks)),
            "chunkHashes": [sha256(chunk) for chunk in chunks],
            "digests": digests,
            "pointer": b"\1" + key + pack(">Q", size) + digests[-1],
        }


def backups():
    entropy = fixed("recovery entropy", 32)
    archive_key = hkdf(entropy, b"Construct recovery archive v1\0", 32)
    salt = fixed("archive salt", 32)
    entries = [fixed("entry 1", 10), fixed("entry 2", 70_000), fixed("entry 3", 1)]
    header = b"CONSTRUCT\1" + salt
    key = hkdf(archive_key, b"Construct archive v1\0", 32, salt)
    text = b"".join(pack(">I", len(entry)) + entry for entry in entries) + bytes(4)
    chunks = stream(key, text + bytes(size_padding(len(text)) - len(text)), header)
    classic = hkdf(entropy, b"Construct recovery root v1\0\1", 32)
    yield {
        "entropy": entropy,
        "rootClassic": classic,
        "rootClassicPublic": public(Ed25519PrivateKey.from_private_bytes(classic)),
        "rootHybridRest": hkdf(entropy, b"Construct recovery root v1\0\2", 32),
        "rootHybrid5Rest": hkdf(entropy, b"Construct recovery root v1\0\3", 32),
        "archiveKey": archive_key,
        "salt": salt,
        "streamKey": key,
        "entrySizes": [len(entry) for entry in entries],
        "textSize": len(text),
        "archiveSize": len(header) + sum(map(len, chunks)),
        "archiveHash": sha256(header + b"".join(chunks)),
    }


def sender_keys():
    group, account, device = fixed("group", 16), fixed("account", 16), 7
    identifier, seed, chain = fixed("distribution", 16), fixed("signing", 32), fixed("chain", 32)
    signing = Ed25519PrivateKey.from_private_bytes(seed)
    signing_public = public(signing)
    context = sha256(
        b"Construct sender key v1\0\1" + group + account + pack(">I", device) + identifier + signing_public
    )
    distribution = b"\1" + group + identifier + pack(">I", 0) + chain + signing_public
    messages = []
    for iteration, plaintext in enumerate([b"", b"hello", fixed("long", 1_500)]):
        message_key = mac(chain, b"\1")
        expanded = hkdf(message_key, b"Construct sender key message key v1\0", 44)
        header = b"\1\3" + identifier + pack(">I", iteration)
        cipher = ChaCha20Poly1305(expanded[:32])
        signed = header + cipher.encrypt(expanded[32:], message_padding(plaintext), context + header)
        signature = signing.sign(b"Construct sender key message v1\0" + context + signed)
        next_chain = mac(chain, b"\2")
        messages.append(
            {
                "plaintext": plaintext,
                "chainKey": chain,
                "messageKey": message_key,
                "key": expanded[:32],
                "nonce": expanded[32:],
                "signature": signature,
                "message": signed + signature,
                "nextChainKey": next_chain,
            }
        )
        chain = next_chain
    yield {
        "group": group,
        "account": account,
        "device": device,
        "distributionID": identifier,
        "signingSeed": seed,
        "signingPublic": signing_public,
        "context": context,
        "distribution": distribution,
        "messages": messages,
    }


def public(private):
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def envelope_device(account, number, suite):
    name = f"device {account} {number}"
    x25519 = fixed(name + " x25519", 32)
    agreement, seed, signing = public(X25519PrivateKey.from_private_bytes(x25519)), b"", 32
    if KEMS[suite]:
        seed = fixed(name + " mlkem", 64)
        agreement += KEMS[suite].key_derive(seed)[0]
        signing += {2: 1_952, 3: 2_592}[suite]
    signing = fixed(name + " signing", signing)
    fingerprint = sha256(b"Construct device identity v1\0" + bytes([suite]) + signing + agreement)
    return {
        "account": bytes([account]) * 16,
        "device": number,
        "suite": suite,
        "signing": signing,
        "x25519": x25519,
        "mlkemSeed": seed,
        "agreementHash": sha256(agreement),
        "fingerprint": fingerprint,
    }, agreement


def party(device):
    return device["account"] + pack(">IB", device["device"], device["suite"]) + device["fingerprint"]


class Signer:
    """Ed25519, in suite 2 with ML-DSA-65 behind it. ML-DSA signs with fresh randomness: what has been written is kept."""

    def __init__(self, name, suite):
        self.private = fixed(name, 32 if suite == 1 else 64)
        self.classic = Ed25519PrivateKey.from_private_bytes(self.private[:32])
        self.lattice = mldsa.MLDSA65PrivateKey.from_seed_bytes(self.private[32:]) if suite == 2 else None
        self.public = public(self.classic) + (self.lattice.public_key().public_bytes_raw() if self.lattice else b"")

    def sign(self, message, written):
        signature = self.classic.sign(message)
        if not self.lattice:
            return signature
        try:
            self.lattice.public_key().verify(written[-3_309:], message)
            return signature + written[-3_309:]
        except (InvalidSignature, ValueError):
            return signature + self.lattice.sign(message)


def sealed_sender():
    """§16: one envelope of suite 1, and one of suites 2 and 3."""
    yield sealed_envelope("suite 1", 1, [(1, 1, 1), (2, 7, 1)])
    yield sealed_envelope("suites 2 and 3", 2, [(1, 2, 2), (2, 1, 3)])


def sealed_envelope(name, suite, addresses):
    sender, _ = envelope_device(9, 3, suite)
    devices = [envelope_device(*address) for address in addresses]
    root, server = Signer(f"{name}, trust root", suite), Signer(f"{name}, server", suite)
    written = {}
    if FILE.exists():
        written = next((case for case in json.loads(FILE.read_text())["cases"] if case.get("name") == name), {})

    def signed(signer, label, payload, field):
        return payload + signer.sign(label + b"\0" + payload, bytes.fromhex(written.get(field, "")))

    payload = bytes([1, suite]) + pack(">IQH", 5, 2_000_000, len(server.public)) + server.public
    server_certificate = signed(root, b"Construct server certificate v1", payload, "serverCertificate")
    payload = bytes([1, suite]) + pack(">IQ", 5, 1_000_000 + 86_400) + party(sender)
    certificate = signed(server, b"Construct sender certificate v1", payload, "certificate")

    content_key, ephemeral = fixed(f"{name}, content key", 32), fixed(f"{name}, ephemeral", 32)
    ephemeral_key = X25519PrivateKey.from_private_bytes(ephemeral)
    point, content = public(ephemeral_key), f"a message to {len(devices)} devices".encode()
    expanded = hkdf(content_key, b"Construct envelope body v1\0", 44)
    text = message_padding(pack(">H", len(certificate)) + certificate + content)
    body = ChaCha20Poly1305(expanded[:32]).encrypt(expanded[32:], text, b"\1" + point)
    envelope, answers = b"\1" + point + pack(">H", len(devices)), []
    for index, (device, agreement) in enumerate(devices):
        number = bytes([device["suite"]])
        theirs = X25519PublicKey.from_public_bytes(agreement[:32])
        secret, ciphertext, randomness = ephemeral_key.exchange(theirs), b"", b""
        kem_secret = b""
        if kem := KEMS[device["suite"]]:
            randomness = fixed(f"encapsulation {index}", 32)
            kem_secret, ciphertext = kem._encaps_internal(agreement[32:], randomness)
        info = b"Construct envelope key v1\0" + number + point + ciphertext + party(device)
        pad = hkdf(secret + kem_secret, info, 32)
        wrapped = bytes(left ^ right for left, right in zip(content_key, pad))
        own = X25519PrivateKey.from_private_bytes(sender["x25519"])
        info = b"Construct envelope sender v1\0" + party(sender) + party(device)
        sender_key = hkdf(own.exchange(theirs), info, 32)
        message = b"Construct envelope tag v1\0" + number + point + wrapped + ciphertext + sha256(body)
        tag = mac(sender_key, message)[:16]
        header = number + wrapped + tag + ciphertext
        envelope += device["account"] + pack(">IH", device["device"], len(header)) + header
        answers.append(
            device
            | {
                "encapsulationRandomness": randomness,
                "dh": secret,
                "kemSecret": kem_secret,
                "pad": pad,
                "wrappedKey": wrapped,
                "senderKey": sender_key,
                "tag": tag,
                "ciphertextHash": sha256(ciphertext),
                "receivedHash": sha256(b"\1" + point + header + body),
            }
        )
    return {
        "name": name,
        "suite": suite,
        "trustRoot": root.private,
        "trustRootPublic": root.public,
        "server": server.private,
        "serverCertificate": server_certificate,
        "certificate": certificate,
        "sender": sender,
        "content": content,
        "contentKey": content_key,
        "bodyKey": expanded[:32],
        "bodyNonce": expanded[32:],
        "ephemeral": ephemeral,
        "ephemeralPublic": point,
        "body": body,
        "devices": answers,
        "envelope": envelope + body,
    }


def encoded(cases):
    """The text of a file."""

    def encode(value):
        if isinstance(value, bytes):
            return value.hex()
        raise TypeError(value)

    return json.dumps({"cases": list(cases)}, indent=1, default=encode) + "\n"


ANSWERS = {"attachments": attachments, "backups": backups, "sender_keys": sender_keys, "sealed_sender": sealed_sender}

if __name__ == "__main__":
    for file, cases in ANSWERS.items():
        text = encoded(cases())
        (FOLDER / f"{file}.json").write_text(text)
