// The schema as judge: of what the server says (nothing but what is written down), and of the vectors.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ServerMessage } from '../../../web/sdk/src/generated/protocol.ts';

export type * from '../../../web/sdk/src/generated/protocol.ts';

export const protocolDirectory = resolve(import.meta.dirname, '../../../protocol');

export interface Definition {
  title?: string;
  description?: string;
  enum?: string[];
  properties?: Record<string, Field>;
  [keyword: string]: unknown;
}
export interface Field extends Definition {
  const?: string;
  default?: unknown;
  'x-limit'?: string;
}
export interface Schema {
  $id: string;
  $defs: Record<string, Definition>;
  'x-limits': Record<string, { default: number; unit: string }>;
}

export const schema = JSON.parse(
  readFileSync(resolve(protocolDirectory, 'signaling.schema.json'), 'utf8'),
) as Schema;

/** The same, with every object closed: a field that is not written down is an error. */
function closed(open: unknown): unknown {
  if (Array.isArray(open)) return open.map(closed);
  if (typeof open !== 'object' || open === null) return open;
  const copy = Object.fromEntries(Object.entries(open).map(([key, value]) => [key, closed(value)]));
  if ('properties' in copy && !('additionalProperties' in copy))
    copy['additionalProperties'] = false;
  return copy;
}

function validators(document: unknown): (name: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  ajv.addVocabulary(['x-limit', 'x-limits', 'x-sentences']);
  ajv.addSchema(document as object);
  return (name) => {
    const validate = ajv.getSchema(`${schema.$id}#/$defs/${name}`);
    if (validate === undefined) throw new Error(`no definition ${name}`);
    return validate;
  };
}

/** Compiles what the others understand of a message: unknown fields are fine. */
export const validator = validators(schema);
const closedValidator = validators(closed(schema));

const serverTypes = new Map<string, string>();
for (const { $ref } of schema.$defs['ServerMessage']?.['oneOf'] as { $ref: string }[]) {
  const name = $ref.replace('#/$defs/', '');
  serverTypes.set(schema.$defs[name]?.properties?.['type']?.const ?? '', name);
}

/** Reads a message of the server; throws what is wrong with it by the letter of the schema. */
export function parseServerMessage(text: string): ServerMessage {
  const message = JSON.parse(text) as ServerMessage;
  const name = serverTypes.get(message.type);
  if (name === undefined) throw new Error(`the server said something unknown: ${text}`);
  const validate = closedValidator(name);
  if (!validate(message)) {
    const errors = JSON.stringify(validate.errors?.slice(0, 3));
    throw new Error(`the server broke the schema: ${errors} in ${text.slice(0, 2_000)}`);
  }
  return message;
}
