// The schema as judge: of what the server says (nothing but what is written down), and of the vectors.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ClientMessage, ServerMessage } from '../../../web/sdk/src/generated/protocol.ts';

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

function compile<T>(document: unknown, name: string): ValidateFunction<T> {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, discriminator: false });
  ajv.addVocabulary(['x-limit', 'x-limits']);
  ajv.addSchema(document as object);
  const validate = ajv.getSchema<T>(`${schema.$id}#/$defs/${name}`);
  if (validate === undefined) throw new Error(`no definition ${name}`);
  return validate as ValidateFunction<T>;
}

export const isClientMessage = compile<ClientMessage>(schema, 'ClientMessage');
export const isServerMessage = compile<ServerMessage>(schema, 'ServerMessage');

const byType = new Map<string, ValidateFunction<ServerMessage>>();
for (const [name, definition] of Object.entries(schema.$defs)) {
  const type = definition.properties?.['type']?.const;
  const ofServer = (schema.$defs['ServerMessage']?.['oneOf'] as { $ref: string }[]).some(
    (choice) => choice.$ref === `#/$defs/${name}`,
  );
  if (type !== undefined && ofServer)
    byType.set(type, compile<ServerMessage>(closed(schema), name));
}

/** Reads a message of the server; throws what is wrong with it by the letter of the schema. */
export function parseServerMessage(text: string): ServerMessage {
  const message = JSON.parse(text) as { type: string };
  const validate = byType.get(message.type);
  if (validate === undefined) throw new Error(`the server said something unknown: ${text}`);
  if (!validate(message)) {
    throw new Error(
      `the server broke the schema: ${JSON.stringify(validate.errors?.slice(0, 3))} in ${text.slice(0, 2_000)}`,
    );
  }
  return message;
}
