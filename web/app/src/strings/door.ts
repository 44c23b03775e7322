// Before the door of a room, and making one.
function andList(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}

export const doorWords = {
  preview: {
    title: 'Ready to join?',
    room: (name: string) => `Room ${name}`,
    looking: 'Looking who is inside…',
    nobody: 'Nobody is here yet',
    inside: (names: readonly string[]) =>
      `${andList(names)} ${names.length === 1 ? 'is' : 'are'} here`,
    insideCount: (count: number) => (count === 1 ? '1 person is here' : `${count} people are here`),
    full: (count: number, most: number) => `${count} of ${most}: this room is full`,
    knock: 'You will be asked to wait until a host lets you in',
    locked: 'This room is locked. Nobody new can come in now.',
    wait: (seconds: number) =>
      `You can try again in ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`,
    noAnswer: 'The server does not answer right now. You can still try to join.',
    join: 'Join',
    joining: 'Joining…',
    back: 'Back to lobby',
    passphrase: 'Passphrase',
    passphraseHint: 'Whoever invited you knows it.',
    promise: 'Encrypted end to end. Nobody sees or hears you before you join.',
  },

  problem: {
    passphrase_needed: {
      title: 'This room has a passphrase',
      detail: 'Type the passphrase that you were told, then join.',
    },
    passphrase_wrong: {
      title: 'That is not the passphrase of this room',
      detail: 'The others could not be shown that you know it. Check the spelling and try again.',
    },
    room_refused: {
      title: 'You were not let in',
      detail: 'A host of the room declined. Ask them by another way, then knock again with Join.',
    },
    call_full: {
      title: 'This room is full',
      detail: 'Join when somebody has left. This page shows when there is room.',
    },
    room_removed: {
      title: 'You were removed from this room.',
      detail: 'You can come in again only when a host of the room invites you.',
    },
    room_locked: {
      title: 'This room is locked',
      detail: 'Nobody new can come in now. Ask somebody inside to unlock it, then join.',
    },
    room_elsewhere: {
      title: 'You are waiting on another device.',
      detail:
        'Whoever lets you in there lets you in on that one. To wait here instead, join again.',
    },
    room_rules: {
      title: 'This room’s owner is back, and its rules have changed.',
      detail: 'Ask to come in again.',
    },
    room_limit: {
      title: 'There is no place for another room',
      detail: 'You have made as many rooms as this server keeps for you. Use one of those.',
    },
    seats: {
      title: 'You are inside on two devices already',
      detail: 'Leave the room on one of them, then join here.',
    },
    pause: (why: string) => ({ title: 'Wait a moment', detail: why }),
    call_limit: {
      title: 'You are in another call',
      detail: 'Hang up there first, perhaps in another tab, then join.',
    },
    rate_limited: {
      title: 'Too many at the door',
      detail: 'Wait a minute, then join again.',
    },
    draining: {
      title: 'The server is about to restart',
      detail: 'Join again in a minute.',
    },
    insecure_context: {
      title: 'A passphrase needs HTTPS',
      detail:
        'This page did not come over HTTPS, so your browser cannot prove a passphrase. Open it with https://.',
    },
    other: (message: string) => ({ title: 'Joining did not work', detail: message }),
  },

  waiting: {
    title: 'Waiting to be let in',
    detail: (room: string) =>
      `A host of ${room} has to open the door. They can see your name. Just after the server was restarted, the door opens by itself in half a minute.`,
    again: (room: string) =>
      `The rules of ${room} are being checked again. A host may have to open the door for you.`,
    cancel: 'Cancel',
  },

  bad: {
    title: 'This link leads nowhere',
    detail:
      'A room’s name has small letters, digits and single hyphens. Perhaps a part of the link got lost.',
    toLobby: 'Back to lobby',
  },
};

export const newRoomWords = {
  title: 'New room',
  lead: 'You get a link to send. The room lives as long as somebody is in it.',
  knock: 'Ask before letting people in',
  knockHint: 'Newcomers wait at the door until a host lets them in: you, or whom you make one.',
  protect: 'Passphrase',
  protectHint:
    'It travels in the link behind the #, where no server sees it. People prove to each other that they know it.',
  passphrase: 'Passphrase',
  another: 'Another one',
  passphraseMissing: 'Type a passphrase, or switch it off.',
  create: 'Open the room',
  cancel: 'Cancel',
};
