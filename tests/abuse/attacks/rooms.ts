// Rooms and doors.
import { all, type Attack, mustBeTold } from '../support/attack.ts';
import type { Field, Member } from '../support/field.ts';

const limited = mustBeTold('error rate_limited', 'error room_limit', 'close 1008');

/** Makes a room and leaves it, again and again; who is closed comes back. */
async function makeRooms(field: Field, n: number): Promise<void> {
  const one = await field.join('Mallory', n);
  if (one === null) {
    await field.pause(50);
    return;
  }
  let turn = 0;
  const next = (): void => {
    turn += 1;
    const name = `${one.user.toLowerCase().replace(/[^a-z0-9]/g, 'x')}-${turn}`;
    one.line.send({ type: 'room.join', room: name, knock: true });
  };
  one.line.onMessage = (message) => {
    if (message.type === 'call.accepted') {
      field.tally.note('rooms made');
      one.line.send({ type: 'call.end', call: message['call'] });
      next();
    } else if (message.type === 'error') {
      setTimeout(next, 50);
    }
  };
  next();
  while (!field.over && one.line.closed === null) await field.pause(50);
}

async function devicesIn(field: Field, room: string): Promise<Member[]> {
  const devices = await field.person(16, 'Mallory');
  for (const { line } of devices) line.send({ type: 'room.join', room });
  return devices;
}

