// The link of a room: https://calls.example.org/r/NAME#PASSPHRASE. The fragment never leaves the browser.
import { PASSPHRASE_CHARS_MAX } from '../base/limits.ts';
import { assertRoomName, isRoomName } from './room_name.ts';

/**
 * @param origin Of the app, as `location.origin`.
 * @param passphrase Whoever has the link has it, too.
 * @throws VisavisError `invalid_field`
 */
export function roomLink(origin: string, room: string, passphrase: string | null = null): string {
  assertRoomName(room);
  const fragment =
    passphrase === null || passphrase === '' ? '' : `#${encodeURIComponent(passphrase)}`;
  return `${origin}/r/${room}${fragment}`;
}

/** What a link leads to; null when it is none of a room. The origin is not looked at. */
export function parseRoomLink(
  url: URL | string,
): { room: string; passphrase: string | null } | null {
  try {
    const { pathname, hash } = new URL(url);
    const room = /^\/r\/([^/]+)\/?$/.exec(pathname)?.[1]?.toLowerCase() ?? '';
    const passphrase = decodeURIComponent(hash.slice(1));
    if (!isRoomName(room) || passphrase.length > PASSPHRASE_CHARS_MAX) return null;
    return { room, passphrase: passphrase === '' ? null : passphrase };
  } catch {
    // No URL at all, or a fragment that is not percent-encoded as it should be.
    return null;
  }
}
