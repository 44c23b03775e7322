// Arriving, coming back, and tokens.
import { type Attack, mustBeTold } from '../support/attack.ts';
import type { Field } from '../support/field.ts';
import type { Line } from '../support/line.ts';

const wide = '\uFDFA'.repeat(64);

/** Connects, says hellos as long as it may, and begins again. */
async function hellos(
  field: Field,
  workers: number,
  say: (line: Line, n: number) => Promise<void>,
): Promise<void> {
  await field.again(workers, async (n) => {
    const line = await field.line(n);
    if (line === null) {
      await field.pause(5);
      return;
    }
    await say(line, n);
    line.destroy();
  });
}

const refused = mustBeTold('error rate_limited', 'http 503', 'http 429', 'close 1008');

export const helloAttacks: readonly Attack[] = [
  {
    name: 'hello-flood',
    row: 11,
    what: 'new people without a token, as many as connections can be made, who leave at once',
    atLeast: { dialled: 200 },
    run: async (field) =>
      await hellos(field, field.many(64), async (line) => {
        await line.ask({ type: 'hello', name: wide }, 2_000);
      }),
    judge: refused,
  },
  {
    name: 'hello-crowd',
    row: 11,
    what: 'new people from 16 addresses, who stay until there are no more connections for them',
    addresses: 16,
    atLeast: { dialled: 50 },
    run: async (field) => {
      let there = 0;
      await field.again(64, async (n) => {
        const one = there < 800 ? await field.join(wide, n) : null;
        if (one !== null) there += 1;
        // As many come as go.
        else await hellos1(field, n);
      });
    },
  },
  {
    name: 'hello-forged-identity',
    row: 11,
    what: 'hellos with identity tokens that nobody signed',
    atLeast: { dialled: 100, sent: 1_000 },
    run: async (field) =>
      await hellos(field, field.many(64), async (line) => {
        for (let i = 0; i < 9 && line.closed === null && !field.over; i += 1) {
          const identity = `v1.${'A'.repeat(22)}.${String(i).repeat(43)}`;
          await line.ask({ type: 'hello', name: 'Ana', identity }, 2_000);
        }
      }),
    judge: refused,
  },
  {
    name: 'resume-guessing',
    row: 11,
    what: "hellos that would resume Vic's session, whose id is known, with guessed secrets",
    atLeast: { dialled: 20, sent: 150 },
    run: async (field) =>
      await hellos(field, field.many(64), async (line, n) => {
        for (let i = 0; i < 9 && line.closed === null && !field.over; i += 1) {
          const secret = String(n * 10 + i).padStart(22, 'A');
          const resume = { token: `${field.targets.vicSession}${secret}`, received: 0 };
          await line.ask({ type: 'hello', name: 'Vic', resume }, 2_000);
        }
      }),
    judge: refused,
  },
  {
    name: 'resume-thrash',
    row: 11,
    what: 'one session resumed on one connection after the other, each replacing the last',
    atLeast: { dialled: 15 },
    run: async (field) => {
      const one = await field.join('Mallory');
      if (one === null) return;
      await field.again(field.many(32), async () => {
        const line = await field.line();
        if (line === null) {
          await field.pause(5);
          return;
        }
        await line.ask({ type: 'hello', name: 'Mallory', resume: { token: one.resume } }, 2_000);
      });
    },
    judge: mustBeTold('error rate_limited', 'http 503', 'close 1008'),
  },
  {
    name: 'reload-rename',
    row: 10,
    what: 'pages loaded again and again under another name each time',
    atLeast: { dialled: 100 },
    run: async (field) => {
      const crew = await field.crew(field.many(50), 'Mallory');
      let turn = 0;
      await field.again(field.many(64), async (n) => {
        const one = crew[n % Math.max(1, crew.length)];
        const line = one === undefined ? null : await field.line(n);
        if (line === null || one === undefined) {
          await field.pause(5);
          return;
        }
        turn += 1;
        const name = `${wide.slice(0, 50)}${turn}`;
        await line.ask({ type: 'hello', name, resume: { token: one.resume } }, 2_000);
      });
    },
  },
  {
    name: 'identity-churn',
    row: 11,
    what: 'one person, whose token is good, who comes and goes on many connections',
    atLeast: { dialled: 100 },
    run: async (field) => {
      const one = await field.join('Mallory');
      if (one === null) return;
      await field.again(field.many(64), async (n) => {
        const again = await field.join(wide, n, { identity: one.identity });
        again?.line.close();
      });
    },
  },
  {
    name: 'devices-of-one',
    row: 9,
    what: 'one person with more devices than a person may have',
    atLeast: { dialled: 50 },
    run: async (field) => {
      const one = await field.join('Mallory');
      if (one === null) return;
      await field.again(32, async (n) => {
        if ((await field.join('Mallory', n, { identity: one.identity })) === null) {
          await field.pause(5);
        }
      });
    },
    judge: mustBeTold('error too_many_sessions', 'error rate_limited'),
  },
  {
    name: 'no-hello',
    row: 0,
    what: 'sockets that never say hello, as many as the address may have',
    atLeast: { dialled: 80 },
    run: async (field) => {
      await field.again(64, async (n) => {
        const line = await field.line(n);
        if (line === null) await field.pause(20);
      });
    },
  },
];

async function hellos1(field: Field, n: number): Promise<void> {
  const line = await field.line(n);
  if (line === null) {
    await field.pause(5);
    return;
  }
  await line.ask({ type: 'hello', name: wide }, 2_000);
  line.destroy();
}
