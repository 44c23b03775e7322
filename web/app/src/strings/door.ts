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
    knock: 'You will be asked to wait until somebody lets you in',
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
      detail: 'Somebody inside declined. Ask them by another way, then knock again with Join.',
    },
    call_full: {
      title: 'This room is full',
      detail: 'Join when somebody has left. This page shows when there is room.',
    },
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
    detail: (room: string) => `Somebody in ${room} has to open the door. They can see your name.`,
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
  knockHint: 'Newcomers wait at the door until somebody inside lets them in.',
  protect: 'Passphrase',
  protectHint:
    'It travels in the link behind the #, where no server sees it. People prove to each other that they know it.',
  passphrase: 'Passphrase',
  another: 'Another one',
  passphraseMissing: 'Type a passphrase, or switch it off.',
  create: 'Open the room',
  cancel: 'Cancel',
};