export const roomAttacks: readonly Attack[] = [
  {
    name: 'look-flood-anonymous',
    row: 11,
    what: 'looks at rooms before any hello, on as many connections as can be made',
    atLeast: { dialled: 200 },
    run: async (field) =>
      await field.again(field.many(64), async (n) => {
        const line = await field.line(n);
        if (line === null) {
          await field.pause(5);
          return;
        }
        for (let i = 0; i < 9 && line.closed === null && !field.over; i += 1) {
          const state = await line.ask({ type: 'room.look', room: `guess-${n}-${i}` }, 2_000);
          if (state?.type === 'room.state') field.tally.note('rooms looked at');
        }
        line.destroy();
      }),
    judge: all(limited, lookedAtFew),
  },
  {
    name: 'look-flood',
    row: 11,
    what: '190 people of one address look at rooms as fast as they may',
    atLeast: { sent: 1_000 },
    run: async (field) => {
      await field.flood(
        190,
        (_, turn) => ({ type: 'room.look', id: turn + 1, room: `guess-${turn}` }),
        {
          burst: 5,
        },
      );
      field.tally.note('rooms looked at', field.tally.count('room.state'));
    },
    judge: all(limited, lookedAtFew),
  },
  {
    name: 'room-flood',
    row: 5,
    what: '200 people of one address make rooms and leave them, as fast as they may',
    atLeast: { sent: 500 },
    run: async (field) => await field.again(200, async (n) => await makeRooms(field, n)),
    judge: all(limited, ({ notes }) => {
      const made = notes['rooms made'] ?? 0;
      return made > 1_000 ? [`${made} rooms were made from one address`] : [];
    }),
  },
  {
    name: 'room-flood-many',
    row: 5,
    what: 'people of 16 addresses make rooms and leave them, as fast as they may',
    addresses: 16,
    atLeast: { sent: 500 },
    run: async (field) => await field.again(200, async (n) => await makeRooms(field, n)),
    judge: limited,
  },
  {
    name: 'room-open-flood',
    row: 5,
    what: 'calls of their own are made rooms, so that names are taken',
    atLeast: { sent: 100 },
    run: async (field) => {
      const crew = await field.crew(field.many(180), 'Mallory');
      let names = 0;
      await field.again(crew.length / 2, async (n) => {
        const [one, other] = [crew[2 * n], crew[2 * n + 1]];
        if (one === undefined || other === undefined || one.line.closed !== null) {
          await field.pause(50);
          return;
        }
        const ringing = await one.line.ask({ type: 'call.start', to: [other.user] }, 2_000);
        if (ringing?.type !== 'call.ringing') {
          await field.pause(50);
          return;
        }
        names += 1;
        await one.line.ask(
          { type: 'room.open', call: ringing['call'], room: `taken-${names}` },
          2_000,
        );
        await one.line.ask({ type: 'call.end', call: ringing['call'] }, 2_000);
      });
    },
  },
  {
    name: 'room-thrash',
    row: 9,
    what: 'enters and leaves the open room, where Ida is, as fast as it may, on all devices',
    atLeast: { sent: 50 },
    run: async (field) => {
      const { openCall: call, rooms } = field.targets;
      const devices = await field.person(16, '\uFDFA'.repeat(64));
      await Promise.all(
        devices.map(async (device) =>
          field.press(
            device,
            (_, turn) =>
              turn % 2 === 0 ? { type: 'room.join', room: rooms.open } : { type: 'call.end', call },
            2,
          ),
        ),
      );
    },
  },
  {
    name: 'knock-devices',
    row: 9,
    what: "all of one person's devices knock at Hal's door, and come back when they are refused",
    atLeast: { sent: 20 },
    run: async (field) => {
      const room = field.targets.rooms.door;
      const devices = await field.person(16, 'Mallory');
      await field.again(devices.length, async (n) => {
        const line = devices[n]?.line;
        if (line?.closed !== null) {
          await field.pause(50);
          return;
        }
        await line.ask({ type: 'room.join', room }, 1_000);
        await field.pause(20);
      });
    },
    judge: mustBeTold('error rate_limited', 'room.refused'),
  },
  {
    name: 'knock-crowd',
    row: 9,
    what: "60 people of one address knock at Hal's door, withdraw and knock again",
    atLeast: { sent: 100 },
    run: async (field) => {
      const room = field.targets.rooms.door;
      await field.flood(
        60,
        (_, turn) => (turn % 2 === 0 ? { type: 'room.join', room } : { type: 'room.leave', room }),
        { burst: 2 },
      );
    },
    judge: limited,
  },
  {
    name: 'knock-and-stay',
    row: 9,
    what: "60 people of one address knock at Hal's door and stay there",
    atLeast: {},
    run: async (field) => {
      const crew = await field.crew(60, 'Mallory');
      const room = field.targets.rooms.door;
      await field.again(crew.length, async (n) => {
        crew[n]?.line.send({ type: 'room.join', room });
        await field.pause(500);
      });
    },
  },
  {
    name: 'seats-of-one',
    row: 9,
    what: "all of one person's devices take the seats of the open room",
    atLeast: {},
    run: async (field) => {
      const devices = await devicesIn(field, field.targets.rooms.open);
      await field.again(devices.length, async (n) => {
        devices[n]?.line.send({ type: 'room.join', room: field.targets.rooms.open });
        await field.pause(250);
      });
    },
    judge: mustBeTold('error call_full', 'error rate_limited'),
  },
  {
    name: 'admit-by-guests',
    row: 9,
    what: 'people at the door and elsewhere try to let themselves in, and to remove others',
    atLeast: { sent: 100 },
    run: async (field) => {
      const { doorCall, openCall, idaParticipant } = field.targets;
      await field.flood(field.many(20), (_, turn) =>
        turn % 2 === 0
          ? { type: 'room.admit', call: doorCall, knock: 'AAAAAAAAAAAA', admit: true }
          : { type: 'room.remove', call: openCall, participant: idaParticipant },
      );
    },
    judge: limited,
  },
];

function lookedAtFew({
  notes,
  seconds,
}: {
  notes: Record<string, number>;
  seconds: number;
}): string[] {
  const looked = notes['rooms looked at'] ?? 0;
  // What there is at once, and 10 a second.
  const most = 200 + 15 * seconds;
  return looked > most ? [`${looked} rooms were looked at, at most ${most} may be`] : [];
}
