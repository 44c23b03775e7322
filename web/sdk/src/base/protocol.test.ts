import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { decode, isCounted, type ServerMessage } from './protocol.ts';

interface Vector {
  description: string;
  from: 'client' | 'server';
  message?: unknown;
  text?: string;
  error?: { code: string };
}

const protocol = new URL('../../../../protocol/', import.meta.url);

function readVectors(folder: 'valid' | 'invalid'): [string, Vector][] {
  const directory = new URL(`vectors/${folder}/`, protocol);
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as Vector]);
}

const textOf = ({ text, message }: Vector): string => text ?? JSON.stringify(message);

const ajv = new Ajv2020({ strict: false, allErrors: true });
const schema = JSON.parse(readFileSync(new URL('signaling.schema.json', protocol), 'utf8')) as {
  $id: string;
};
ajv.addSchema(schema);
const validator = (name: string): ((value: unknown) => boolean) =>
  ajv.compile({ $ref: `${schema.$id}#/$defs/${name}` }) as (value: unknown) => boolean;
const isClientMessage = validator('ClientMessage');
const isServerMessage = validator('ServerMessage');

test('there are vectors', () => {
  expect(readVectors('valid').length).toBeGreaterThan(30);
  expect(readVectors('invalid').length).toBeGreaterThan(50);
});

describe('valid vectors', () => {
  test.each(readVectors('valid'))('%s is what the schema says', (_, vector) => {
    const isValid = vector.from === 'client' ? isClientMessage : isServerMessage;
    expect(isValid(JSON.parse(textOf(vector)))).toBe(true);
  });

  const fromServer = readVectors('valid').filter(([, { from }]) => from === 'server');
  test.each(fromServer)('%s is read, and counted as PROTOCOL.md says', (_, vector) => {
    const message = decode(textOf(vector));
    const uncounted = ['welcome', 'ack', 'pong', 'presence', 'bye'];
    expect(isCounted(message)).toBe(!uncounted.includes(message.type));
  });
});

describe('invalid vectors', () => {
  // What JSON Schema cannot see: broken JSON, turns, and what is left of a name once it is cleaned.
  const beyondSchema = ({ message, error }: Vector): boolean => {
    const name = (message as { name?: unknown } | null | undefined)?.name;
    return (
      message === undefined ||
      ['hello_required', 'already_welcomed'].includes(error?.code ?? '') ||
      (error?.code === 'invalid_field' && typeof name === 'string' && name !== '')
    );
  };
  const seen = readVectors('invalid').filter(([, vector]) => !beyondSchema(vector));
  test.each(seen)('%s is not what the schema says', (_, { message }) => {
    expect(isClientMessage(message)).toBe(false);
  });

  test('text that is not JSON, or not a message, throws', () => {
    for (const text of ['', '{', 'null', '5', '[]', '{}']) {
      expect(() => decode(text), text).toThrow();
    }
  });
});

test('the SDK makes messages that the schema allows', () => {
  const data = { link: 'x', generation: 1, candidate: null };
  for (const message of [
    { type: 'hello', name: 'Ana', resume: { token: 't', received: 3 } },
    { type: 'hello', name: 'Ana', identity: 'i', resume: { token: 't' } },
    { type: 'ack', received: 32 },
    { type: 'ping', received: 0 },
    { type: 'people.search', id: 1, query: 'x' },
    { type: 'name.set', id: 2, name: 'x' },
    { type: 'call.start', id: 3, to: ['u1'], video: false },
    { type: 'call.accept', id: 4, call: 'c1' },
    { type: 'call.decline', call: 'c1' },
    { type: 'call.end', id: 5, call: 'c1' },
    { type: 'signal', id: 6, call: 'c1', to: 'p1', data },
  ]) {
    expect(isClientMessage(message), message.type).toBe(true);
  }
});

test('an unknown message of a newer server is read all the same', () => {
  expect(decode('{"type":"news"}')).toEqual({ type: 'news' } as unknown as ServerMessage);
});
