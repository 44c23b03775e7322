// The honest people's process: node bystanders.ts, told by messages what to do.
import type { Targets } from './support/attack.ts';
import {
  answerTheDoor,
  arriveAnew,
  checkConnection,
  checkOwnRoom,
  comeBack,
  rejoinWhenBack,
  rooms,
  visitRooms,
} from './honest/guests.ts';
import type { Ledger, Phase } from './honest/ledger.ts';
import { Pair } from './honest/pair.ts';
import { Person } from './honest/person.ts';
import { World, type WorldOptions } from './honest/world.ts';

export type BystanderOrder = { start: WorldOptions } | { phase: Phase } | { finish: true };
export type BystanderWord =
  { ready: Targets } | { phase: Phase } | { finished: Ledger } | { problem: string };

function tell(word: BystanderWord): void {
  process.send?.(word);
}

let world: World;
let finish: () => Promise<void>;

async function start(options: WorldOptions): Promise<void> {
  world = new World(options);
  const arrive = async (name: string): Promise<Person> => await Person.arrive(world, name);
  const [ana, ben, vic] = [await arrive('Ana'), await arrive('Ben'), await arrive('Vic')];
  const [ida, hal, gil] = [await arrive('Ida'), await arrive('Hal'), await arrive('Gil')];
  const rex = await arrive('Rex');

  const own = await vic.ask({ type: 'room.join', room: rooms.empty, knock: true });
  await vic.ask({ type: 'call.end', call: own?.['call'] });
  const open = await ida.ask({ type: 'room.join', room: rooms.open });
  const door = await hal.ask({ type: 'room.join', room: rooms.door, knock: true });
  rejoinWhenBack(ida, rooms.open);
  rejoinWhenBack(hal, rooms.door);

  for (const person of [ana, ben, vic, ida]) person.keepPinging();
  const going = [
    new Pair(world, ana, ben).keepCalling(),
    visitRooms(world, gil),
    answerTheDoor(world, hal, gil),
    arriveAnew(world),
    comeBack(world, rex),
  ];
  const checkers = { before: vic, during: hal, after: gil };
  check = async (phase) => await checkConnection(checkers[phase]);
  finish = async () => {
    await checkOwnRoom(world, vic, ida);
    world.over = true;
    world.endPhase();
    await Promise.all(going);
  };
  tell({
    ready: {
      ana: ana.user,
      ben: ben.user,
      vic: vic.user,
      ida: ida.user,
      idaParticipant: String(open?.['participant']),
      openCall: String(open?.['call']),
      hal: hal.user,
      doorCall: String(door?.['call']),
      rooms,
      vicSession: vic.session,
    },
  });
}

let check: (phase: Phase) => Promise<void>;

async function obey(order: BystanderOrder): Promise<void> {
  if ('start' in order) {
    await start(order.start);
  } else if ('phase' in order) {
    world.begin(order.phase);
    tell({ phase: order.phase });
    // In the middle of it.
    if (order.phase === 'during') await world.pause(world.options.short ? 300 : 2_000);
    await check(order.phase);
  } else {
    await finish();
    tell({ finished: world.ledger });
    process.disconnect();
    process.exit(0);
  }
}

process.on('message', (order: BystanderOrder) => {
  obey(order).catch((error: unknown) => {
    tell({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
// The judge is gone.
process.on('disconnect', () => process.exit(1));
