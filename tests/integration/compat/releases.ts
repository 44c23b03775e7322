// What is kept of earlier versions in tests/compat (`./dev release`).
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const directory = resolve(import.meta.dirname, '../../compat');

export interface Release {
  readonly version: string;
  /** As `npm pack` makes it. */
  readonly sdk: string;
  readonly dataDir: string;
  /** The JSON file that says who was there. */
  readonly person: string;
}

export interface RecordedPerson {
  readonly name: string;
  readonly user: string;
  readonly identity: string;
}

export function releaseIn(kept: string, version: string): Release {
  return {
    version,
    sdk: join(kept, 'sdk.tgz'),
    dataDir: join(kept, 'data'),
    person: join(kept, 'person.json'),
  };
}

export const releases: readonly Release[] = existsSync(directory)
  ? readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => releaseIn(join(directory, name), name))
  : [];
