// Meeting by a link: what the first screen says of it. The rest is in `door.ts` and `stage.ts`.
export const rooms = {
  open: 'New room',
  options: 'Room options',
  openHint: 'Meet by a link: whoever has it can join, up to six of you.',
  goLabel: 'Room link or name',
  goPlaceholder: 'Paste a link, or type a room’s name',
  go: 'Go',
  goBad: 'This is no link to a room here, nor a room’s name.',
  openWait: 'Wait until the connection is back',
};
