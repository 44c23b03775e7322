// How far we are in a call, as a value: what happens takes it from one stage to the next, and says what is to be done.
// Pure, so that all of it is a table (call_life.test.ts).
import type { CallState } from './call_types.ts';
import { REENTER_WITHIN_MS } from '../base/limits.ts';
import type { EndReason } from '../base/protocol.ts';

export type Life =
  /** We have asked the server to ring at others. */
  | { readonly at: 'start' }
  /** It rings here. */
  | { readonly at: 'ring'; readonly accepting: boolean }
  /** On our way into a room. `returning`: we were inside, and the server has lost us. */
  | { readonly at: 'door'; readonly returning: boolean }
  /**
   * The server knows us in it. `ours`: we began it. `answered`: somebody has accepted, or it is a room; from then on the
   * end is a hang-up. `returning`: until we see how it stands there.
   */
  | {
      readonly at: 'inside';
      readonly ours: boolean;
      readonly answered: boolean;
      readonly returning: boolean;
    }
  | { readonly at: 'end'; readonly reason: EndReason };

/** How the links to the others are, all together. */
export type Health = 'none' | 'up' | 'down';

/** What a step depends on besides what has happened. */
export interface Surroundings {
  /** It has a name. */
  readonly isRoom: boolean;
  /** We knock there. */
  readonly isKnocking: boolean;
  readonly health: Health;
}

export type LifeEvent =
  /** The server rings at the others. */
  | { readonly type: 'started' }
  /** We have said that we accept; the server has said that we are in; or it has said no, and it may still ring. */
  | { readonly type: 'accepting' | 'accepted' | 'accept_failed' }
  /** The server lets us in; and, with what it says of the others, we are in. */
  | { readonly type: 'let_in' | 'entered' }
  /** Somebody else has joined. */
  | { readonly type: 'answered' }
  /** It is shown how it stands: we are not on our way back any more. */
  | { readonly type: 'settled' }
  /** The room does not know us any more: back to its door. */
  | { readonly type: 'put_out' }
  /** A server that has restarted does not take us back, and no link stands. */
  | { readonly type: 'not_taken_back' }
  | {
      readonly type: 'session_lost';
      readonly serverRestarted: boolean;
      readonly awayMs: number;
      readonly asleepMs: number;
    }
  | { readonly type: 'decline' | 'hang_up' }
  | { readonly type: 'end'; readonly reason: EndReason };

export type Effect =
  /** Whoever was there is nobody to us any more: we are somebody new to them. */
  | 'forget_everyone'
  | 'tell_participants'
  /** Go into the room by its door, as somebody new. */
  | 'go_back_in'
  /** Ask again for what the lost session was asked for; later, where those inside have to come back first. */
  | 'enter_again'
  | 'enter_again_later'
  /** Show the membership to a server that has restarted. */
  | 'rejoin'
  | 'tell_decline'
  | 'tell_end'
  | 'away_too_long'
  | 'lost_with_server'
  /** Nothing is left to be done: let go of everything. Always the last. */
  | 'close';

export type Step = readonly [Life, readonly Effect[]];

const over = (reason: EndReason, ...before: readonly Effect[]): Step => [
  { at: 'end', reason },
  [...before, 'close'],
];

