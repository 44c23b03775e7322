import { describe, expect, test } from 'vitest';
import {
  isAnswered,
  isJoined,
  present,
  step,
  type Effect,
  type Life,
  type LifeEvent,
  type Surroundings,
} from './call_life.ts';
import { REENTER_WITHIN_MS } from '../base/limits.ts';

const start: Life = { at: 'start' };
const ring: Life = { at: 'ring', accepting: false };
const accepting: Life = { at: 'ring', accepting: true };
const door: Life = { at: 'door', returning: false };
const doorAgain: Life = { at: 'door', returning: true };
const ringing: Life = { at: 'inside', ours: true, answered: false, returning: false };
const inside: Life = { ...ringing, answered: true };
const theirs: Life = { ...ringing, ours: false };
const back: Life = { ...inside, returning: true };
const ended = (reason: Extract<Life, { at: 'end' }>['reason']): Life => ({ at: 'end', reason });

const alone: Surroundings = { isRoom: false, isKnocking: false, health: 'none' };
const linked: Surroundings = { ...alone, health: 'up' };
const room: Surroundings = { ...alone, isRoom: true };
const knocking: Surroundings = { ...room, isKnocking: true };

const lost = (more: Partial<Extract<LifeEvent, { type: 'session_lost' }>> = {}): LifeEvent => ({
  type: 'session_lost',
  serverRestarted: false,
  awayMs: 40_000,
  asleepMs: 0,
  ...more,
});
const restarted = lost({ serverRestarted: true });
const late = { awayMs: REENTER_WITHIN_MS + 1 };

type Row = [
  what: string,
  from: Life,
  event: LifeEvent,
  around: Surroundings,
  to: Life,
  effects: Effect[],
];

const rows: Row[] = [
  ['the server rings at the others', start, { type: 'started' }, alone, ringing, []],
  ['somebody accepts', ringing, { type: 'answered' }, linked, inside, []],
  ['we accept', ring, { type: 'accepting' }, alone, accepting, []],
  ['we may not, and it still rings', accepting, { type: 'accept_failed' }, alone, ring, []],
  ['we are in', accepting, { type: 'accepted' }, alone, theirs, []],
  ['we enter a room', door, { type: 'entered' }, room, inside, []],
  ['we are let in', door, { type: 'let_in' }, room, door, []],
  ['… again, as somebody new', doorAgain, { type: 'let_in' }, room, doorAgain, ['forget_everyone']],
  ['we are back in a room', doorAgain, { type: 'entered' }, room, back, []],
  ['it is shown how it stands', back, { type: 'settled' }, room, inside, []],
  [
    'its rules do not know us',
    inside,
    { type: 'put_out' },
    room,
    doorAgain,
    ['forget_everyone', 'tell_participants', 'go_back_in'],
  ],
  [
    'a call without a name has no door',
    inside,
    { type: 'put_out' },
    linked,
    ended('room_rules'),
    ['close'],
  ],

  ['we decline', ring, { type: 'decline' }, alone, ended('declined'), ['tell_decline', 'close']],
  ['declining is for what rings here', inside, { type: 'decline' }, linked, inside, []],
  [
    'hanging up while it rings here',
    ring,
    { type: 'hang_up' },
    alone,
    ended('declined'),
    ['tell_decline', 'close'],
  ],
  [
    '… while we accept',
    accepting,
    { type: 'hang_up' },
    alone,
    ended('hangup'),
    ['tell_end', 'close'],
  ],
  [
    '… before the server answers',
    start,
    { type: 'hang_up' },
    alone,
    ended('cancelled'),
    ['tell_end', 'close'],
  ],
  [
    '… while it rings there',
    ringing,
    { type: 'hang_up' },
    alone,
    ended('cancelled'),
    ['tell_end', 'close'],
  ],
  [
    '… in somebody’s call',
    theirs,
    { type: 'hang_up' },
    alone,
    ended('hangup'),
    ['tell_end', 'close'],
  ],
  ['… in a call', inside, { type: 'hang_up' }, linked, ended('hangup'), ['tell_end', 'close']],
  ['… at a door', door, { type: 'hang_up' }, knocking, ended('cancelled'), ['close']],
  ['… on our way back', doorAgain, { type: 'hang_up' }, room, ended('hangup'), ['close']],

  [
    'the session is lost while it rings there',
    ringing,
    lost(),
    alone,
    ended('lost'),
    ['away_too_long', 'close'],
  ],
  ['… while it rings here', ring, lost(), alone, ended('lost'), ['away_too_long', 'close']],
  ['… in a call', inside, lost(), linked, ended('lost'), ['away_too_long', 'close']],
  ['… in a room', inside, lost(), room, doorAgain, ['go_back_in']],
  [
    '… in a room, for too long',
    inside,
    lost(late),
    room,
    ended('lost'),
    ['away_too_long', 'close'],
  ],
  ['… at a door', door, lost(), knocking, door, ['enter_again']],
  [
    '… at a door, for too long',
    door,
    lost(late),
    knocking,
    ended('lost'),
    ['away_too_long', 'close'],
  ],
  ['… on our way in, nothing is too late', door, lost(late), room, door, ['enter_again']],
  [
    '… when the server restarts, those inside come first',
    door,
    restarted,
    room,
    door,
    ['enter_again_later'],
  ],
  ['the server restarts in a call', inside, restarted, linked, inside, ['rejoin']],
  ['… in a room where nobody is', inside, restarted, room, inside, ['rejoin']],
  [
    '… in a call without links',
    inside,
    restarted,
    alone,
    ended('lost'),
    ['lost_with_server', 'close'],
  ],
  [
    '… while it rings there',
    ringing,
    restarted,
    alone,
    ended('lost'),
    ['lost_with_server', 'close'],
  ],
  [
    '… a call that stands outlives any time',
    inside,
    lost({ serverRestarted: true, ...late }),
    linked,
    inside,
    ['rejoin'],
  ],
  [
    '… but not a computer that slept',
    inside,
    lost({ serverRestarted: true, asleepMs: REENTER_WITHIN_MS + 1 }),
    linked,
    ended('lost'),
    ['away_too_long', 'close'],
  ],
  ['it does not take us back', inside, { type: 'not_taken_back' }, room, doorAgain, ['go_back_in']],
  [
    '… nor into a call without a door',
    inside,
    { type: 'not_taken_back' },
    alone,
    ended('lost'),
    ['lost_with_server', 'close'],
  ],
  ['it ends', inside, { type: 'end', reason: 'removed' }, room, ended('removed'), ['close']],
];

