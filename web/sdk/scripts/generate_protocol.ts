// Writes src/generated/protocol.ts: the TypeScript types of every message in protocol/signaling.schema.json.
// With --check it writes nothing and fails when the file is not what the schema makes.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const schemaFile = new URL('../../../protocol/signaling.schema.json', import.meta.url);
const outputFile = new URL('../src/generated/protocol.ts', import.meta.url);

const banner = `// Generated from protocol/signaling.schema.json by \`npm run generate -w @visavis/client\`.
// Change the schema, not this file.`;

// A description beside a $ref would make a type of its own (`UserId1`) of every use of it.
function withBareReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withBareReferences);
  if (typeof node !== 'object' || node === null) return node;
  if ('$ref' in node) return { $ref: node.$ref };
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withBareReferences(value)]),
  );
}

async function generate(): Promise<string> {
  const schema = withBareReferences(JSON.parse(await readFile(schemaFile, 'utf8'))) as JSONSchema;
  return compile(schema, 'SignalingMessage', {
    bannerComment: banner,
    // The server may add fields; the types name those that we know.
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 100 },
  });
}

const generated = await generate();
if (process.argv.includes('--check')) {
  const current = await readFile(outputFile, 'utf8').catch(() => '');
  if (current !== generated) {
    console.error(
      'src/generated/protocol.ts is out of date: run `npm run generate -w @visavis/client`',
    );
    process.exit(1);
  }
} else {
  await mkdir(new URL('.', outputFile), { recursive: true });
  await writeFile(outputFile, generated);
}
