"""Sends WebSocket pings and never reads a pong, until the server closes or COUNT is reached.

Usage: ping_flood.py PORT COUNT   Prints "closed" or "open", and waits for a line on stdin before it leaves.
"""

import socket
import sys

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: visavis.v1\r\n\r\n"
)
EMPTY_PING = b"\x89\x80\x01\x02\x03\x04"
PINGS_AT_ONCE = 1_000


def flood(port, count):
    connection = socket.socket()
    # So that pongs wait in the server and not in the kernel. Much less, and the kernel drops what it promised to
    # take, and with it the server's acknowledgements: the flood then waits for ever longer retransmissions.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    connection.connect(("127.0.0.1", port))
    connection.sendall(HANDSHAKE)
    try:
        for _ in range(count // PINGS_AT_ONCE):
            connection.sendall(EMPTY_PING * PINGS_AT_ONCE)
    except (ConnectionResetError, BrokenPipeError):
        return connection, "closed"
    return connection, "open"


def main():
    connection, state = flood(int(sys.argv[1]), int(sys.argv[2]))
    print(state, flush=True)
    sys.stdin.readline()
    connection.close()


main()
