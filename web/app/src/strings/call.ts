// A call, from the first ring to the end.
function andList(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}

export const callWords = {
  video: (name: string) => `Video of ${name}`,
  with: (names: readonly string[]) => andList(names),
  connecting: (name: string) => `Connecting to ${name}…`,
  connected: (name: string) => `You are in a call with ${name}`,
  reconnecting: 'Connection interrupted. Trying to get it back…',
  muted: 'Muted',
  nameMuted: (name: string) => `${name} is muted`,
  cameraOff: 'Camera off',
  hangUp: 'Hang up',
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  controls: 'Call controls',
  duration: 'Call time',
  playSound: 'Turn sound on',
  path: {
    direct: 'Direct connection',
    relayed: (how: string | null) =>
      how === null ? 'Through the server' : `Through the server (${how})`,
    partlyRelayed: 'Partly through the server',
  },
  encrypted: 'End-to-end encrypted',
  waitingForOthers: (names: readonly string[]) => `Waiting for ${andList(names)}`,
  invited: 'Ringing…',
  ownMuted: 'You are muted',
};
