// A file's name and type as the other side tells them: suggestions, never an order.
import { cleanText } from '../base/chat_text.ts';
import {
  FILE_EXTENSION_CHARS_MAX,
  FILE_NAME_BYTES_MAX,
  FILE_TYPE_CHARS_MAX,
} from '../base/limits.ts';

// What separates folders or means something to a shell or a file system somewhere.
const FORBIDDEN = /[/\\:*?"<>|]/g;
// Windows takes these for devices, whatever extension they have.
const DEVICES = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i;
const MARKS = /[\u200b-\u200f\u061c\u2060\u00ad]/g;
const NAMELESS = 'file';

const encoder = new TextEncoder();

/** A name that every file system takes and that looks like what it is; the extension stays. */
export function cleanFileName(name: string): string {
  const visible = cleanText(name.normalize('NFC')).replace(/\s+/g, ' ').replace(MARKS, '');
  // A leading dot hides a file, a trailing one or a space is dropped by Windows.
  const trimmed = visible.replace(FORBIDDEN, '_').replace(/^[. ]+|[. ]+$/g, '');
  const harmless = DEVICES.test(trimmed) ? `_${trimmed}` : trimmed;
  return shorten(harmless === '' ? NAMELESS : harmless);
}

/** A media type, or an empty string. Told to people at most; nothing is opened because of it. */
export function cleanFileType(type: string): string {
  const fits = type.length <= FILE_TYPE_CHARS_MAX && /^[\w.+-]+\/[\w.+-]+$/.test(type);
  return fits ? type.toLowerCase() : '';
}

function shorten(name: string): string {
  if (bytesOf(name) <= FILE_NAME_BYTES_MAX) return name;
  const dot = name.lastIndexOf('.');
  const isExtension = dot > 0 && name.length - dot <= FILE_EXTENSION_CHARS_MAX;
  const extension = isExtension ? name.slice(dot) : '';
  const room = FILE_NAME_BYTES_MAX - bytesOf(extension);
  let stem = '';
  let bytes = 0;
  for (const character of isExtension ? name.slice(0, dot) : name) {
    bytes += bytesOf(character);
    if (bytes > room) break;
    stem += character;
  }
  return stem.trimEnd() + extension;
}

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}
