// Names, presence and search.
import type { Attack } from '../support/attack.ts';
import { mustBeTold } from '../support/attack.ts';

const wide = '\uFDFA'.repeat(64);
const limited = mustBeTold('error rate_limited', 'close 1008');

export const peopleAttacks: readonly Attack[] = [
  {
    name: 'rename-flood',
    row: 10,
    what: '150 people rename themselves as fast as they may',
    atLeast: { sent: 1_000 },
    run: async (field) =>
      await field.flood(
        field.many(150),
        (_, turn) => ({ type: 'name.set', name: `${wide.slice(0, 55)}${turn}` }),
        {
          burst: 5,
        },
      ),
    judge: limited,
  },
  {
    name: 'rename-steadily',
    row: 10,
    what: '150 people rename themselves 10 times a second, within what a session may say',
    atLeast: { sent: 1_000 },
    run: async (field) => {
      const crew = await field.crew(150, 'Mallory');
      for (let turn = 0; !field.over; turn += 1) {
        for (const { line } of crew)
          line.send({ type: 'name.set', name: `${wide.slice(0, 55)}${turn}` });
        await field.pause(100);
      }
    },
  },
  {
    name: 'rename-devices',
    row: 10,
    what: 'one person renames on all devices at once',
    atLeast: { sent: 50 }, // each is closed after a hundred too many
    run: async (field) => {
      const devices = await field.person(16, 'Mallory');
      await Promise.all(
        devices.map(async (device) =>
          field.press(
            device,
            (_, turn) => ({ type: 'name.set', name: `${wide.slice(0, 50)}${turn}` }),
            5,
          ),
        ),
      );
    },
    judge: limited,
  },
  {
    name: 'search-flood',
    row: 4,
    what: '190 people with names that fold to 1,152 characters each, all of whom search',
    atLeast: { sent: 300 },
    run: async (field) =>
      await field.flood(
        field.many(190),
        (_, turn) => ({ type: 'people.search', id: turn + 1, query: 'صلى الله عليه وسلز' }),
        { name: wide, burst: 2 },
      ),
    judge: limited,
  },
  {
    name: 'search-steadily',
    row: 4,
    what: '190 people of one address search twice a second each, within what a session may say',
    atLeast: { sent: 150 },
    run: async (field) => {
      const crew = await field.crew(190, wide);
      for (let turn = 1; !field.over; turn += 1) {
        for (const { line } of crew) {
          line.send({ type: 'people.search', id: turn, query: 'صلى الله عليه وسلز' });
        }
        await field.pause(500);
      }
    },
  },
  {
    name: 'in-call-flapping',
    row: 10,
    what: '150 people enter rooms of their own and leave them, as fast as they may',
    atLeast: { sent: 500 },
    run: async (field) => {
      const crew = await field.crew(field.many(150), wide);
      await field.again(crew.length, async (n) => {
        const one = crew[n];
        if (one?.line.closed !== null) {
          await field.pause(50);
          return;
        }
        const room = `flap-${one.user.toLowerCase().replace(/[^a-z0-9]/g, 'x')}`;
        const inside = await one.line.ask({ type: 'room.join', room }, 2_000);
        if (inside?.type === 'call.accepted')
          await one.line.ask({ type: 'call.end', call: inside['call'] }, 2_000);
        else await field.pause(20);
      });
    },
  },
  {
    name: 'come-and-go',
    row: 10,
    what: '16 addresses whose people come and go all the time',
    addresses: 16,
    atLeast: { dialled: 100 },
    run: async (field) =>
      await field.again(field.many(64), async (n) => {
        const one = await field.join(wide, n + Math.floor(Math.random() * 16));
        one?.line.close();
      }),
  },
  {
    name: 'names-that-look-empty',
    row: 13,
    what: 'people whose names show nothing, or marks without end',
    atLeast: {},
    run: async (field) => {
      for (const name of ['\u3164', '\u2800', '\uFFA0', '\u115F', `a${'\u0301'.repeat(63)}`]) {
        const one = await field.join(name);
        const shown = one?.name ?? '';
        const isBare = !/[\p{L}\p{N}]/u.test(shown.replace(/[\u3164\uFFA0\u115F]/g, ''));
        const isTall = (shown.match(/\p{M}/gu)?.length ?? 0) > 4;
        if (one !== null && (isBare || isTall)) field.tally.note('bad names taken');
        one?.line.close();
      }
    },
    judge: ({ notes }) => {
      const taken = notes['bad names taken'] ?? 0;
      return taken > 0 ? [`${taken} names that show nothing, or too much, were taken`] : [];
    },
  },
  {
    name: 'names-that-look-like-ana',
    row: 13,
    what: "somebody takes Ana's name, and two that look like it",
    atLeast: {},
    run: async (field) => {
      const names = ['Ana', '\u0410na', 'An\u0430'];
      const takers: string[] = [];
      for (const name of names) takers.push((await field.join(name))?.user ?? '');
      await field.pause(field.short ? 300 : 2_000);
      const line = await field.line();
      const welcome = await line?.ask({ type: 'hello', name: 'Witness' }, 2_000);
      const people = (welcome?.['people'] ?? []) as { user: string; confusable?: boolean }[];
      for (const { user, confusable } of people) {
        if (takers.includes(user) && confusable !== true) field.tally.note('not marked');
        if (user === field.targets.ana && confusable === true) field.tally.note('Ana is marked');
      }
      if (people.length === 0) field.tally.note('nobody seen');
    },
    judge: ({ notes }) => Object.keys(notes).map((what) => `of the look-alikes: ${what}`),
  },
];
