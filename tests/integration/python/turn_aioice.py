"""Two ICE agents of Debian's python3-aioice find each other over the relay, and over nothing else.

Usage: turn_aioice.py PORT USERNAME PASSWORD udp|tcp|tls   (tls: SSL_CERT_FILE names the authority)
"""

import asyncio
import sys

from aioice import Connection, TransportPolicy

STEP_TIMEOUT_S = 10
MESSAGES = 50
SIZES = (1, 3, 160, 1_200)


def make_agent(controlling, port, username, password, transport):
    return Connection(
        ice_controlling=controlling,
        turn_server=("127.0.0.1", port),
        turn_username=username,
        turn_password=password,
        turn_transport="udp" if transport == "udp" else "tcp",
        turn_ssl=transport == "tls",
        transport_policy=TransportPolicy.RELAY,
        use_ipv6=False,
    )


async def introduce(one, other):
    """Tells `other` all about `one`."""
    await one.gather_candidates()
    types = {candidate.type for candidate in one.local_candidates}
    assert types == {"relay"}, types
    other.remote_username = one.local_username
    other.remote_password = one.local_password
    for candidate in one.local_candidates:
        await other.add_remote_candidate(candidate)
    await other.add_remote_candidate(None)


async def exchange(sender, receiver):
    """Messages of all sizes arrive whole. They may be lost, but not here; nor out of order."""
    for number in range(MESSAGES):
        message = bytes([number]) * SIZES[number % len(SIZES)]
        await sender.send(message)
        received = await receiver.recv()
        assert received == message, (received, message)


async def dialogue(port, username, password, transport):
    ana = make_agent(True, port, username, password, transport)
    ben = make_agent(False, port, username, password, transport)
    await introduce(ana, ben)
    await introduce(ben, ana)
    await asyncio.gather(ana.connect(), ben.connect())
    await exchange(ana, ben)
    await exchange(ben, ana)
    await ana.close()
    await ben.close()


async def main():
    port, username, password, transport = sys.argv[1:]
    steps = dialogue(int(port), username, password, transport)
    await asyncio.wait_for(steps, STEP_TIMEOUT_S)
    print(f"{2 * MESSAGES} messages relayed")


asyncio.run(main())
