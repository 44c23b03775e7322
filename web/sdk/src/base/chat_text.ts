// What others write is shown as text. These characters are not text but orders about it, or nothing at all.

// Controls other than tab and line break; the invisible ones that some programs put at the beginning of a file.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\ufff9-\ufffb]/g;
// They turn the direction of what follows around, so that it reads as something else. The marks U+200E, U+200F and
// U+061C stay: they tell where a letter belongs, and cannot turn others around.
const DIRECTION_ORDERS = /[\u202a-\u202e\u2066-\u2069\u206a-\u206f]/g;
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;

// More marks on one letter than any script needs only hide what is around it.
const MARKS_TOO_MANY = /(\p{M}{4})\p{M}+/gu;

/** The text without what could make it look like another one; line breaks are `\n`. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(LINE_BREAKS, '\n')
    .replace(CONTROLS, '')
    .replace(DIRECTION_ORDERS, '');
}

/** A name as others tell it, on one line and at most `charsMax` UTF-16 units long. */
export function cleanName(name: string, charsMax: number): string {
  const marked = cleanText(name).replace(MARKS_TOO_MANY, '$1');
  return marked.replace(/\s+/g, ' ').trim().slice(0, charsMax).toWellFormed();
}

/** Whether anything would be seen of it. */
export function isBlank(text: string): boolean {
  return /^[\s\u200b-\u200f\u061c\u2060\u00ad]*$/u.test(text);
}
