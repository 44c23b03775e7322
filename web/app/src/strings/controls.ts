/** What stands on and around the buttons of a call. Loaded with the call screen, not before. */
export const controls = {
  shareScreen: 'Share screen',
  stopSharing: 'Stop sharing',
  shareOptions: 'How the screen is shared',
  shareText: 'For reading: sharp text',
  shareMotion: 'For films: smooth motion',
  shareSound: 'With the sound of the computer',
  raiseHand: 'Raise hand',
  lowerHand: 'Lower hand',
  react: 'React',
  reactWith: (name: string) => `React with ${name}`,
  openChat: 'Open chat',
  closeChat: 'Close chat',
  unread: (count: number) => (count === 1 ? '1 unread message' : `${count} unread messages`),
  people: 'People',
  closePeople: 'Close people',
  more: 'More',
  withKey: (name: string, key: string) => `${name} (${key.toUpperCase()})`,
  pictureInPicture: 'Picture in picture',
  leavePictureInPicture: 'Leave picture in picture',
  dataSaver: 'Save data',
  shortcuts: 'Keyboard shortcuts',
  mutedHint: 'You are muted, but seem to be talking.',
  unmuteHint: 'Unmute',
  videoPaused:
    'Your connection is too slow for pictures now. Some of the others hear you, but do not see you.',
  videoBack: 'Your connection is better again: the others see you.',
  talking: 'Heard while you hold the space bar',
  shareFailed: {
    denied: 'Your browser was not allowed to share the screen.',
    other: 'The screen could not be shared.',
  },
};

/** The names under which reactions are announced and chosen. */
export const reactions: readonly { readonly emoji: string; readonly name: string }[] = [
  { emoji: '👍', name: 'thumbs up' },
  { emoji: '❤️', name: 'a heart' },
  { emoji: '😂', name: 'laughter' },
  { emoji: '🎉', name: 'a party' },
  { emoji: '👏', name: 'applause' },
  { emoji: '😮', name: 'surprise' },
  { emoji: '🤔', name: 'a thought' },
  { emoji: '👋', name: 'a wave' },
];

export const shortcutWords = {
  title: 'Keyboard shortcuts',
  close: 'Close',
  off: 'Shortcuts are switched off. Turn them on in the settings under “Calls”.',
  note: 'They work while you are in a call and not typing.',
  space: 'Space',
  action: {
    microphone: 'Mute or unmute the microphone',
    talk: 'Hold to talk while muted',
    camera: 'Turn the camera on or off',
    share: 'Share the screen or stop',
    chat: 'Open or close the chat',
    people: 'Show or hide the people',
    hand: 'Raise or lower your hand',
    full_screen: 'Full screen on or off',
    help: 'Show this list',
  },
};
