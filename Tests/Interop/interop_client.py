# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
"""One party of a conversation: obeys JSON lines on standard input, tells on standard output what happens."""

import argparse
import asyncio
import importlib
import json
import os
import sys

from construct_crypto import ProtocolError
from construct_sessions import Account, Device, safety_number
from construct_wire import STALE_DEVICE_LIST, Connection, Malformed, Record, Refused, decode, encode, milliseconds

TEXT = 1  # protocol.md, section 7, "What a message says"


def tell(event, **values):
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


class Client:
    """Accounts, sessions and messages of one device over one connection (api.md)."""

    def __init__(self, connection, suite):
        self.connection, self.tokens = connection, None
        # The hybrid suites need what Debian's cryptography has not.
        self.hybrid = importlib.import_module("construct_hybrid") if suite > 1 else None
        self.device = self.hybrid.Device.generate(suite) if self.hybrid else Device()
        self.accounts, self.seen = {}, set()
        self.turn = asyncio.Lock()

    async def start(self, username):
        registered = await self.connection.register(username, self.device)
        self.tokens = await self.connection.login(self.device)
        await self.connection.authenticate(self.tokens)
        await self.connection.ask("UploadKeys", **self.device.keys_to_upload())
        tell("registered", username=registered.username, account=registered.account.hex())

    async def find(self, **key):
        """"Sending", 1: the account, verified against what was seen of it before."""
        record = await self.connection.ask("FindAccount", **key)
        account = Account(record, self.accounts.get(key.get("account", record.account)))
        if self.hybrid:
            self.hybrid.verify_device_list(record)
        self.accounts[account.identity] = account
        return account

    async def envelopes(self, account, plaintext):
        """"Sending", 2: one envelope for each device, beginning sessions where there are none."""
        missing = [number for number, party in account.parties.items() if not self.device.sessions_with(party)]
        if missing:
            answer = await self.connection.ask("FetchBundles", account=account.identity, devices=missing, suite=self.device.suite)
            for bundle in answer.bundles:
                self.device.begin(account.parties[bundle.device], bundle)
        sealed = {number: self.device.seal(party, plaintext) for number, party in account.parties.items()}
        return [Record("Envelope", device=number, kind=message[1], ciphertext=message)
                for number, message in sealed.items()]

    async def send(self, command):
        message = os.urandom(16)
        content = Record("Content", message=message, sentAt=milliseconds(), text=command["text"], kind=TEXT,
                         isSilent=False)
        plaintext = encode(content)
        while True:
            account = await self.find(username=command["to"])
            envelopes = await self.envelopes(account, plaintext)
            try:
                await self.connection.send(account.identity, account.list_number, envelopes, message)
                return tell("accepted", to=account.username, text=command["text"], message=message.hex())
            except Refused as refused:
                if refused.code != STALE_DEVICE_LIST:
                    raise

    async def safety_number(self, command):
        other, own = await self.find(username=command["with"]), self.device.party
        sides = (own.root_suite + own.root_key, own.account), (other.suite + other.root_key, other.identity)
        tell("safetyNumber", digits=safety_number(*sides))

    async def epoch(self, command):
        """The sparse ratchet's epoch that the last message to somebody's first device was sent in, from 0."""
        party = next(iter((await self.find(username=command["with"])).parties.values()))
        tell("epoch", number=str(self.device.sessions_with(party)[0].ratchet.sparse.sent_in))

    async def refresh(self, _):
        self.tokens = await self.connection.refresh(self.tokens)
        await self.connection.authenticate(self.tokens)
        tell("refreshed")

    async def receive(self, deliver):
        """"Receiving": opens, tells, and then acknowledges, so that what cannot be read does not come again either."""
        try:
            await self.read(deliver)
        except (ProtocolError, Malformed) as error:
            tell("unreadable", message=deliver.message.hex(), reason=str(error))
        await self.connection.acknowledge(deliver.sequence)

    async def read(self, deliver):
        key = deliver.sender, deliver.senderDevice, deliver.message
        if key in self.seen:
            return
        account = self.accounts.get(deliver.sender)
        if not account or deliver.senderDevice not in account.parties:
            account = await self.find(account=deliver.sender)
        if deliver.senderDevice not in account.parties:
            raise ProtocolError("identity mismatch")
        content = decode("Content", self.device.open(account.parties[deliver.senderDevice], deliver.ciphertext))
        self.seen.add(key)
        if content.message != deliver.message:
            raise Malformed("delivered under another id than its own")
        if content.kind != TEXT:
            return None if content.isSilent else tell("unknownKind", kind=content.kind, message=deliver.message.hex())
        if content.text is None:
            raise Malformed("a text without text")
        tell("message", **{"from": account.username}, text=content.text, message=deliver.message.hex())

    async def obey(self, lines):
        commands = {"send": self.send, "safetyNumber": self.safety_number, "epoch": self.epoch,
                    "refresh": self.refresh}
        while line := await lines.readline():
            command = json.loads(line)
            if command["do"] == "quit":
                return
            async with self.turn:
                try:
                    await commands[command["do"]](command)
                except (Refused, ProtocolError, KeyError) as error:
                    tell("failed", do=command["do"], reason=repr(error))

    async def listen(self):
        while deliver := await self.connection.deliveries.get():
            async with self.turn:
                await self.receive(deliver)
        failure = self.connection.failure
        tell("ended", reason=f"{failure.code}: {failure.explanation}" if failure else "the gateway closed")


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True, help="ws://host:port of a gateway")
    parser.add_argument("--username", required=True)
    parser.add_argument("--suite", type=int, choices=(1, 2, 3), default=1)
    arguments = parser.parse_args()

    lines = asyncio.StreamReader(limit=1_048_576)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    client = Client(await Connection.open(arguments.server), arguments.suite)
    await client.start(arguments.username)
    tasks = [asyncio.create_task(client.obey(lines)), asyncio.create_task(client.listen())]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await client.connection.close()
    for task in done:
        task.result()


if __name__ == "__main__":
    asyncio.run(main())
