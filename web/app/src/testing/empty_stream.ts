/** Node has no MediaStream; nothing here looks into one. */
export function emptyStream(): MediaStream {
  return typeof MediaStream === 'undefined' ? ({} as MediaStream) : new MediaStream();
}
