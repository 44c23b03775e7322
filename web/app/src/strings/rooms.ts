// Meeting by a link, and the stage on which several people see each other.

function andList(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}

export const rooms = {
  open: 'New room',
  openHint: 'Meet by a link: whoever has it can join, up to six of you.',
  goLabel: 'Room link or name',
  goPlaceholder: 'Paste a link, or type a room’s name',
  go: 'Go',
  goBad: 'This is no link to a room here, nor a room’s name.',
  openWait: 'Wait until the connection is back',

  dialog: {
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
  },

  link: {
    title: 'Invite others with this link',
    field: 'Link to this room',
    copy: 'Copy link',
    copied: 'Link copied',
    share: 'Share link',
    shareTitle: 'Vis-à-vis',
    shareText: 'Join me for a video call',
    showCode: 'Show QR code',
    hideCode: 'Hide QR code',
    code: 'QR code of the link',
    codeFailed: 'The QR code could not be drawn.',
    passphrase: 'Passphrase',
    withPassphrase: 'Link contains the passphrase',
    withHint: 'Whoever has the link can come in. The part behind the # never reaches the server.',
    withoutHint: 'Tell the passphrase by another way, for example on the phone.',
    onlyHere: 'This address works on this computer only.',
  },

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

  call: {
    joining: 'Joining…',
    alone: 'Nobody else is here',
    aloneHint: 'They appear here as soon as they open the link.',
    announceAlone: 'You are alone in the room',
    joined: (name: string) => `${name} has joined`,
    left: (name: string) => `${name} has left`,
    knock: (name: string) => `${name} wants to come in`,
    knockMore: (more: number) => `and ${more} more`,
    letIn: (name: string) => `Let ${name} in`,
    letInShort: 'Let in',
    refuse: (name: string) => `Refuse ${name}`,
    refuseShort: 'Refuse',
  },

  people: {
    title: 'People',
    close: 'Back to the call',
    inside: 'In this call',
    you: (name: string) => (name === '' ? 'You' : `${name} (you)`),
    door: 'Waiting at the door',
    invite: 'Invite people',
    invitePerson: (name: string) => `Invite ${name}`,
    inviteShort: 'Invite',
    search: 'Search people',
    nobodyOnline: 'Nobody else is online. Send the link instead.',
    noMatch: (query: string) => `Nobody called “${query}” is online.`,
    full: 'Everybody’s place is taken.',
    openLink: 'Create a link',
    openHint: 'Turns this call into a room: whoever has the link can join.',
    failed: {
      call_full: 'There is no place left in this call.',
      unknown_user: 'They are not online any more.',
      room_taken: 'That name is taken. Try again.',
      busy: 'They are in another call.',
      other: 'That did not work. Try again in a moment.',
    },
    here: 'Here',
    invited: 'Ringing…',
  },

  ended: {
    youLeft: 'You left the room',
    joinAgain: 'Join again',
    detail: (room: string) => `The link to ${room} still works.`,
  },
};

export const stage = {
  screen: (name: string) => `Screen of ${name}`,
  shares: (name: string) => `${name} shares their screen`,
  pin: (name: string) => `Pin ${name}`,
  unpin: (name: string) => `Unpin ${name}`,
  pinScreen: (name: string) => `Pin screen of ${name}`,
  unpinScreen: (name: string) => `Unpin screen of ${name}`,
  swap: 'Swap the two pictures',
  move: 'Arrow keys or dragging move it to another corner',
  you: 'You',
  speakerLayout: 'Show who speaks',
  gridLayout: 'Show everybody alike',
  sharing: 'You are sharing your screen',
  // Not the words of the button in the row below: two of one name would be hard to tell apart.
  stop: 'Stop',
  stopSharing: 'Stop sharing your screen',
  hand: (name: string) => `${name} has raised a hand`,
  ownHand: 'Your hand is raised',
  reacted: (name: string, emoji: string) => `${name}: ${emoji}`,
  retry: 'Retry',
  retryWith: (name: string) => `Retry the connection to ${name}`,
  paused: 'Video paused: their connection is slow',
  status: {
    ringing: 'Ringing…',
    connecting: 'Connecting…',
    reconnecting: 'Reconnecting…',
    failed: 'Connection failed',
    proving: 'Checking the passphrase…',
    refused: 'Could not prove the passphrase',
  },
};
