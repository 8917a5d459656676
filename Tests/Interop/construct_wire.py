# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""The wire: records, frames and the conversation with a gateway, from docs/wire-reference.md and docs/api.md alone.

Field numbers, kinds and codes are read from the tables of wire-reference.md, so they are tested as they stand there.
"""

import asyncio
import hashlib
import itertools
import re
import time
from pathlib import Path
from typing import NamedTuple

import msgpack
import websockets

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "wire-reference.md"
TYPES = {"uint": int, "bin": bytes, "str": str, "bool": bool, "map": dict}
STALE_DEVICE_LIST = 401


class Malformed(Exception):
    """Bytes that are not the record they should be."""


class Refused(Exception):
    """The gateway answered with Failure (section "Failure codes")."""

    def __init__(self, failure):
        super().__init__(f"{failure.code}: {failure.explanation}")
        self.failure, self.code = failure, failure.code


class Field(NamedTuple):
    number: int
    name: str
    type: str
    length: int
    is_array: bool
    is_optional: bool


def read_reference(text):
    """The tables: fields by record, record by frame kind, and the failure codes that are worth repeating."""
    schemas = {}
    for section in text.split("\n### ")[1:]:
        name, _, body = section.partition("\n")
        rows = re.findall(r"^\| (\d+) \| (\w+) \| (array of )?(?:map \[)?(\w+)( \d+)?[^|]*\| (optional)?", body, re.M)
        schemas[name] = [Field(int(number), field, type, int(length or 0), bool(array), bool(optional))
                         for number, field, array, type, length, optional in rows]
    kinds = {int(number): name for number, name in re.findall(r"^\| 0x\w+ \((\d+)\) \| \[(\w+)\]", text, re.M)}
    codes = {int(code) for code in re.findall(r"^\| (\d{3}) \| \w+ \| yes \|", text, re.M)}
    return schemas, kinds, codes


SCHEMAS, KINDS, REPEATABLE = read_reference(REFERENCE.read_text("utf-8"))
NUMBERS = {name: number for number, name in KINDS.items()}


class Record:
    """A record (section "Records"): its fields are attributes, absent ones are None."""

    def __init__(self, record_name, /, **values):
        self.record_name = record_name
        for field in SCHEMAS[record_name]:
            setattr(self, field.name, values.pop(field.name, None))
        if values:
            raise TypeError(f"{record_name} has no {', '.join(values)}")

    def to_map(self):
        """The record keyed by its field numbers, in ascending order, without absent fields."""
        def plain(value):
            if isinstance(value, list):
                return [plain(item) for item in value]
            return value.to_map() if isinstance(value, Record) else value
        values = ((field.number, getattr(self, field.name)) for field in SCHEMAS[self.record_name])
        return {number: plain(value) for number, value in values if value is not None}

    @classmethod
    def from_map(cls, record_name, numbered):
        """Reads a record and checks its types; fields it does not know are skipped."""
        if not isinstance(numbered, dict):
            raise Malformed(f"{record_name} is no map")
        record = cls(record_name)
        for field in SCHEMAS[record_name]:
            value = numbered.get(field.number)
            if value is not None:
                items = [cls._item(field, item) for item in (value if field.is_array else [value])]
                setattr(record, field.name, items if field.is_array else items[0])
            elif not field.is_optional:
                raise Malformed(f"{record_name} lacks {field.name}")
        return record

    @classmethod
    def _item(cls, field, value):
        if field.type in SCHEMAS:
            return cls.from_map(field.type, value)
        if type(value) is not TYPES[field.type] or field.length and len(value) != field.length:
            raise Malformed(f"{field.name} is no {field.type}")
        return value


def unpack(data):
    try:
        return msgpack.unpackb(data, strict_map_key=False)
    except (ValueError, msgpack.UnpackException) as error:
        raise Malformed("not MessagePack") from error


def encode(record):
    """MessagePack in shortest form, which is how this package writes it (section "Encoding")."""
    return msgpack.packb(record.to_map())


def decode(name, data):
    return Record.from_map(name, unpack(data))


def milliseconds():
    """Now, as the wire writes times."""
    return time.time_ns() // 1_000_000


def proof_of_work(challenge, difficulty):
    """api.md, "Registering", step 2: 8 bytes that give SHA-256(challenge ‖ nonce) its leading zero bits."""
    start = hashlib.sha256(challenge)
    for number in itertools.count():
        nonce = number.to_bytes(8, "big")
        attempt = start.copy()
        attempt.update(nonce)
        if int.from_bytes(attempt.digest(), "big") >> (256 - difficulty) == 0:
            return nonce


class Connection:
    """One connection to a gateway (api.md, "The connection"). Deliveries wait in `deliveries`; None ends them."""

    def __init__(self, socket):
        self.socket, self.welcome, self.failure = socket, None, None
        self.deliveries = asyncio.Queue()
        self._numbers, self._waiting = itertools.count(1), {}
        self._last_sequence = 0
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, server, client="construct-python/1"):
        connection = cls(await websockets.connect(server.rstrip("/") + "/v1", max_size=262_144, compression=None))
        connection.welcome = await connection.ask("Hello", lowestVersion=1, highestVersion=1, client=client)
        return connection

    async def close(self):
        await self.socket.close()
        await self._reader

    async def tell(self, name, request=0, /, **values):
        """Sends a frame; number 0 asks for no answer."""
        await self.socket.send(msgpack.packb({1: NUMBERS[name], 2: request, 3: Record(name, **values).to_map()}))

    async def ask(self, name, /, **values):
        """Sends a request and returns its answer; raises Refused if that is Failure."""
        request = next(self._numbers)
        answer = self._waiting[request] = asyncio.get_running_loop().create_future()
        try:
            await self.tell(name, request, **values)
            record = await asyncio.wait_for(answer, timeout=30)
        finally:
            del self._waiting[request]
        if record.record_name == "Failure":
            raise Refused(record)
        return record

    async def _read(self):
        try:
            async for message in self.socket:
                frame = unpack(message)
                if frame[1] not in KINDS:
                    continue
                record = Record.from_map(KINDS[frame[1]], frame[3])
                if frame[2] in self._waiting:
                    self._waiting[frame[2]].set_result(record)
                elif record.record_name in ("Deliver", "MailboxDrained"):
                    if record.previous > self._last_sequence:
                        # "Receiving": a delivery is missing, so nothing behind it is taken.
                        await self.socket.close()
                        break
                    if record.record_name == "Deliver":
                        self._last_sequence = max(self._last_sequence, record.sequence)
                        self.deliveries.put_nowait(record)
                elif record.record_name == "Failure":
                    self.failure = record
        except websockets.ConnectionClosedError:
            pass
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionError(f"closed with {self.socket.close_code}"))
            self.deliveries.put_nowait(None)

    # The conversations of api.md. `device` is a Device of construct_sessions or construct_hybrid.

    async def register(self, username, device):
        """"Registering"; the challenge names the account."""
        challenge = await self.ask("RequestRegistration")
        nonce = await asyncio.to_thread(proof_of_work, challenge.challenge, challenge.difficulty)
        device.account = challenge.account
        return await self.ask(
            "Register", challenge=challenge.challenge, nonce=nonce, username=username, suite=device.suite,
            rootIdentityKey=device.party.root_key, deviceList=device.first_device_list(milliseconds()))

    async def login(self, device):
        """"Logging in": a challenge signed by the device."""
        identity = {"account": device.account, "device": device.number}
        challenge = (await self.ask("RequestLogin", **identity)).challenge
        statement = Record("LoginStatement", domain=self.welcome.domain, challenge=challenge, **identity)
        return await self.ask("Login", challenge=challenge, signature=device.sign_login(encode(statement)), **identity)

    async def refresh(self, tokens):
        return await self.ask("RefreshTokens", refreshToken=tokens.refreshToken)

    async def authenticate(self, tokens):
        return await self.ask("Authenticate", accessToken=tokens.accessToken)

    async def send(self, recipient, list_number, envelopes, message):
        """"Sending", step 3: repeated with the same id until the answer is final."""
        for attempt in range(1, 6):
            try:
                return await self.ask("Send", message=message, recipient=recipient, deviceListNumber=list_number,
                                      envelopes=envelopes, isUrgent=False)
            except Refused as refused:
                if refused.code not in REPEATABLE or attempt == 5:
                    raise
                await asyncio.sleep((refused.failure.retryAfterMilliseconds or 500) / 1000)

    async def acknowledge(self, sequence):
        """"Receiving": the delivery is durable here."""
        await self.tell("Acknowledge", ranges=[Record("SequenceRange", first=sequence, last=sequence)])
