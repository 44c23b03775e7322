// Ringing, calls, and what is signaled in them.
import { all, type Attack, mustBeTold } from '../support/attack.ts';
import type { Field, Member } from '../support/field.ts';

const limited = mustBeTold('error rate_limited', 'close 1008');
const big = 'x'.repeat(64_500);

async function ring(one: Member, ...to: readonly string[]): Promise<string | null> {
  const answer = await one.line.ask({ type: 'call.start', to }, 2_000);
  return answer?.type === 'call.ringing' ? String(answer['call']) : null;
}
interface Participant {
  participant: string;
  user: string;
}

/** Rings, signals for as long as it is let, and begins again. */
async function signalWhileItRings(
  field: Field,
  n: number,
  to: string,
  data: string,
  burst: number,
): Promise<void> {
  const one = await field.join('Mallory', n);
  if (one === null) {
    await field.pause(50);
    return;
  }
  while (!field.over && one.line.closed === null) {
    const ringing = await one.line.ask({ type: 'call.start', to: [to] }, 2_000);
    if (ringing?.type !== 'call.ringing') {
      await field.pause(100);
      continue;
    }
    const call = String(ringing['call']);
    const rung = (ringing['participants'] as Participant[]).find(({ user }) => user === to);
    let ended = false;
    const over = one.line.next(
      ({ type, call: of }) => type === 'call.ended' && of === call,
      20_000,
    );
    void over.then(() => (ended = true));
    const signal = JSON.stringify({ type: 'signal', call, to: rung?.participant, data: { data } });
    await field.press(one, () => (ended ? null : signal), burst);
  }
}

/** The n-th attacker, in the open room, where Ida is. */
async function inTheRoom(field: Field, n: number): Promise<Member | null> {
  const one = await field.joinAgain('Mallory', n);
  const inside = await one?.line.ask({ type: 'room.join', room: field.targets.rooms.open }, 2_000);
  if (inside?.type === 'call.accepted') return one;
  one?.line.destroy();
  return null;
}

/** Attackers only: who started, and the others, all joined. */
async function ownCall(
  field: Field,
  size: number,
): Promise<{ members: Member[]; call: string } | null> {
  const members = await field.crew(size, 'Mallory');
  const [first, ...others] = members;
  const call = first === undefined ? null : await ring(first, ...others.map(({ user }) => user));
  if (call === null) return null;
  for (const other of others) await other.line.ask({ type: 'call.accept', call }, 2_000);
  return { members, call };
}

