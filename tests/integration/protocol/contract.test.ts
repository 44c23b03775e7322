// One contract, written down four times: the schema, PROTOCOL.md, the server's limits and the vectors. None may say
// anything else than the others. (What the server reads and its codes are made from the schema.)
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import {
  type Definition,
  type Field,
  protocolDirectory,
  schema,
  validator,
} from '../support/schema.ts';
import { type InvalidVector, invalidVectors, validVectors } from '../support/vectors.ts';

const headers = resolve(protocolDirectory, '../core/signaling/model');
const text = readFileSync(join(protocolDirectory, 'PROTOCOL.md'), 'utf8');

function section(number: number): string {
  const start = text.indexOf(`\n## ${number}. `);
  assert.notEqual(start, -1, `PROTOCOL.md has a section ${number}`);
  const end = text.indexOf('\n## ', start + 1);
  return text.slice(start, end === -1 ? undefined : end);
}

/** The first column of the tables of a section, where that is a code in backquotes. */
function tableCodes(number: number): string[] {
  return [...section(number).matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1] ?? '');
}

function values(definition: string): string[] {
  const found = schema.$defs[definition]?.enum;
  assert(found !== undefined, `${definition} is an enum`);
  return found;
}

describe('codes', () => {
  test('error codes: schema and table agree, in order', () => {
    assert.deepEqual(tableCodes(8), values('ErrorCode'));
  });
  test('end reasons: schema and table agree, in order', () => {
    assert.deepEqual(tableCodes(6), values('EndReason'));
  });
  test('HTTP error codes and bye codes are those of the text', () => {
    const http = section(8).split('Refused before the WebSocket stands')[1] ?? '';
    const written = [...http.matchAll(/`([a-z_]+)` \(\d{3}\)/g)].map((match) => match[1] ?? '');
    assert.deepEqual(written.toSorted(), values('HttpErrorCode').toSorted());
    const bye = /Codes: ([^.]+)\./.exec(section(9))?.[1] ?? '';
    assert.deepEqual(
      [...bye.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]),
      values('ByeCode'),
    );
  });
});

describe('limits', () => {
  const source = readFileSync(join(headers, 'limits.h'), 'utf8');
  const inHeader: Record<string, number> = {};
  for (const [, type, name = '', value = ''] of source.matchAll(
    /^ {2}([\w:]+) (\w+) = ([^;]+);/gm,
  )) {
    const number = Number(value.replace(/[^\d]/g, ''));
    if (type !== 'Duration') inHeader[name] = number;
    else inHeader[`${name}_ms`] = value.startsWith('milliseconds') ? number : number * 1_000;
  }

  test('names and defaults are those of the header', () => {
    const inSchema = Object.entries(schema['x-limits']).map(([name, limit]) => [
      name,
      limit.default,
    ]);
    assert.deepEqual(Object.fromEntries(inSchema), inHeader);
  });
  test('what welcome tells has the same defaults', () => {
    let told = 0;
    for (const name of ['Limits', 'Heartbeat', 'Welcome']) {
      for (const field of fieldsOf(schema.$defs[name])) {
        if (field['x-limit'] === undefined) continue;
        told += 1;
        assert.equal(
          field.default,
          schema['x-limits'][field['x-limit']]?.default,
          field['x-limit'],
        );
      }
    }
    assert.equal(told, 12);
  });

  function fieldsOf(definition: Definition | undefined): Field[] {
    return Object.values(definition?.properties ?? {}).flatMap((field) => [
      field,
      ...fieldsOf(field),
    ]);
  }
});

describe('messages', () => {
  const types = Object.values(schema.$defs)
    .map((definition) => definition.properties?.['type']?.const)
    .filter((type) => type !== undefined);

  test('every message of the schema is in the text', () => {
    for (const type of types)
      assert.match(text, new RegExp(`[\`"]${type.replace('.', '\\.')}[\`"]`));
  });
  test('every message type that the text shows is in the schema', () => {
    for (const [, type] of text.matchAll(/"type":"([a-z.]+)"/g)) {
      if (type === 'offer') continue; // an RTCSessionDescription's
      assert(types.includes(type ?? ''), type);
    }
  });
  test('every field is described', () => {
    const described = (definition: Definition, path: string): void => {
      const own = definition.description ?? definition['$ref'] ?? definition['const'];
      assert(own !== undefined, `${path} has a description`);
      for (const [name, field] of Object.entries(definition.properties ?? {})) {
        described(field, `${path}.${name}`);
      }
    };
    for (const [name, definition] of Object.entries(schema.$defs)) {
      described(definition, name);
      assert.equal(definition.title, name);
    }
  });
});

describe('vectors', () => {
  /** Broken for reasons that no schema tells: turn, syntax, cleaning, what stands twice. */
  const beyondSchema = (vector: InvalidVector): boolean =>
    'text' in vector ||
    ['hello_required', 'already_welcomed'].includes(vector.error.code) ||
    (/^(hello_name|name_set)_/.test(vector.name) && vector.error.code === 'invalid_field');

  test('there are at least two valid ones of each message', () => {
    for (const side of ['client', 'server'] as const) {
      const union = schema.$defs[side === 'client' ? 'ClientMessage' : 'ServerMessage'];
      for (const { $ref } of union?.['oneOf'] as { $ref: string }[]) {
        const type = schema.$defs[$ref.replace('#/$defs/', '')]?.properties?.['type']?.const;
        const count = validVectors.filter(
          (vector) => vector.from === side && (vector.value as { type: string }).type === type,
        ).length;
        assert(count >= (side === 'server' && type === 'ack' ? 1 : 2), `${side} ${type}: ${count}`);
      }
    }
  });
  for (const vector of validVectors) {
    test(`valid/${vector.name}`, () => {
      const validate = validator(vector.from === 'client' ? 'ClientMessage' : 'ServerMessage');
      assert(validate(vector.value), JSON.stringify(validate.errors));
    });
  }
  for (const vector of invalidVectors) {
    test(`invalid/${vector.name}`, () => {
      assert(values('ErrorCode').includes(vector.error.code));
      assert.equal(vector.from, 'client');
      assert(['connected', 'welcomed'].includes(vector.state));
      if ('message' in vector && !beyondSchema(vector))
        assert(!validator('ClientMessage')(vector.message));
    });
  }
  test('every file is a vector', () => {
    for (const kind of ['valid', 'invalid']) {
      for (const file of readdirSync(join(protocolDirectory, 'vectors', kind))) {
        assert.match(file, /^[a-z0-9_]+\.json$/);
      }
    }
  });
});