describe('a life', () => {
  test.each(rows)('%s', (_, from, event, around, to, effects) => {
    expect(step(from, event, around)).toEqual([to, effects]);
  });

  test('nothing happens after its end', () => {
    const end = ended('hangup');
    for (const [, , event, around] of rows) expect(step(end, event, around)).toEqual([end, []]);
  });

  test('what means nothing in a stage changes nothing', () => {
    const strangers: [Life, LifeEvent['type']][] = [
      [ringing, 'started'],
      [inside, 'accepting'],
      [door, 'accepted'],
      [start, 'entered'],
      [ring, 'answered'],
      [door, 'settled'],
    ];
    for (const [life, type] of strangers) {
      expect(step(life, { type } as LifeEvent, alone)).toEqual([life, []]);
    }
  });
});

describe('what people are shown', () => {
  const rowsShown: [
    Exclude<Life, { at: 'end' }>,
    Partial<Surroundings & { isSomeoneThere: boolean }>,
    string,
  ][] = [
    [start, {}, 'calling'],
    [ring, {}, 'ringing'],
    [accepting, {}, 'connecting'],
    [door, { isRoom: true }, 'calling'],
    [door, { isRoom: true, isKnocking: true }, 'waiting'],
    [doorAgain, { isRoom: true }, 'reconnecting'],
    [ringing, {}, 'ringing'],
    [inside, { isRoom: true, isSomeoneThere: false }, 'alone'],
    [inside, { health: 'none' }, 'connecting'],
    [inside, { health: 'up' }, 'connected'],
    [inside, { health: 'down' }, 'reconnecting'],
    [back, { health: 'none' }, 'reconnecting'],
  ];
  test.each(rowsShown)('%j, %j: %s', (life, around, state) => {
    expect(present(life, { ...alone, isSomeoneThere: true, ...around })).toBe(state);
  });
});

test('who takes part, and who has been together with others', () => {
  expect([start, ringing, inside].map(isJoined)).toEqual([true, true, true]);
  expect([ring, accepting, door, ended('hangup')].map(isJoined)).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect([inside, back, doorAgain].map(isAnswered)).toEqual([true, true, true]);
  expect([start, ring, door, ringing, theirs].map(isAnswered)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