export const callAttacks: readonly Attack[] = [
  {
    name: 'signals-while-ringing',
    row: 2,
    what: 'calls Vic and sends signals of 64 KiB while it rings',
    atLeast: { sent: 20 },
    run: async (field) =>
      await field.again(
        1,
        async (n) => await signalWhileItRings(field, n, field.targets.vic, big, 145),
      ),
    judge: limited,
  },
  {
    name: 'signals-while-ringing-small',
    row: 2,
    what: 'calls Vic and sends signals of 10 bytes while it rings',
    atLeast: { sent: 20 },
    run: async (field) =>
      await field.again(
        1,
        async (n) => await signalWhileItRings(field, n, field.targets.vic, 'x', 50),
      ),
    judge: limited,
  },
  {
    name: 'signals-in-a-room',
    row: 2,
    what: 'enters the open room and sends Ida signals of 64 KiB',
    atLeast: { sent: 20 },
    run: async (field) =>
      await field.again(1, async (n) => {
        const one = await inTheRoom(field, n);
        if (one === null) {
          await field.pause(50);
          return;
        }
        const { openCall: call, idaParticipant: to } = field.targets;
        const signal = JSON.stringify({ type: 'signal', call, to, data: { data: big } });
        await field.press(one, () => signal, 145);
      }),
    judge: limited,
  },
  {
    name: 'signals-of-four',
    row: 2,
    what: 'four in the open room send Ida signals of 16 KiB, each within the rate of messages',
    addresses: 4,
    // Each half a megabyte at once, and 48 KiB a second.
    reaches: (seconds) => 4 * (524_288 + seconds * 49_152),
    atLeast: { sent: 30 },
    run: async (field) => {
      // Each comes once: who comes again takes a second seat while the first part is not yet over.
      const signalTo = async (n: number): Promise<void> => {
        const one = await inTheRoom(field, n);
        const { openCall: call, idaParticipant: to } = field.targets;
        const signal = { type: 'signal', call, to, data: { data: 'x'.repeat(16_000) } };
        while (one !== null && !field.over && one.line.closed === null) {
          one.line.send(signal);
          await field.pause(25);
        }
      };
      await Promise.all([0, 1, 2, 3].map(signalTo));
    },
    judge: mustBeTold('error rate_limited', 'close 1008', 'call.ended'),
  },
  {
    name: 'signals-to-oneself',
    row: 2,
    what: '90 pairs of own sessions who send each other what they never read',
    atLeast: { sent: 200 },
    run: async (field) => {
      const crew = await field.crew(field.many(180), 'Mallory');
      await Promise.all(
        crew.map(async (one, n) => {
          const other = crew[n + 1];
          if (n % 2 === 1 || other === undefined) return;
          const ringing = await one.line.ask({ type: 'call.start', to: [other.user] }, 2_000);
          if (ringing?.type !== 'call.ringing') return;
          const call = String(ringing['call']);
          const joined = await other.line.ask({ type: 'call.accept', call }, 2_000);
          other.line.stopReading();
          const to = joined?.['participant'];
          const signal = JSON.stringify({ type: 'signal', call, to, data: { data: big } });
          await field.press(one, () => signal, 1);
        }),
      );
    },
    judge: limited,
  },
  {
    name: 'ring-flood',
    row: 3,
    what: 'one session rings five people, gives up and rings again, as fast as it may',
    atLeast: { sent: 5 },
    run: async (field) => {
      const { ana, ben, vic, ida, hal } = field.targets;
      await field.again(1, async (n) => {
        const one = await field.join('Mallory', n);
        while (one !== null && !field.over && one.line.closed === null) {
          const call = await ring(one, ana, ben, vic, ida, hal);
          if (call === null) await field.pause(50);
          else await one.line.ask({ type: 'call.end', call }, 2_000);
          await field.breath();
        }
      });
    },
    judge: limited,
  },
  {
    name: 'ring-and-hold',
    row: 3,
    what: '30 people of one address ring Ana and Ben and let it ring',
    atLeast: {},
    run: async (field) => {
      const crew = await field.crew(30, 'Mallory');
      const { ana, ben } = field.targets;
      await field.again(crew.length, async (n) => {
        const one = crew[n];
        if (one?.line.closed === null) await ring(one, n % 2 === 0 ? ana : ben);
        await field.pause(500);
      });
    },
    judge: mustBeTold('error rate_limited', 'call.ended'),
  },
  {
    name: 'ring-nobody',
    row: 3,
    what: 'calls people who are not there, oneself, and 63 at a time, on 50 sessions',
    atLeast: { sent: 2_000 },
    run: async (field) => {
      const strangers = Array.from({ length: 63 }, (_, n) => `A${String(n).padStart(21, '0')}`);
      await field.flood(field.many(50), (one, turn) => ({
        type: 'call.start',
        to: turn % 3 === 0 ? strangers : turn % 3 === 1 ? [one.user] : [strangers[turn % 63]],
      }));
    },
    judge: limited,
  },
  {
    name: 'invite-flood',
    row: 3,
    what: 'in a call of their own, two invite Ana, Ben and Vic again and again',
    atLeast: { sent: 20 },
    run: async (field) => {
      const own = await ownCall(field, 2);
      if (own === null) return;
      const { ana, ben, vic } = field.targets;
      await Promise.all(
        own.members.map(async (one) =>
          field.press(one, () => ({ type: 'call.invite', call: own.call, to: [ana, ben, vic] }), 2),
        ),
      );
    },
    judge: all(limited),
  },
  {
    name: 'accept-and-decline',
    row: 0,
    what: 'all devices of one person accept, decline and end one call at the same time',
    atLeast: { sent: 20 }, // ten rings at once and one in three seconds is all they may
    run: async (field) => {
      const [caller] = await field.crew(1, 'Mallory');
      const devices = await field.person(16, 'Mallet');
      const [first] = devices;
      if (caller === undefined || first === undefined) return;
      await field.again(1, async () => {
        const call = await ring(caller, first.user);
        if (call === null) {
          await field.pause(50);
          return;
        }
        const kinds = ['call.accept', 'call.decline', 'call.end'];
        for (const [n, { line }] of devices.entries()) line.send({ type: kinds[n % 3], call });
        await caller.line.ask({ type: 'call.end', call }, 2_000);
      });
    },
  },
  {
    name: 'largest-rings',
    row: 4,
    what: 'people with as many devices as they may have are rung by each other, five at a time',
    atLeast: { sent: 20 },
    run: async (field) => {
      const groups: Member[][] = [];
      for (let n = 0; n < 6; n += 1) groups.push(await field.person(16, '\uFDFA'.repeat(64), n));
      const [callers = [], ...others] = groups;
      const to = others.flatMap(([first]) => (first === undefined ? [] : [first.user]));
      await field.again(callers.length, async (n) => {
        const caller = callers[n];
        if (caller?.line.closed !== null) {
          await field.pause(50);
          return;
        }
        const call = await ring(caller, ...to);
        if (call === null) await field.pause(20);
        else await caller.line.ask({ type: 'call.end', call }, 2_000);
      });
    },
  },
  {
    name: 'late-devices',
    row: 4,
    what: 'devices come and go while their person is rung with four others on 79 devices',
    atLeast: { dialled: 10 },
    run: async (field) => {
      const groups: Member[][] = [];
      for (let n = 0; n < 5; n += 1) groups.push(await field.person(15, '\uFDFA'.repeat(64), n));
      const caller = await field.join('Mallory');
      const to = groups.flatMap(([first]) => (first === undefined ? [] : [first]));
      const [first] = to;
      if (caller === null || first === undefined) return;
      await ring(caller, ...to.map(({ user }) => user));
      await field.again(4, async (n) => {
        const late = await field.join('Mallory', n, { identity: first.identity });
        late?.line.close();
      });
    },
  },
  {
    name: 'relay-credentials',
    row: 14,
    what: 'asks for fresh relay credentials as fast as it may, on 100 sessions in calls',
    atLeast: { sent: 1_000 },
    run: async (field) => {
      const crew = await field.crew(field.many(100), 'Mallory');
      await Promise.all(
        crew.map(async (one, n) => {
          const inside = await one.line.ask({ type: 'room.join', room: `own-${n}` }, 2_000);
          if (inside?.type !== 'call.accepted') return;
          await field.press(one, (_, turn) => ({
            type: 'call.relay',
            id: turn + 1,
            call: inside['call'],
          }));
        }),
      );
    },
    judge: limited,
  },
  {
    name: 'relay-tests',
    row: 14,
    what: '190 people of one address check their connection, again and again',
    atLeast: { sent: 200 },
    run: async (field) =>
      await field.flood(190, (_, turn) => ({ type: 'relay.test', id: turn + 1 }), { burst: 1 }),
    judge: limited,
  },
  {
    name: 'relay-tests-crowd',
    row: 14,
    what: '400 people of four addresses each check their connection once: as many as may at a time',
    addresses: 4,
    atLeast: {},
    run: async (field) => {
      const crew = await field.crew(400, 'Mallory');
      for (const { line } of crew) line.send({ type: 'relay.test' });
      await field.again(1, async () => await field.pause(200));
    },
    judge: limited,
  },
  {
    name: 'forged-memberships',
    row: 6,
    what: 'comes back to calls of an earlier life with memberships that nobody signed',
    atLeast: { sent: 1_000 },
    run: async (field) =>
      await field.flood(field.many(50), (_, turn) => ({
        type: 'call.rejoin',
        membership: `m1.${'A'.repeat(90)}${turn}.${'B'.repeat(43)}`,
      })),
    judge: all(limited, mustBeTold('error membership_invalid')),
  },
];
