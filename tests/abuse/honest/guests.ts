// Those who come to rooms, come for the first time, come back, or check their connection.
import { Line } from '../support/line.ts';
import type { Person } from './person.ts';
import type { World } from './world.ts';

export const rooms = {
  open: 'open-house',
  door: 'behind-a-door',
  empty: 'back-in-a-minute',
};

/** Comes again and again into one room, and to the door of another. */
export async function visitRooms(world: World, gil: Person): Promise<void> {
  await world.every(2 * world.callInterval, async () => {
    if (!gil.online) return;
    const inside = await gil.wish(
      'enters the open room',
      { type: 'room.join', room: rooms.open },
      'call.accepted',
    );
    if (inside !== null) await gil.ask({ type: 'call.end', call: inside['call'] });
    const answer = await gil.wish(
      'comes to the door',
      { type: 'room.join', room: rooms.door },
      'room.waiting',
      'call.accepted',
    );
    if (answer?.type === 'room.waiting') await gil.ask({ type: 'room.leave', room: rooms.door });
    if (answer?.type === 'call.accepted') await gil.ask({ type: 'call.end', call: answer['call'] });
  });
}

/** The host of a room with knocking refuses whoever is not known, one a second, as a person might. */
export async function answerTheDoor(world: World, hal: Person, gil: Person): Promise<void> {
  let waiting: { knock: string; user: string }[] = [];
  let call = '';
  hal.onMessage = (message) => {
    if (Array.isArray(message['knocks'])) waiting = message['knocks'] as typeof waiting;
    if (typeof message['call'] === 'string' && message['room'] === rooms.door)
      call = message['call'];
  };
  await world.every(1_000, async () => {
    const stranger = waiting.find(({ user }) => user !== gil.user);
    if (stranger === undefined || !hal.online || call === '') return;
    await hal.ask({ type: 'room.admit', call, knock: stranger.knock, admit: false });
  });
}

/** Somebody whom nobody knows yet looks at a room and says hello, again and again. */
export async function arriveAnew(world: World): Promise<void> {
  let n = 0;
  await world.every(world.callInterval, async () => {
    if (world.options.sameAddress || (world.options.mayGo && world.phase === 'during')) return;
    const line = await Line.open(world.options.port, { tls: world.options.tls });
    if (line === null) {
      world.refused('a newcomer', 'connects', null);
      return;
    }
    const state = await line.ask({ type: 'room.look', room: rooms.open }, world.patience);
    if (state?.type !== 'room.state') world.refused('a newcomer', 'looks at a room', state);
    n += 1;
    const welcome = await line.ask({ type: 'hello', name: `Nat ${n}` }, world.patience);
    if (welcome?.type !== 'welcome') world.refused('a newcomer', 'says hello', welcome);
    line.close();
  });
}

/** Whose network goes again and again. */
export async function comeBack(world: World, rex: Person): Promise<void> {
  await world.every(1.5 * world.callInterval, async () => {
    if (rex.online && !world.options.mayGo) await rex.loseAndComeBack();
  });
}

/** One person a phase checks the connection. */
export async function checkConnection(person: Person): Promise<void> {
  if (person.online)
    await person.wish('checks the connection', { type: 'relay.test' }, 'relay.test');
}

/** Whoever made a room is still its creator, and its rules hold. */
export async function checkOwnRoom(world: World, vic: Person, other: Person): Promise<void> {
  if (!world.options.mayGo) {
    const state = await other.ask({ type: 'room.look', room: rooms.empty });
    if (state?.type !== 'room.state' || state['knock'] !== true) {
      world.refused('Vic', 'finds the own room as it was left', state);
    }
  }
  const token = vic.roomToken === undefined ? {} : { room_token: vic.roomToken };
  await vic.wish(
    'enters the own room',
    { type: 'room.join', room: rooms.empty, ...token },
    'call.accepted',
  );
}

/** After a new start of the server. */
export function rejoinWhenBack(person: Person, room: string): void {
  person.onStartedAnew = async () => {
    const token = person.roomToken === undefined ? {} : { room_token: person.roomToken };
    const { membership } = person;
    const back = await person.ask({ type: 'call.rejoin', membership, ...token });
    if (back?.type === 'call.rejoined') return;
    await person.wish(
      'comes back into the room',
      { type: 'room.join', room, ...token },
      'call.accepted',
    );
  };
}
