// Bundles driver/page/ into the one script that pages run before their own.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { ProfileOptions } from './browser.ts';

const axePath = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

let bundled: Promise<string> | undefined;

export async function pageScript({
  largePicture = false,
  audited = false,
}: ProfileOptions): Promise<string> {
  bundled ??= bundle();
  const axe = audited ? await readFile(axePath, 'utf8') : '';
  return `window.__e2eLargePicture = ${String(largePicture)};\n${await bundled}\n${axe}`;
}

async function bundle(): Promise<string> {
  const build = await rolldown({
    input: new URL('page/index.ts', import.meta.url).pathname,
    platform: 'browser',
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: 'iife', name: '__e2eBundle' });
  await build.close();
  return output[0].code;
}
