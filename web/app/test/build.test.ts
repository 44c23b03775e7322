import { gzipSync } from 'node:zlib';

import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const FIRST_LOAD_BYTES_MAX = 60_000;
const ALL_BYTES_MAX = 176_000; // 14 kB of it are the check
const BUILD_TIMEOUT_MS = 60_000;

let files: readonly (Rolldown.OutputAsset | Rolldown.OutputChunk)[];

const content = (file: Rolldown.OutputAsset | Rolldown.OutputChunk): string | Uint8Array =>
  file.type === 'chunk' ? file.code : file.source;

beforeAll(async () => {
  // Under the test's own environment, libraries would give their development builds, which nobody is sent.
  vi.stubEnv('NODE_ENV', 'production');
  const result = await build({ logLevel: 'silent', build: { write: false } });
  if (!('output' in result)) throw new Error('One build, one output.');
  files = result.output;
}, BUILD_TIMEOUT_MS);

afterAll(() => {
  vi.unstubAllEnvs();
});

/** What a browser fetches before the first screen stands: no chunk that is imported only when needed. */
function firstLoad(): typeof files {
  const chunks = files.filter((file) => file.type === 'chunk');
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    chunks.find((chunk) => chunk.fileName === name)?.imports.forEach(need);
  };
  chunks
    .filter((chunk) => chunk.isEntry)
    .forEach((chunk) => {
      need(chunk.fileName);
    });
  return files.filter((file) => file.type === 'asset' || needed.has(file.fileName));
}

const compressed = (some: typeof files): number =>
  some.reduce((sum, file) => sum + gzipSync(content(file)).length, 0);

it('sends at most 60 kB until the first screen stands', () => {
  const bytes = compressed(firstLoad());
  expect(bytes).toBeGreaterThan(10_000); // something was built at all
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_BYTES_MAX);
});

it('stays small with everything that is loaded later', () => {
  expect(files.length).toBeGreaterThan(firstLoad().length);
  expect(compressed(files)).toBeLessThanOrEqual(ALL_BYTES_MAX);
});

it('names everything but the page by its content, so that it may be cached for ever', () => {
  const names = files.map((file) => file.fileName).filter((name) => name !== 'index.html');
  expect(names).not.toEqual([]);
  for (const name of names) expect(name).toMatch(/^assets\/[\w-]+-[\w-]{8}\.\w+$/);
});

it('runs under a Content-Security-Policy without exceptions', () => {
  const page = files.find((file) => file.fileName === 'index.html');
  const html = page ? String(content(page)) : '';
  expect(html).toContain('<script type="module"');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const file of files) {
    if (file.type === 'chunk') expect(file.code).not.toMatch(/\beval\(|new Function\(|\sstyle="/);
  }
});

it('leaves the gallery and the fakes out', () => {
  for (const file of files) expect(String(content(file))).not.toContain('FakeClient');
  expect(files.some((file) => file.fileName.includes('gallery'))).toBe(false);
});
