import { expect, test } from 'vitest';
import { cleanFileName, cleanFileType } from './file_name.ts';
import { FILE_NAME_BYTES_MAX } from '../base/limits.ts';

test.each([
  ['film.mp4', 'film.mp4'],
  ['Grüße an Zoë.pdf', 'Grüße an Zoë.pdf'],
  ['写真.jpg', '写真.jpg'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\Windows\\system.ini', 'C__Windows_system.ini'],
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['a\u0000b\u0007\n c.txt', 'ab c.txt'],
  ['zero\u200bwidth\u2060.txt', 'zerowidth.txt'],
  ['.bashrc', 'bashrc'],
  ['trailing. . ', 'trailing'],
  ['con', '_con'],
  ['LPT1.txt', '_LPT1.txt'],
  ['console.log', 'console.log'],
  ['<img src=x onerror=alert(1)>.png', '_img src=x onerror=alert(1)_.png'],
  ['', 'file'],
  ['...', 'file'],
  ['\ud800.txt', '\ufffd.txt'],
])('%j becomes %j', (name, cleaned) => {
  expect(cleanFileName(name)).toBe(cleaned);
  expect(cleanFileName(cleaned)).toBe(cleaned);
});

test.each(['a', 'ß', '写', '👩'])('a long name of %s keeps its extension', (letter) => {
  const cleaned = cleanFileName(`${letter.repeat(500)}.jpeg`);
  expect(new TextEncoder().encode(cleaned).length).toBeLessThanOrEqual(FILE_NAME_BYTES_MAX);
  expect(cleaned.endsWith(`${letter}.jpeg`)).toBe(true);
  expect(cleaned.isWellFormed()).toBe(true);
});

test('what is no extension is cut like the rest', () => {
  const cleaned = cleanFileName(`a.${'b'.repeat(500)}`);
  expect(cleaned).toHaveLength(FILE_NAME_BYTES_MAX);
});

test.each([
  ['image/PNG', 'image/png'],
  ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text'],
  ['text/html; charset=utf-8', ''],
  ['<script>', ''],
  ['a/' + 'b'.repeat(200), ''],
])('the type %s is taken for %j', (type, cleaned) => {
  expect(cleanFileType(type)).toBe(cleaned);
});
