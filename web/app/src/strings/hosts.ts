/** Looking after a room. */
export const hostWords = {
  host: 'Host',
  /** The accessible name of the mark beside a name. */
  isHost: (name: string) => `${name} is a host`,
  make: (name: string) => `Make ${name} a host`,
  takeBack: (name: string) => `Take back host from ${name}`,
  remove: (name: string) => `Remove ${name}`,
  title: 'This room',
  lock: 'Lock room',
  unlock: 'Unlock room',
  lockHint: 'Then nobody new comes in, not even to knock. Hosts always do.',
  locked: 'This room is locked. Nobody new can come in.',
  knock: 'Ask newcomers to knock',
  knockHint: 'They wait at the door until a host lets them in.',
  knocking: 'Newcomers have to knock.',
  removed: (names: readonly string[]) =>
    `Removed: ${new Intl.ListFormat('en', { type: 'conjunction' }).format(names)}. They come in again only when a host invites them.`,
  nameless: 'somebody whose name is not known',
  otherwise: 'A host lets people in.',
  question: {
    title: (name: string) => `Remove ${name} from this room?`,
    detail:
      'They leave on all their devices and cannot come in again. From then on, newcomers have to knock, so that nobody comes back under another name.',
    remove: 'Remove',
    cancel: 'Cancel',
  },
  failed: {
    not_host: 'Only a host of this room can do that.',
    rate_limited: 'The rules of this room change too often. Try again in a moment.',
    other: 'That did not work. Try again in a moment.',
  },
  youAreHost: 'You are a host of this room now: you can let people in, remove them and lock it.',
  youAreNoHost: 'You are no host of this room any more.',
};
