// STUN and TURN.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Attack } from '../support/attack.ts';
import type { Field } from '../support/field.ts';
import { encode, text } from '../../integration/support/stun.ts';
import { type Credential, requestedUdp, TurnClient } from '../../integration/support/turn.ts';

async function bind(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** The same datagrams from a few sockets, as fast as the system takes them. */
async function datagrams(field: Field, sockets: number, make: () => Buffer): Promise<void> {
  await field.again(sockets, async (n) => {
    const socket = await bind(field.address(n));
    socket.on('message', () => field.tally.tell('answer'));
    while (!field.over) {
      for (let i = 0; i < 50; i += 1) {
        const bytes = make();
        socket.send(bytes, field.port, '127.0.0.1', (error) => {
          if (error !== null) return;
          field.tally.sent += 1;
          field.tally.bytes += bytes.length;
        });
      }
      await field.breath(50, 50 * 100);
    }
    socket.close();
  });
}

interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}
function credentialOf(servers: unknown): Credential | null {
  for (const { username, credential } of (servers ?? []) as IceServer[]) {
    if (username !== undefined && credential !== undefined)
      return { username, password: credential };
  }
  return null;
}
/** Two ends of a call with oneself. */
async function twoEnds(field: Field, n: number): Promise<[Credential, Credential] | null> {
  const one = await field.join('Mallory', n);
  const answer = await one?.line.ask({ type: 'relay.test' }, 2_000);
  const [left, right] = ((answer?.['servers'] ?? []) as unknown[]).map(credentialOf);
  return left && right ? [left, right] : null;
}

/** Allocates at both ends, lets them send to each other, and sends. */
async function pump(field: Field, n: number, tcp: boolean): Promise<void> {
  const ends = await twoEnds(field, n);
  if (ends === null) {
    await field.pause(200);
    return;
  }
  const from = { from: field.address(n) };
  const [left, right] = await Promise.all(
    ends.map(async (credential) =>
      tcp ? TurnClient.tcp(field.port, credential) : TurnClient.udp(field.port, credential, from),
    ),
  );
  if (left === undefined || right === undefined) return;
  const [here, there] = [await left.relayed(requestedUdp), await right.relayed(requestedUdp)];
  await left.permit(there);
  await right.permit(here);
  await left.bindChannel(0x4000, there);
  await right.bindChannel(0x4000, here);
  const data = Buffer.alloc(1_200, 'x');
  while (!field.over) {
    for (let i = 0; i < 20; i += 1) {
      left.sendOn(0x4000, data);
      right.sendOn(0x4000, data);
    }
    field.tally.sent += 40;
    field.tally.bytes += 40 * data.length;
    await field.breath(40, 40 * data.length);
  }
  field.tally.note('bytes relayed', left.received + right.received);
  left.close();
  right.close();
}

const oneUser = ['--relay', 'open', '--relay-user', 'ana:correct-horse'] as const;

