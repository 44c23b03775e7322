"""Clients that take nothing, or next to nothing, of what the server sends, and go on sending all the same.

Usage: silent_readers.py PORT COUNT MODE [TLS]
MODE: "websocket", sessions that search, ping and pong and never read; "drip", the same, each reading one byte a second;
"http", connections that ask for pages and never read. With a fourth argument all of it over TLS.
Prints "ready" once all are open. Ends when the server has closed all, or at the end of stdin.
"""

import json
import select
import socket
import ssl
import sys
import time

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: visavis.v1\r\n\r\n"
)
PAGES = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20
MASK = b"\x01\x02\x03\x04"


def frame(opcode, payload):
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    masked = bytes(byte ^ MASK[index % 4] for index, byte in enumerate(payload))
    return bytes([0x80 | opcode]) + length + MASK + masked


def text(message):
    return frame(1, json.dumps(message).encode())


CHATTER = frame(9, b"") + frame(10, b"") + text({"type": "people.search", "query": "p"})


class Reader:
    def __init__(self, port, number, mode, tls):
        self.mode = mode
        self.open = True
        self.socket = socket.socket()
        # What it takes without reading: the less, the more waits in the server.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.socket.connect(("127.0.0.1", port))
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        if mode == "http":
            self.send(PAGES)
        else:
            self.send(HANDSHAKE)
            self.send(text({"type": "hello", "name": f"p{number:03} " + "\u00e9" * 58}))
        self.socket.setblocking(False)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BlockingIOError, ssl.SSLWantWriteError):
            pass  # part of it: the server has stopped reading, and what follows makes no sense to it
        except OSError:
            self.open = False

    def second_passes(self):
        self.send(PAGES if self.mode == "http" else CHATTER)
        if self.mode != "drip":
            return
        try:
            self.open = self.open and self.socket.recv(1) != b""
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except OSError:
            self.open = False


def main():
    port, count, mode = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    readers = [Reader(port, number, mode, len(sys.argv) > 4) for number in range(count)]
    print("ready", flush=True)
    while any(reader.open for reader in readers):
        ended, _, _ = select.select([sys.stdin], [], [], 1.0)
        if ended:
            break
        for reader in readers:
            if reader.open:
                reader.second_passes()


main()
