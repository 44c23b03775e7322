// All attacks.
import type { Attack } from '../support/attack.ts';
import { callAttacks } from './calls.ts';
import { countingAttacks } from './counting.ts';
import { helloAttacks } from './hello.ts';
import { lifeAttacks } from './life.ts';
import { peopleAttacks } from './people.ts';
import { relayAttacks } from './relay.ts';
import { roomAttacks } from './rooms.ts';
import { wireAttacks } from './wire.ts';

export const attacks: readonly Attack[] = [
  ...helloAttacks,
  ...countingAttacks,
  ...peopleAttacks,
  ...callAttacks,
  ...roomAttacks,
  ...wireAttacks,
  ...relayAttacks,
  ...lifeAttacks,
];
