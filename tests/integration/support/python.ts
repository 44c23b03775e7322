// Runs one of the scripts in python/ with Debian's Python, which has Debian's libraries.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { within } from './pace.ts';

export async function runPython(script: string, args: readonly string[]): Promise<string> {
  const path = resolve(import.meta.dirname, '../python', script);
  return await new Promise((resolvePromise, reject) => {
    execFile(
      '/usr/bin/python3',
      [path, ...args],
      { timeout: within(20_000) },
      (error, stdout, stderr) => {
        if (error === null) resolvePromise(stdout);
        else reject(new Error(`${script} failed: ${error.message}\n${stdout}${stderr}`));
      },
    );
  });
}
