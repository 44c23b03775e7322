// A bad day: each fault once, on one server. Whoever reads its log learns what happened, to whom, and what to do.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { connect as connectTls } from 'node:tls';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { makeAuthority } from '../support/certificates.ts';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { logged, logLines } from '../support/log.ts';
import { inTime } from '../support/pace.ts';
import { handshake, RawConnection } from '../support/raw.ts';
import { Server } from '../support/server.ts';
import { ephemeralPassword, TurnClient } from '../support/turn.ts';

const repository = resolve(import.meta.dirname, '../../..');

describe('a bad day', { concurrency: true }, () => {
  test('reads as a story', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const { certificate, key } = await authority.issue(
      'day',
      'DNS:old.example.org,DNS:localhost,IP:127.0.0.1',
    );
    const server = await Server.start({
      args: [
        ...[
          '--tls-cert',
          certificate,
          '--tls-key',
          key,
          '--public-url',
          'https://call.example.org',
        ],
        ...['--relay', 'open', '--relay-user', 'ana:correct-horse'],
      ],
      limits: {
        ...{ messages_per_second: 1, messages_burst: 6, message_bytes_max: 4_096 },
        ...{ relay_allocations_per_user_max: 1, sessions_per_user_max: 1 },
        ...{ hellos_per_second: 1, hellos_burst: 40 },
      },
      env: { VISAVIS_TRUSTED_PROXIES: '127.0.0.1' },
    });
    const { pem } = authority;

    // The certificate is for another name, and a variable is misspelt: told at the start.
    await logged(server, 'for other names than people use', { host: 'call.example.org' });
    await logged(server, 'no option of visavis', { nearest: 'VISAVIS_TRUSTED_PROXY' });
    // A browser that does not take the certificate.
    const browser = connectTls({ port: server.port, host: '127.0.0.1', servername: 'localhost' });
    await inTime(new Promise((done) => browser.once('error', done)), 'it does not');
    await logged(server, 'TLS handshakes failed');
    // A proxy that is not trusted and drops Host.
    await request(server, '/', { headers: { 'X-Forwarded-For': '198.51.100.1' } });
    await logged(server, 'a proxy that is not trusted', { proxy: '127.0.0.1' });
    const raw = await RawConnection.open(server, { ca: pem });
    raw.write(handshake({ Host: 'localhost', Origin: 'https://meet.example.org' }));
    assert.equal((await raw.answer())?.status, 403);
    await logged(server, 'other origins', {
      origin: 'https://meet.example.org',
      host: 'localhost',
    });
    await request(server, '/', { headers: { Host: 'meet.example.org' } });
    await logged(server, 'other host names', { host: 'meet.example.org' });
    // Nobody may read the metrics from elsewhere, and there is nothing to guess.
    await request(server, '/wp-admin');
    await logged(server, 'addresses where nothing is');
    // Somebody says too much.
    const talker = await Client.join(server, 'Ana', {}, { ca: pem });
    for (let n = 0; n < 12; n += 1) talker.send({ type: 'people.search', query: 'x' });
    await logged(server, 'sends too many', { limit: 'messages_per_second' });
    // Somebody guesses at the relay, somebody has too many allocations, somebody reaches for the inside.
    const guess = await TurnClient.udp(server.port, { username: 'ana', password: 'guess' });
    assert.equal((await guess.allocate()).outcome, '401');
    await logged(server, 'Log-ins at the relay failed', { from: 'udp 1' });
    const good = { username: 'ana', password: 'correct-horse' };
    const one = await TurnClient.udp(server.port, good);
    assert.equal((await one.allocate()).outcome, 'success');
    const two = await TurnClient.udp(server.port, good);
    assert.equal((await two.allocate()).outcome, '486');
    await logged(server, 'The relay refused allocations', { kind: 'quota' });
    assert.equal(await one.permit({ address: '10.0.0.1', port: 80 }), '403');
    await logged(server, 'asked to send where it may not', { kind: 'forbidden_peer' });
    assert.equal(await one.refresh(0), 'success');
    await logged(server, 'A relay allocation ended.', { reason: 'released', transport: 'udp' });
    // A credential whose time is over: nobody guesses.
    const relayKey = (await readFile(join(server.dataDir, 'relay.key'))).subarray(0, 32);
    const username = '1700000000:call:participant';
    const late = await TurnClient.udp(server.port, {
      username,
      password: ephemeralPassword(relayKey, username),
    });
    assert.equal((await late.allocate()).outcome, '401');
    await logged(server, 'their call or their time had ended', { kind: 'expired' });
    for (const client of [guess, one, two, late]) client.close();
    talker.close();

    const lines = logLines(server);
    t.diagnostic(`\n${server.log}`);
    // Each once, and each says what to do or that nothing has to be done.
    const told = lines.map(({ message, fields }) => `${message} ${fields.get('kind') ?? ''}`);
    assert.equal(new Set(told).size, told.length, 'nothing is said twice');
    assert(lines.length < 30, `${lines.length} lines`);
    for (const { level, message } of lines) {
      if (level === 'info') continue;
      assert.match(
        message,
        /--[a-z-]+|\[limits\]|Renew|look at|Look at|Get one|Put|Did you mean|else|if /,
        `what to do: ${message}`,
      );
    }
    await server.stop();
  });

  test('what the manual quotes is what the server says', async () => {
    const manual = await readFile(join(repository, 'docs/operating.md'), 'utf8');
    const section = sectionOf(manual, '### What the log says, and what to do');
    const rows = section.split('\n').filter((line) => line.startsWith('| '));
    const said = rows.map((row) => row.split(' | ')[1] ?? '').join('\n');
    const quotes = [...said.matchAll(/"([^"…]{16,})"/g)].map((match) => match[1] ?? '');
    assert(quotes.length >= 10, said);
    const code = await sources(join(repository, 'server'));
    const own = 'a public address';
    for (const quote of quotes) {
      if (quote !== own) assert(code.includes(quote.replace(/\.$/, '')), quote);
    }
  });

  test('what the manual says that the doctor finds is what a test has it find', async () => {
    const manual = await readFile(join(repository, 'docs/operating.md'), 'utf8');
    const rows = sectionOf(manual, '### By symptom')
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const named = rows.flatMap((row) =>
      [...(row.split(' | ')[1] ?? '').matchAll(/`([a-z0-9-]+)` `([a-z_]+)`/g)].map(
        ([, check = '', code = '']) => `${check} ${code}`,
      ),
    );
    assert(named.length >= 20, named.join('\n'));
    const files: string[] = [];
    for (const folder of ['server/doctor', 'tests/integration/doctor']) {
      for (const file of await readdir(join(repository, folder)))
        if (/[._]test[._]/.test(file)) files.push(join(repository, folder, file));
    }
    const tested = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
    // Of the two families one is tried.
    const familyless = (text: string): string => text.replaceAll('ipv6', 'ipv4');
    for (const one of named) {
      assert.match(familyless(tested), new RegExp(`\\b${familyless(one)}\\b`), one);
    }
  });
});

/** All text between this heading and the next of the same or a higher rank. */
function sectionOf(manual: string, heading: string): string {
  const begin = manual.indexOf(`\n${heading}\n`);
  assert(begin >= 0, heading);
  return manual.slice(begin, manual.indexOf('\n## ', begin));
}

/** All C++ of a directory, with the pieces of each literal put together. */
async function sources(directory: string): Promise<string> {
  const files = await readdir(directory, { recursive: true });
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith('.cpp') && !file.endsWith('_test.cpp'))
      .map((file) => readFile(join(directory, file), 'utf8')),
  );
  return texts.join('\n').replace(/"\s*\n\s*"/g, '');
}
