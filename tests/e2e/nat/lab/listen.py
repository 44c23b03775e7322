"""Listens to everything that reaches the computer of a home: listen.py WORD…

Prints "ready", then, at the end of its input, how many packets came in and how many of them held each word, as JSON.
"""

import json
import select
import socket
import sys

words = sys.argv[1:]
counts = {"packets": 0, **dict.fromkeys(words, 0)}
ETH_P_ALL = 3
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as wire:
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    print("ready", flush=True)
    ended = False
    while True:
        # At the end, what has come already is still read.
        readable, _, _ = select.select([wire] if ended else [wire, sys.stdin], [], [], 0 if ended else None)
        if wire in readable:
            packet, (_, _, kind, *_) = wire.recvfrom(1 << 16)
            if kind != socket.PACKET_OUTGOING:
                counts["packets"] += 1
                for word in words:
                    counts[word] += word.encode() in packet
        elif ended:
            break
        ended = ended or sys.stdin in readable
print(json.dumps(counts))
