import { parseRoomLink } from '@visavis/client';

/** What an address of the app leads to. */
export type Route =
  | { readonly name: 'lobby' }
  | { readonly name: 'room'; readonly room: string; readonly passphrase: string | null }
  /** It means to be a room's, and no room can have that name. */
  | { readonly name: 'bad_room' }
  /** Whether calls work here; with a code that an operator sends, all of it can be tried. */
  | { readonly name: 'check'; readonly code: string | null };

const ROOMS = '/r/';
const CHECK = '/check';

export function parseRoute(url: URL): Route {
  if (url.pathname === CHECK) return { name: 'check', code: url.hash.slice(1) || null };
  if (!url.pathname.startsWith(ROOMS)) return { name: 'lobby' };
  const link = parseRoomLink(url);
  return link === null ? { name: 'bad_room' } : { name: 'room', ...link };
}

/** Understands what somebody pasted or typed: a link to a room of `origin`, or the name alone. Null if neither. */
export function parseRoomInput(
  text: string,
  origin: string,
): { room: string; passphrase: string | null } | null {
  const typed = text.trim();
  const url = URL.parse(typed.includes('/') ? typed : `${ROOMS}${typed.toLowerCase()}`, origin);
  return url?.origin === origin ? parseRoomLink(url) : null;
}