export const relayAttacks: readonly Attack[] = [
  {
    name: 'binding-flood',
    row: 14,
    what: 'STUN Binding requests over UDP, as fast as the system takes them',
    atLeast: { sent: 3_000 },
    run: async (field) => await datagrams(field, 4, () => encode({ method: 'binding' })),
  },
  {
    name: 'challenge-flood',
    row: 14,
    what: 'Allocate requests without credentials over UDP, which ask for a challenge each',
    atLeast: { sent: 3_000 },
    run: async (field) =>
      await datagrams(field, 4, () => encode({ method: 'allocate', attributes: [requestedUdp] })),
    judge: ({ grown }) =>
      (grown.get('visavis_relay_refusals_total{reason="challenges_limited"}') ?? 0) > 0
        ? []
        : ['challenges were not limited'],
  },
  {
    name: 'datagram-junk',
    row: 14,
    what: 'datagrams that look like STUN and are none',
    atLeast: { sent: 3_000 },
    run: async (field) => {
      const good = encode({
        method: 'allocate',
        attributes: [requestedUdp, text('username', 'x')],
      });
      let seed = 1;
      await datagrams(field, 4, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        const bad = Buffer.from(good);
        bad[seed % bad.length] = seed >>> 16;
        return bad;
      });
    },
  },
  {
    name: 'password-guessing',
    row: 14,
    what: 'guesses the password of a user of an open relay',
    server: oneUser,
    atLeast: { sent: 50 },
    run: async (field) => {
      let guesses = 0;
      await field.again(8, async (n) => {
        const client = await TurnClient.udp(field.port, null, { from: field.address(n) });
        while (!field.over) {
          guesses += 1;
          client.credential = { username: 'ana', password: `guess-${guesses}` };
          const answer = await Promise.race([
            client.allocate(requestedUdp).catch(() => null),
            field.pause(300).then(() => null),
          ]);
          field.tally.sent += 1;
          field.tally.tell(answer === null ? 'turn silence' : `turn ${answer.outcome}`);
          const reason = answer?.find('errorCode')?.toString('utf8', 4) ?? '';
          // A password that was looked at; it is not where there were too many failures.
          if (answer?.outcome === '401' && !reason.includes('Failures')) {
            field.tally.note('guesses answered');
          }
          await field.breath();
        }
        client.close();
      });
    },
    judge: ({ notes, seconds }) => {
      const rate = (notes['guesses answered'] ?? 0) / seconds;
      return rate > 20 ? [`${rate.toFixed(0)} guesses a second were answered`] : [];
    },
  },
  {
    name: 'allocations',
    row: 14,
    what: 'allocates as often as credentials of 100 own calls let it',
    atLeast: { sent: 100 },
    run: async (field) =>
      await field.again(field.many(100), async (n) => {
        const ends = await twoEnds(field, n);
        if (ends === null) {
          await field.pause(200);
          return;
        }
        for (let i = 0; i < 60 && !field.over; i += 1) {
          const client = await TurnClient.udp(field.port, ends[0], { from: field.address(n) });
          const answer = await Promise.race([
            client.allocate(requestedUdp).catch(() => null),
            field.pause(300).then(() => null),
          ]);
          field.tally.sent += 2;
          field.tally.tell(answer === null ? 'turn silence' : `turn ${answer.outcome}`);
          await field.breath();
        }
      }),
  },
  {
    name: 'relay-pump',
    row: 14,
    what: 'sends through the relay, between own ends, as much as it takes, over UDP',
    atLeast: { sent: 2_000 },
    run: async (field) => await field.again(8, async (n) => await pump(field, n, false)),
  },
  {
    name: 'relay-pump-tcp',
    row: 14,
    what: 'sends through the relay, between own ends, as much as it takes, over TCP',
    atLeast: { sent: 2_000 },
    run: async (field) => await field.again(8, async (n) => await pump(field, n, true)),
  },
  {
    name: 'relay-two-loops',
    row: 14,
    what: 'one participant sends through the relay over 8 sockets, which two loops serve',
    server: ['--threads', '2'],
    atLeast: { sent: 2_000 },
    run: async (field) => {
      const ends = await twoEnds(field, 0);
      if (ends === null) return;
      const [sender, receiver] = ends;
      const sink = await TurnClient.udp(field.port, receiver, { from: field.address(0) });
      const there = await sink.relayed(requestedUdp);
      await field.again(8, async () => {
        const client = await TurnClient.udp(field.port, sender, { from: field.address(0) });
        const here = await client.relayed(requestedUdp);
        await client.permit(there);
        await sink.permit(here);
        await client.bindChannel(0x4000, there);
        const data = Buffer.alloc(1_200, 'x');
        while (!field.over) {
          for (let i = 0; i < 20; i += 1) client.sendOn(0x4000, data);
          field.tally.sent += 20;
          field.tally.bytes += 20 * data.length;
          await field.breath(20, 20 * data.length);
        }
        client.close();
      });
    },
    judge: ({ grown, seconds }) => {
      let bytes = 0;
      for (const [sample, by] of grown) {
        if (sample.startsWith('visavis_relay_bytes_total{side="client",direction="out"'))
          bytes += by;
      }
      // relay_bytes_per_second_per_user_max, and what it allows at once.
      return bytes > 4_000_000 * (seconds + 2)
        ? [`${(bytes / seconds / 1e6).toFixed(1)} MB/s went through for one participant`]
        : [];
    },
  },
  {
    name: 'turn-streams',
    row: 14,
    what: 'TURN over TCP: messages that are begun, junk, challenges, on 200 connections',
    atLeast: { sent: 500 },
    run: async (field) => {
      const ask = encode({ method: 'allocate', attributes: [requestedUdp] });
      const begun = ask.subarray(0, ask.length - 3);
      await field.again(200, async (n) => {
        field.tally.dialled += 1;
        const socket = connect({
          host: '127.0.0.1',
          port: field.port,
          localAddress: field.address(n),
        });
        socket.on('error', () => undefined);
        socket.on('data', () => field.tally.tell('answer'));
        for (let i = 0; !field.over && !socket.destroyed && i < 50; i += 1) {
          socket.write(n % 2 === 0 ? ask : begun);
          field.tally.sent += 1;
          field.tally.bytes += ask.length;
          await field.breath();
        }
        await field.pause(50);
        socket.destroy();
      });
    },
  },
];
