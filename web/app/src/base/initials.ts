const AVATAR_TONES = 6;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function firstGrapheme(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return '';
}

/** One or two letters that stand for a name where there is no picture: `Ana Bell` → `AB`. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== '');
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return '?';
  const letters =
    words.length > 1 ? firstGrapheme(first) + firstGrapheme(last) : firstGrapheme(first);
  return letters.toLocaleUpperCase();
}

/** A colour index that stays with a person (FNV-1a of the user id), so that namesakes can be told apart. */
export function avatarTone(user: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < user.length; i++) {
    hash = Math.imul(hash ^ user.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % AVATAR_TONES;
}
