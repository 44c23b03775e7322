// Names of rooms (PROTOCOL.md section 12): how they look, and how new ones are made.
import { VisavisError } from '../base/errors.ts';
import { ROOM_NAME_CHARS_MAX, ROOM_NAME_CHARS_MIN } from '../base/limits.ts';

const ROOM_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Whether the server would take it for the name of a room. */
export function isRoomName(text: string): boolean {
  const { length } = text;
  return length >= ROOM_NAME_CHARS_MIN && length <= ROOM_NAME_CHARS_MAX && ROOM_NAME.test(text);
}

/** @throws VisavisError `invalid_field` */
export function assertRoomName(room: string): void {
  if (isRoomName(room)) return;
  const words =
    'The name of a room has 3 to 64 small letters and digits, with single hyphens between.';
  throw new VisavisError('invalid_field', words);
}

/** Gives so many random bytes, as good as keys are made of. */
export type RandomBytes = (count: number) => Uint8Array;

function secureRandom(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

// Sounds that people of many languages say, hear and write alike; so neither c nor q, v nor w, x nor y.
const CONSONANTS = 'bdgklmnprst';
const VOWELS = 'aeiou';
const SYLLABLES = CONSONANTS.length * VOWELS.length;
const SYLLABLES_PER_WORD = 2;
/** What comes out of two syllables and is a word that nobody wants in a link. */
const UNWANTED =
  /^(?:bite|dike|dope|gode|kaka|kike|lube|nega|nego|nude|pede|pedo|pene|peni|pipi|popo|pube|puke|pupu|puta|pute|puto|rape|sida|tete|titi|tito)$/;

/** Words made of a consonant and a vowel, twice: speakable without a list of words. 11.5 bits each. */
function words(count: number, random: RandomBytes): string {
  const made: string[] = [];
  while (made.length < count) {
    let word = '';
    for (let n = 0; n < SYLLABLES_PER_WORD; n += 1) word += syllable(random);
    if (!UNWANTED.test(word)) made.push(word);
  }
  return made.join('-');
}

function syllable(random: RandomBytes): string {
  // A byte beyond the last whole multiple would make some syllables likelier than others.
  const bound = 256 - (256 % SYLLABLES);
  let byte: number;
  do byte = random(1)[0] ?? 0;
  while (byte >= bound);
  const index = byte % SYLLABLES;
  const consonant = CONSONANTS[Math.floor(index / VOWELS.length)] ?? '';
  return consonant + (VOWELS[index % VOWELS.length] ?? '');
}

/** A name that can be said on the phone and not be guessed: 46 bits. Like `lumo-kate-rido-basu`. */
export function generateRoomName(random: RandomBytes = secureRandom): string {
  return words(4, random);
}

/** 69 bits: each guess costs `PASSPHRASE_ITERATIONS` hashes, whoever has heard a proof may guess. */
export function generatePassphrase(random: RandomBytes = secureRandom): string {
  return words(6, random);
}
