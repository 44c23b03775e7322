// Bundles driver/page/ into the one script that pages run before their own.
import { rolldown } from 'rolldown';

let bundled: Promise<string> | undefined;

export async function pageScript({ largePicture = false } = {}): Promise<string> {
  bundled ??= bundle();
  return `window.__e2eLargePicture = ${String(largePicture)};\n${await bundled}`;
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
