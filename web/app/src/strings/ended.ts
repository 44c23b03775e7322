// After a call: why it ended, and where to go. The titles are in `strings.ts`: a notice needs them, too.
import type { EndReason } from '@visavis/client';

type Side = 'caller' | 'called';

export const endedWords = {
  lasted: (clock: string) => `Call time ${clock}`,
  backToLobby: 'Back to lobby',
  callAgain: 'Call again',
  noRelay:
    'This server cannot hide your IP address. To call, turn “Hide my IP address” off in the settings.',
  serverRestarted: 'The server restarted during the call, and the connection was lost with it.',
  awayTooLong: 'The server could not be reached for too long.',
  youHungUp: 'You hung up',
  theyHungUp: (name: string) => `${name} hung up`,
  detail: {
    declined: { caller: () => 'Perhaps later.', called: () => '' },
    busy: { caller: () => 'In another call right now. Try again in a while.', called: () => '' },
    cancelled: { caller: () => 'Nobody had answered yet.', called: () => '' },
    missed: { caller: () => 'It rang for a while and nobody picked up.', called: () => '' },
    hangup: { caller: () => '', called: () => '' },
    lost: {
      caller: (n) => `The connection to ${n} did not come back in time.`,
      called: (n) => `The connection to ${n} did not come back in time.`,
    },
    answered_elsewhere: {
      caller: () => 'The call goes on on another device.',
      called: () => 'You answered on another of your devices.',
    },
    error: {
      caller: () => 'Something went wrong on the way.',
      called: () => 'Something went wrong on the way.',
    },
  } satisfies Record<EndReason, Record<Side, (name: string) => string>>,

  room: {
    youLeft: 'You left the room',
    joinAgain: 'Join again',
    detail: (room: string) => `The link to ${room} still works.`,
  },
};
