"""The whole dialogue of PROTOCOL.md, spoken by Debian's python3-wsproto over bare sockets.

Usage: wsproto_dialogue.py URL CA_FILE   (CA_FILE empty for ws:)
"""

import json
import socket
import ssl
import sys
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Message,
    Ping,
    Pong,
    Request,
    TextMessage,
)

STEP_TIMEOUT_S = 10
BACKGROUND = {"presence", "ack"}


class Person:
    def __init__(self, url, tls):
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), STEP_TIMEOUT_S)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=parts.hostname)
        self.connection = WSConnection(ConnectionType.CLIENT)
        self.pending = []
        self.text = ""
        self.emit(Request(host=parts.netloc, target=parts.path, subprotocols=["visavis.v1"]))
        accepted = self.event()
        assert isinstance(accepted, AcceptConnection), accepted
        assert accepted.subprotocol == "visavis.v1"

    def emit(self, event):
        self.socket.sendall(self.connection.send(event))

    def event(self):
        while not self.pending:
            received = self.socket.recv(4096)
            self.connection.receive_data(received or None)
            self.pending.extend(self.connection.events())
        return self.pending.pop(0)

    def send(self, **message):
        self.emit(Message(data=json.dumps(message, ensure_ascii=False)))

    def next(self, expected):
        """The next message that is not in the background; it must be of this type."""
        while True:
            event = self.event()
            if isinstance(event, Ping):
                self.emit(event.response())
                continue
            assert isinstance(event, TextMessage), event
            self.text += event.data
            if not event.message_finished:
                continue
            message, self.text = json.loads(self.text), ""
            if message["type"] not in BACKGROUND:
                assert message["type"] == expected, message
                return message

    def hello(self, name):
        self.send(type="hello", id=1, name=name)
        welcome = self.next("welcome")
        assert welcome["id"] == 1 and welcome["name"] == name
        return welcome

    def close(self):
        self.emit(CloseConnection(code=1000))
        while not isinstance(event := self.event(), CloseConnection):
            pass
        assert event.code == 1000, event
        self.socket.close()


def dialogue(url, tls):
    ana, ben = Person(url, tls), Person(url, tls)
    ana.hello("Ana")
    ben_user = ben.hello("Ben")["user"]

    ana.send(type="call.start", id=2, to=[ben_user], video=False)
    ringing = ana.next("call.ringing")
    incoming = ben.next("call.incoming")
    assert incoming["from"] == ringing["participant"] and incoming["video"] is False
    call = ringing["call"]

    ben.send(type="call.decline", id=2, call=call)
    assert ben.next("call.ended")["reason"] == "declined"
    assert ana.next("call.ended")["reason"] == "declined"

    # RFC 6455 section 5.4: a control frame may come in the middle of a fragmented message.
    ping = json.dumps({"type": "ping", "received": 2})
    ana.emit(Message(data=ping[:7], message_finished=False))
    ana.emit(Ping(payload=b"between"))
    ana.emit(Message(data=ping[7:], message_finished=True))
    event = ana.event()
    while not isinstance(event, Pong):
        assert isinstance(event, TextMessage), event
        assert json.loads(event.data)["type"] in BACKGROUND, event
        event = ana.event()
    assert event.payload == b"between"
    assert ana.next("pong")["received"] == 1

    ana.close()
    ben.close()


def main():
    url, ca_file = sys.argv[1:]
    dialogue(url, ssl.create_default_context(cafile=ca_file) if ca_file else None)


main()
