"""The whole dialogue of PROTOCOL.md, spoken by Debian's python3-websockets.

Usage: websockets_dialogue.py URL CA_FILE   (CA_FILE empty for ws:)
"""

import asyncio
import json
import ssl
import sys

import websockets

STEP_TIMEOUT_S = 10
BACKGROUND = {"presence", "ack"}


class Person:
    def __init__(self, socket):
        self.socket = socket
        self.welcome = None

    async def send(self, **message):
        await self.socket.send(json.dumps(message, ensure_ascii=False))

    async def next(self, expected):
        """The next message that is not in the background; it must be of this type."""
        while True:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), STEP_TIMEOUT_S))
            if message["type"] not in BACKGROUND:
                assert message["type"] == expected, message
                return message

    async def hello(self, name):
        await self.send(type="hello", id=1, name=name)
        self.welcome = await self.next("welcome")
        assert self.welcome["id"] == 1 and self.welcome["name"] == name


async def dialogue(url, tls):
    def connect(**more):
        return websockets.connect(url, ssl=tls, subprotocols=["visavis.v1"], **more)

    # One of them asks for compression, which a server need not grant.
    async with connect(compression=None) as first, connect(compression="deflate") as second:
        assert first.subprotocol == "visavis.v1"
        ana, ben = Person(first), Person(second)
        await ana.hello("Ana")
        await ben.hello("Ben")

        await ana.send(type="call.start", id=2, to=[ben.welcome["user"]])
        ringing = await ana.next("call.ringing")
        incoming = await ben.next("call.incoming")
        call = ringing["call"]
        assert incoming["call"] == call and incoming["from"] == ringing["participant"]

        await ben.send(type="call.accept", id=2, call=call)
        assert (await ben.next("call.accepted"))["id"] == 2
        await ana.next("call.accepted")

        data = {"link": "ä", "generation": 1, "candidate": None}
        await ana.send(type="signal", call=call, to=incoming["participant"], data=data)
        signal = await ben.next("signal")
        assert signal["data"] == data and signal["from"] == ringing["participant"]

        # A message in three fragments, with control frames between them, is one message.
        ping = json.dumps({"type": "ping", "received": 2})
        await ana.socket.send(part for part in (ping[:4], ping[4:9], ping[9:]))
        assert (await ana.next("pong"))["received"] == 2
        await asyncio.wait_for(await ana.socket.ping(), STEP_TIMEOUT_S)

        await ben.send(type="call.end", id=3, call=call)
        assert (await ben.next("call.ended"))["reason"] == "hangup"
        assert (await ana.next("call.ended"))["reason"] == "hangup"
    assert first.close_code == 1000, first.close_code


def main():
    url, ca_file = sys.argv[1:]
    tls = ssl.create_default_context(cafile=ca_file) if ca_file else None
    asyncio.run(dialogue(url, tls))


main()
