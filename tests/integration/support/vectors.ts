// protocol/vectors, read.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { protocolDirectory } from './schema.ts';

interface Common {
  /** The file's name without its ending. */
  name: string;
  description: string;
  from: 'client' | 'server';
}
type Content = { message: unknown } | { text: string };

export type ValidVector = Common & Content & { value: unknown };
export type InvalidVector = Common &
  Content & { state: 'connected' | 'welcomed'; error: { code: string; id?: number } };

function read(kind: 'valid' | 'invalid'): (Common & Content)[] {
  const directory = join(protocolDirectory, 'vectors', kind);
  return readdirSync(directory)
    .toSorted()
    .map((file) => {
      const vector = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Common & Content;
      assert.notEqual('message' in vector, 'text' in vector, `${file}: a message or a text`);
      return { ...vector, name: basename(file, '.json') };
    });
}

/** What goes over the wire. */
export function wireText(vector: Content): string {
  return 'text' in vector ? vector.text : JSON.stringify(vector.message);
}

export const validVectors: ValidVector[] = read('valid').map((vector) => ({
  ...vector,
  value: JSON.parse(wireText(vector)) as unknown,
}));
export const invalidVectors = read('invalid') as InvalidVector[];
