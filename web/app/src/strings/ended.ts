// After a call: why it ended, and where to go.
import type { EndReason } from '@visavis/client';

type Side = 'caller' | 'called';

export const noticeWords = {
  callBack: (name: string) => `Call ${name} back`,
};

export const endedWords = {
  lasted: (clock: string) => `Call time ${clock}`,
  backToLobby: 'Back to lobby',
  callAgain: 'Call again',
  check: 'Check my connection',
  noRelay:
    'This server cannot hide your IP address. To call, turn “Hide my IP address” off in the settings.',
  serverRestarted: 'The server restarted during the call, and the connection was lost with it.',
  awayTooLong: 'The server could not be reached for too long.',
  youHungUp: 'You hung up',
  theyHungUp: (name: string) => `${name} hung up`,
  notRung: 'The call was not made',
  title: {
    declined: { caller: (n) => `${n} declined`, called: () => 'You declined' },
    busy: { caller: (n) => `${n} is busy`, called: (n) => `${n} is busy` },
    cancelled: { caller: () => 'You cancelled the call', called: (n) => `${n} called and hung up` },
    missed: {
      caller: (n) => `${n} did not answer`,
      called: (n) => `You missed a call from ${n}`,
    },
    hangup: { caller: () => 'Call ended', called: () => 'Call ended' },
    lost: { caller: () => 'Connection lost', called: () => 'Connection lost' },
    answered_elsewhere: {
      caller: () => 'Answered elsewhere',
      called: () => 'Answered elsewhere',
    },
    error: { caller: () => 'The call failed', called: () => 'The call failed' },
    rate_limited: { caller: () => 'The call was ended', called: () => 'The call was ended' },
    removed: {
      caller: () => 'You were removed from this room.',
      called: () => 'You were removed from this room.',
    },
    room_rules: { caller: () => 'The rules have changed', called: () => 'The rules have changed' },
  } satisfies Record<Reason, Record<Side, (name: string) => string>>,
  detail: {
    declined: { caller: () => 'Perhaps later.', called: () => '' },
    busy: {
      caller: () => 'Others are calling right now. Try again in a while.',
      called: () => '',
    },
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
    rate_limited: {
      caller: () => 'This page sent more to the server than it takes.',
      called: () => 'This page sent more to the server than it takes.',
    },
    removed: {
      caller: () => 'You can come in again only when a host of the room invites you.',
      called: () => 'You can come in again only when a host of the room invites you.',
    },
    room_rules: { caller: () => '', called: () => '' },
  } satisfies Record<Reason, Record<Side, (name: string) => string>>,

  room: {
    youLeft: 'You left the room',
    joinAgain: 'Join again',
    detail: (room: string) => `The link to ${room} still works.`,
  },
};

type Reason = EndReason | 'removed' | 'room_rules';
