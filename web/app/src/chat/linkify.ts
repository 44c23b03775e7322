/** A piece of a message: text as it is, or an address that leads somewhere. */
export interface Piece {
  readonly text: string;
  /** Where it leads: http or https only. */
  readonly href: string | null;
  /** The host's real name where the text shows another, as with letters of several scripts. */
  readonly host: string | null;
}

const ADDRESSES = /https?:\/\/[^\s<>"'`\\^{|}]+/giu;
// What ends a sentence does not end an address.
const TRAILING = /[.,;:!?…*_~]+$/u;
const BRACKETS: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['[', ']'],
];

/** Splits a message into text and links; put together again, the pieces' texts are the message. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const addText = (until: number): void => {
    if (until > end) pieces.push({ text: text.slice(end, until), href: null, host: null });
  };
  for (const match of text.matchAll(ADDRESSES)) {
    const written = trimmed(match[0]);
    const link = linkTo(written);
    if (!link) continue;
    addText(match.index);
    pieces.push(link);
    end = match.index + written.length;
  }
  addText(text.length);
  return pieces;
}

function trimmed(written: string): string {
  let address = written;
  for (;;) {
    const shorter = withoutLooseBracket(address.replace(TRAILING, ''));
    if (shorter === address) return address;
    address = shorter;
  }
}

/** `(see https://example.org/)` has its bracket around the address, `…/Rust_(language)` in it. */
function withoutLooseBracket(address: string): string {
  for (const [open, close] of BRACKETS) {
    const opened = address.split(open).length;
    if (address.endsWith(close) && address.split(close).length > opened)
      return address.slice(0, -1);
  }
  return address;
}

function linkTo(written: string): Piece | null {
  if (!URL.canParse(written)) return null;
  const url = new URL(written);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // `https://bank.example@evil.example/` reads as what it is not.
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
  const shown = written.toLowerCase().includes(url.hostname);
  return { text: written, href: url.href, host: shown ? null : url.hostname };
}
