// What deploy/ tells operators to write for a proxy, with this test's names and ports in place of theirs.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair } from './certificates.ts';
import { apacheConfiguration, caddyConfiguration } from './proxy_program.ts';

const deploy = join(import.meta.dirname, '../../../deploy');

/** Everything that is replaced has to be there: an example that says something else is not what is tested. */
function replaced(text: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((so, [from, to]) => {
    assert.ok(so.includes(from), `the example has ${from}`);
    return so.replaceAll(from, to);
  }, text);
}

type Configure = (upstream: number, at: string, directory: string) => string;

/** Its site with TLS; `spoil` takes something away. */
export async function apacheExample(
  { certificate, key }: KeyPair,
  spoil: (site: string) => string = (site) => site,
): Promise<Configure> {
  const text = await readFile(join(deploy, 'apache.conf'), 'utf8');
  const [, site = ''] = /(<VirtualHost \*:443>.*?<\/VirtualHost>)/s.exec(text) ?? [];
  return (upstream, port, directory) =>
    apacheConfiguration(
      directory,
      `127.0.0.1:${port}`,
      replaced(spoil(site), [
        ['*:443', `*:${port}`],
        ['call.example.org/fullchain.pem', certificate],
        ['call.example.org/privkey.pem', key],
        ['/etc/letsencrypt/live/', ''],
        ['call.example.org', 'localhost'],
        ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
      ]),
    );
}

/** Its two sections. Behind a Unix socket HAProxy does not know the client's address, so it is written out. */
export async function haproxyExample({ certificate, key }: KeyPair): Promise<Configure> {
  const both = `${certificate}.both`;
  await writeFile(both, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
  const text = await readFile(join(deploy, 'haproxy.cfg'), 'utf8');
  return (upstream, socket) =>
    replaced(text, [
      ['    bind :80,:::80 v6only\n', ''],
      [':443,:::443 v6only', `unix@${socket}`],
      ['/etc/haproxy/call.example.org.pem', both],
      ['%[src]', '127.0.0.1'],
      ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
    ]);
}

/** Its site, with a certificate that it need not get. */
export async function caddyExample({ certificate, key }: KeyPair): Promise<Configure> {
  const text = await readFile(join(deploy, 'Caddyfile'), 'utf8');
  const [, inside = ''] = /^call\.example\.org \{\n(.*)^\}$/ms.exec(text) ?? [];
  return (upstream, port) =>
    caddyConfiguration(
      `https://localhost:${port}`,
      `tls ${certificate} ${key}\n` +
        replaced(inside, [['127.0.0.1:8080', `127.0.0.1:${upstream}`]]),
    );
}
