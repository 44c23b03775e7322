// A certificate authority for one test, made with the openssl command.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface KeyPair {
  /** Paths of PEM files. */
  certificate: string;
  key: string;
}

export interface Certificate {
  /** The authority's own certificate. */
  file: string;
  pem: string;
  /** A certificate for these hosts; `name` tells it from others. With days below 0 it has expired. */
  issue(name: string, hosts?: string, days?: number): Promise<KeyPair>;
  remove(): Promise<void>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function makeAuthority(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'visavis-certificates-'));
  const file = join(directory, 'ca.pem');
  const key = join(directory, 'ca.key');
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-keyout', key, '-out', file, '-days', '2'],
    ...['-subj', '/CN=Test authority', '-addext', 'keyUsage=critical,keyCertSign'],
  ]);
  return {
    file,
    pem: await readFile(file, 'utf8'),
    issue: async (name, hosts = 'DNS:localhost,IP:127.0.0.1', days = 2) => {
      const pair = {
        certificate: join(directory, `${name}.pem`),
        key: join(directory, `${name}.key`),
      };
      const request = join(directory, `${name}.csr`);
      const extensions = join(directory, `${name}.ext`);
      await writeFile(extensions, `subjectAltName=${hosts}\n`);
      await run('openssl', [
        ...['req', ...newKey, '-keyout', pair.key, '-out', request, '-subj', `/CN=${name}`],
      ]);
      await run('openssl', [
        ...['x509', '-req', '-in', request, '-CA', file, '-CAkey', key],
        // Not -CAcreateserial: tests issue at the same time, and would read each other's half-written file.
        ...['-set_serial', `0x1${randomBytes(8).toString('hex')}`],
        ...['-days', String(days), '-extfile', extensions, '-out', pair.certificate],
      ]);
      return pair;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
