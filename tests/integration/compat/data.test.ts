// A data directory that an earlier version has written is opened by this one: people are who they were.
import assert from 'node:assert/strict';
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { logLines } from '../support/log.ts';
import { Client } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { releases, type RecordedPerson } from './releases.ts';

describe('data of earlier versions', () => {
  for (const release of releases) {
    test(`of ${release.version}`, async (t) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'visavis-compat-'));
      t.after(() => rm(dataDir, { recursive: true, force: true }));
      await cp(release.dataDir, dataDir, { recursive: true });
      // What Git does not keep.
      for (const file of await readdir(dataDir)) await chmod(join(dataDir, file), 0o600);
      const before = await filesIn(dataDir);
      const person = JSON.parse(await readFile(release.person, 'utf8')) as RecordedPerson;
      const server = await Server.start({ dataDir });
      t.after(() => server.stop());
      const { name, identity } = person;
      const ana = await Client.join(server, name, { identity });
      assert.equal(ana.user, person.user);
      assert.notEqual(ana.welcome.identity, '');
      assert.deepEqual(
        logLines(server).filter(({ level }) => level === 'error'),
        [],
      );
      const after = await filesIn(dataDir);
      for (const key of ['identity.key', 'relay.key']) assert.equal(after[key], before[key], key);
    });
  }
});

async function filesIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Object.fromEntries(
    await Promise.all(
      files.map(async ({ name }) => [name, await readFile(join(directory, name), 'base64')]),
    ),
  ) as Record<string, string>;
}
