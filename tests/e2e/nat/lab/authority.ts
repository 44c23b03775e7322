// The certificate authority of the lab, as the browsers keep it: they verify, as they do outside.
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserKind } from '../../driver/tab.ts';
import { run } from './command.ts';

export interface TrustStore {
  // Makes a browser with this home and profile directory trust the authority.
  install(kind: BrowserKind, home: string, profile: string): Promise<void>;
}

export async function makeTrustStore(directory: string, authority: string): Promise<TrustStore> {
  await mkdir(directory, { recursive: true });
  const database = ['-d', `sql:${directory}`];
  await run(['certutil', '-N', ...database, '--empty-password']);
  await run(['certutil', '-A', ...database, '-n', 'lab', '-t', 'C,,', '-i', authority]);
  return {
    async install(kind, home, profile) {
      // Chromium asks the user's database, Firefox the one in its profile; both have this form.
      const target = kind === 'chromium' ? join(home, '.pki/nssdb') : profile;
      await cp(directory, target, { recursive: true });
    },
  };
}
