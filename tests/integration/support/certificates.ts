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
  /**
   * A certificate for these hosts; `name` tells it from others. With days below 0 it has expired. `more` are lines of
   * an extension file.
   */
  issue(name: string, hosts?: string, days?: number, more?: string): Promise<KeyPair>;
  /** An authority below this one. */
  intermediate(name: string): Promise<Certificate>;
  /** Its answer about a certificate of its own (OCSP, DER), as a server staples it. */
  staple(pair: KeyPair, says: 'good' | 'revoked'): Promise<string>;
  remove(): Promise<void>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

class Authority implements Certificate {
  readonly #directory: string;
  readonly #key: string;
  readonly file: string;
  readonly pem: string;

  static async root(): Promise<Authority> {
    const directory = await mkdtemp(join(tmpdir(), 'visavis-certificates-'));
    const pair = { certificate: join(directory, 'ca.pem'), key: join(directory, 'ca.key') };
    await run('openssl', [
      ...['req', '-x509', ...newKey, '-keyout', pair.key, '-out', pair.certificate, '-days', '2'],
      ...['-subj', '/CN=Test authority', '-addext', 'keyUsage=critical,keyCertSign'],
    ]);
    return await Authority.of(directory, pair);
  }
  private static async of(directory: string, pair: KeyPair): Promise<Authority> {
    return new Authority(directory, pair, await readFile(pair.certificate, 'utf8'));
  }
  private constructor(directory: string, pair: KeyPair, pem: string) {
    this.#directory = directory;
    this.#key = pair.key;
    this.file = pair.certificate;
    this.pem = pem;
  }

  async issue(
    name: string,
    hosts = 'DNS:localhost,IP:127.0.0.1',
    days = 2,
    more = '',
  ): Promise<KeyPair> {
    return await this.#sign(name, days, `subjectAltName=${hosts}\n${more}\n`);
  }

  async intermediate(name: string): Promise<Authority> {
    const extensions = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n';
    return await Authority.of(this.#directory, await this.#sign(name, 2, extensions));
  }

  async #sign(name: string, days: number, extensions: string): Promise<KeyPair> {
    const pair = { certificate: this.#path(`${name}.pem`), key: this.#path(`${name}.key`) };
    const request = this.#path(`${name}.csr`);
    const extensionFile = this.#path(`${name}.ext`);
    await writeFile(extensionFile, extensions);
    await run('openssl', [
      ...['req', ...newKey, '-keyout', pair.key, '-out', request, '-subj', `/CN=${name}`],
    ]);
    await run('openssl', [
      ...['x509', '-req', '-in', request, '-CA', this.file, '-CAkey', this.#key],
      // Not -CAcreateserial: tests issue at the same time, and would read each other's half-written file.
      ...['-set_serial', `0x1${randomBytes(8).toString('hex')}`],
      ...['-days', String(days), '-extfile', extensionFile, '-out', pair.certificate],
    ]);
    return pair;
  }

  async staple({ certificate }: KeyPair, says: 'good' | 'revoked'): Promise<string> {
    const [request, index] = [`${certificate}.request`, `${certificate}.index`];
    const answer = `${certificate}.ocsp`;
    const issuer = ['-issuer', this.file];
    const { stdout } = await run('openssl', ['x509', '-in', certificate, '-noout', '-serial']);
    const serial = stdout.trim().replace('serial=', '');
    const state = says === 'good' ? 'V\t491231235959Z\t' : 'R\t491231235959Z\t240101000000Z';
    await writeFile(index, `${state}\t${serial}\tunknown\t/CN=any\n`);
    await run('openssl', [
      ...['ocsp', ...issuer, '-cert', certificate, '-no_nonce', '-reqout', request],
    ]);
    await run('openssl', [
      ...['ocsp', '-index', index, '-CA', this.file, '-rsigner', this.file, '-rkey', this.#key],
      ...['-ndays', '2', '-reqin', request, '-respout', answer],
    ]);
    return answer;
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

export async function makeAuthority(): Promise<Certificate> {
  return await Authority.root();
}
