// Has this version's server write a data directory, for later versions to open:
//   node compat/record.ts DIRECTORY
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Client } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { releaseIn, type RecordedPerson } from './releases.ts';

const [kept] = process.argv.slice(2);
if (kept === undefined) throw new Error('Say in which directory it is to be kept.');
const release = releaseIn(kept, basename(kept));
const scratch = await mkdtemp(join(tmpdir(), 'visavis-release-'));
try {
  const dataDir = join(scratch, 'data');
  // The certificate of its own making is part of it.
  await (await Server.start({ dataDir, args: ['--tls-self-signed'] })).stop();
  const server = await Server.start({ dataDir });
  const ana = await Client.join(server, 'Ana');
  // A room with rules: the next life is told that there were some.
  await ana.request({ type: 'room.join', room: 'kept-room', knock: true }, 'call.accepted');
  const person: RecordedPerson = {
    name: 'Ana',
    user: ana.user,
    identity: ana.welcome.identity,
  };
  await server.kill();
  await cp(dataDir, release.dataDir, {
    recursive: true,
    filter: (file) => !file.endsWith('.sock'),
  });
  await writeFile(release.person, `${JSON.stringify(person, null, 2)}\n`);
  process.stdout.write(`${(await readdir(release.dataDir)).join(' ')}\n`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
