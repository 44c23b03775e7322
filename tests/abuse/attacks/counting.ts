// Messages for their own sake: acknowledgements, pings, junk.
import { all, type Attack, mustBeTold } from '../support/attack.ts';

const limited = mustBeTold('error rate_limited', 'close 1008');
const big = 'x'.repeat(65_000);

export const countingAttacks: readonly Attack[] = [
  {
    name: 'ping-flood',
    row: 2,
    what: 'pings as fast as they are read, on 50 sessions',
    atLeast: { sent: 5_000 },
    run: async (field) =>
      await field.flood(field.many(50), () => ({ type: 'ping', received: 0 }), { burst: 100 }),
    judge: limited,
  },
  {
    name: 'ack-lies',
    row: 0,
    what: 'acknowledges what was never sent, on 50 sessions',
    atLeast: { sent: 5_000 },
    run: async (field) =>
      await field.flood(field.many(50), (_, turn) => ({
        type: 'ack',
        received: Number.MAX_SAFE_INTEGER - (turn % 1000),
      })),
    judge: all(limited, mustBeTold('error invalid_field')),
  },
  {
    name: 'never-acknowledging',
    row: 8,
    what: '200 sessions that ask for the longest answers and never acknowledge one',
    atLeast: { sent: 300 },
    run: async (field) =>
      await field.flood(
        200,
        (_, turn) => (turn < 400 ? { type: 'people.search', id: turn + 1, query: 'صلى' } : null),
        { name: '\uFDFA'.repeat(64), burst: 2 },
      ),
  },
  {
    name: 'junk',
    row: 0,
    what: 'text that is no JSON, JSON that is no message, numbers and ids out of every range',
    atLeast: { sent: 5_000 },
    run: async (field) => {
      const junk = [
        '{',
        '[]',
        '""',
        '{"type":1}',
        '{"type":"signal"}',
        '{"type":"call.end","id":1e300,"call":"x"}',
        '{"type":"ping","received":-1}',
        `{"type":"call.accept","call":"${'A'.repeat(64)}"}`,
        '[['.repeat(200),
        '{"type":"nothing","id":9007199254740993}',
      ];
      await field.flood(field.many(50), (_, turn) => junk[turn % junk.length] ?? '');
    },
    judge: all(limited, mustBeTold('error not_json')),
  },
  {
    name: 'large-junk',
    row: 2,
    what: 'messages of 64 KiB of an unknown type, on 100 sessions',
    atLeast: { sent: 100 },
    run: async (field) =>
      await field.flood(field.many(100), () => `{"type":"nothing","data":"${big}"}`, { burst: 2 }),
    judge: limited,
  },
  {
    name: 'large-numbers',
    row: 4,
    what: 'messages of 64 KiB that take longest to read, on 100 sessions',
    atLeast: { sent: 100 },
    run: async (field) => {
      const text = `{"type":"nothing","data":[0${',1e9'.repeat(16_000)}]}`;
      await field.flood(field.many(100), () => text, { burst: 2 });
    },
    judge: limited,
  },
  {
    name: 'too-large',
    row: 0,
    what: 'messages larger than any may be, and binary ones',
    atLeast: { dialled: 50 },
    run: async (field) => {
      const text = 'x'.repeat(70_000);
      await field.flood(field.many(50), () => text, { burst: 1 });
    },
    judge: mustBeTold('close 1009', 'error too_large'),
  },
];
