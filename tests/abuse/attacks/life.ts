// The server goes, or comes back, while it is attacked.
import type { Attack } from '../support/attack.ts';
import type { Field } from '../support/field.ts';

async function hellos(field: Field): Promise<void> {
  await field.again(field.many(64), async (n) => {
    const one = await field.join('\uFDFA'.repeat(64), n);
    if (one === null) await field.pause(10);
    else one.line.destroy();
  });
}
/** Takes the names of the honest people's rooms before they are back. */
async function squat(field: Field): Promise<void> {
  const { rooms } = field.targets;
  await field.again(8, async (n) => {
    const one = await field.join('Mallory', n);
    if (one === null) {
      await field.pause(20);
      return;
    }
    one.line.onMessage = (message) => {
      if (message.type === 'call.accepted' && message['room'] === rooms.door) {
        field.tally.note("got into Hal's room");
      }
    };
    for (let i = 0; i < 20 && one.line.closed === null && !field.over; i += 1) {
      const room = [rooms.door, rooms.empty][i % 2];
      const inside = await one.line.ask({ type: 'room.join', room, knock: true }, 500);
      if (inside?.type === 'call.accepted') await field.pause(200);
      else await field.pause(20);
    }
    one.line.destroy();
  });
}

export const lifeAttacks: readonly Attack[] = [
  {
    name: 'drain-under-attack',
    row: 0,
    what: 'new people without end, while the server drains and another takes over',
    life: 'drain',
    atLeast: { dialled: 100 },
    run: hellos,
  },
  {
    name: 'crash-under-attack',
    row: 11,
    what: 'new people without end, while the server dies and another takes over',
    life: 'kill',
    atLeast: { dialled: 100 },
    run: hellos,
  },
  {
    name: 'squat-after-restart',
    row: 6,
    what: "after a restart, makes Hal's and Vic's rooms before they are back",
    life: 'kill',
    atLeast: {},
    run: squat,
    judge: ({ notes }) =>
      (notes["got into Hal's room"] ?? 0) > 0 ? ["a stranger got into Hal's room"] : [],
  },
];
