/** The server's sentence on why to wait, without how long: that is counted down beside it. */
export function withoutWait(message: string): string {
  return message.replace(/ Try again in [^.]*\.$/, '');
}