/** What happens in a stage where it means nothing changes nothing. */
export function step(life: Life, event: LifeEvent, around: Surroundings): Step {
  const stays: Step = [life, []];
  if (life.at === 'end') return stays;
  switch (event.type) {
    case 'started':
      if (life.at !== 'start') return stays;
      return [{ at: 'inside', ours: true, answered: false, returning: false }, []];
    case 'accepting':
      return life.at === 'ring' ? [{ at: 'ring', accepting: true }, []] : stays;
    case 'accept_failed':
      return life.at === 'ring' ? [{ at: 'ring', accepting: false }, []] : stays;
    case 'accepted':
      if (life.at !== 'ring') return stays;
      return [{ at: 'inside', ours: false, answered: false, returning: false }, []];
    case 'let_in':
      return life.at === 'door' && life.returning ? [life, ['forget_everyone']] : stays;
    case 'entered':
      if (life.at !== 'door') return stays;
      return [{ at: 'inside', ours: true, answered: true, returning: life.returning }, []];
    case 'answered':
      return life.at === 'inside' ? [{ ...life, answered: true }, []] : stays;
    case 'settled':
      return life.at === 'inside' ? [{ ...life, returning: false }, []] : stays;
    case 'put_out':
      if (life.at !== 'inside' || !around.isRoom) return over('room_rules');
      return [
        { at: 'door', returning: true },
        ['forget_everyone', 'tell_participants', 'go_back_in'],
      ];
    case 'not_taken_back':
      if (life.at !== 'inside' || !around.isRoom) return over('lost', 'lost_with_server');
      return [{ at: 'door', returning: true }, ['go_back_in']];
    case 'session_lost':
      return onSessionLost(life, event, around);
    case 'decline':
      return life.at === 'ring' ? over('declined', 'tell_decline') : stays;
    case 'hang_up':
      return onHangUp(life);
    case 'end':
      return over(event.reason);
  }
}

function onHangUp(life: Exclude<Life, { at: 'end' }>): Step {
  switch (life.at) {
    case 'door':
      return over(life.returning ? 'hangup' : 'cancelled');
    case 'ring':
      return life.accepting ? over('hangup', 'tell_end') : over('declined', 'tell_decline');
    case 'start':
      return over('cancelled', 'tell_end');
    case 'inside':
      return over(life.answered || !life.ours ? 'hangup' : 'cancelled', 'tell_end');
  }
}

/** If the server restarted, the others lost their sessions, too, and go on as we do. */
function onSessionLost(
  life: Exclude<Life, { at: 'end' }>,
  event: Extract<LifeEvent, { type: 'session_lost' }>,
  around: Surroundings,
): Step {
  const { serverRestarted } = event;
  if (isTooLate(life, event, around)) return over('lost', 'away_too_long');
  if (life.at === 'door') return [life, [serverRestarted ? 'enter_again_later' : 'enter_again']];
  const isInRoom = life.at === 'inside' && around.isRoom;
  if (serverRestarted && (around.health !== 'none' || isInRoom)) return [life, ['rejoin']];
  if (!serverRestarted && isInRoom) return [{ at: 'door', returning: true }, ['go_back_in']];
  return over('lost', serverRestarted ? 'lost_with_server' : 'away_too_long');
}

/** Nobody expects any more to be seen again by the others, or to be let in. A restart is outlived by what stands without. */
function isTooLate(
  life: Life,
  { serverRestarted, awayMs, asleepMs }: Extract<LifeEvent, { type: 'session_lost' }>,
  { isKnocking, health }: Surroundings,
): boolean {
  if (!isAnswered(life) && !isKnocking) return false;
  const stands = serverRestarted && health === 'up';
  return (stands ? asleepMs : awayMs) > REENTER_WITHIN_MS;
}

/** Whether we are, or have been, together with others. */
export function isAnswered(life: Life): boolean {
  return life.at === 'inside' ? life.answered : life.at === 'door' && life.returning;
}

/** Whether we take part, rather than being rung at, knocking, or gone. */
export function isJoined(life: Life): boolean {
  return life.at === 'start' || life.at === 'inside';
}

/** What people are shown of it. `isSomeoneThere`: whoever has joined, and not in vain. */
export function present(
  life: Exclude<Life, { at: 'end' }>,
  { isRoom, isKnocking, health, isSomeoneThere }: Surroundings & { isSomeoneThere: boolean },
): Exclude<CallState, 'ended'> {
  switch (life.at) {
    case 'start':
      return 'calling';
    case 'ring':
      return life.accepting ? 'connecting' : 'ringing';
    case 'door':
      if (isKnocking) return 'waiting';
      return life.returning ? 'reconnecting' : 'calling';
    case 'inside':
      if (!life.answered) return 'ringing';
      if (isRoom && !isSomeoneThere) return 'alone';
      if (health === 'up') return 'connected';
      return health === 'down' || life.returning ? 'reconnecting' : 'connecting';
  }
}
