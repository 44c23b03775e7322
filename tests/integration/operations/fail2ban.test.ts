// The example for fail2ban finds whoever guesses in the log as the server writes it, and nobody else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { until } from '../support/pace.ts';
import { Server } from '../support/server.ts';
import { TurnClient } from '../support/turn.ts';

const filter = resolve(import.meta.dirname, '../../../deploy/fail2ban/filter.d/visavis.conf');
const jail = resolve(import.meta.dirname, '../../../deploy/fail2ban/jail.d/visavis.conf');
const runProgram = promisify(execFile);

/** The addresses that fail2ban finds in these lines, one for each line that counts. */
async function found(directory: string, name: string, lines: string): Promise<string[]> {
  const file = join(directory, name);
  await writeFile(file, lines);
  const { stdout } = await runProgram('fail2ban-regex', ['--out', 'ip', file, filter]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('fail2ban', { concurrency: true }, () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'visavis-fail2ban-'));
  });
  after(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  for (const format of ['text', 'json'] as const) {
    test(`finds who guesses, in ${format}`, async () => {
      const server = await Server.start({
        args: [
          ...['--log-format', format, '--log-personal-data', '--log-level', 'trace'],
          ...['--relay', 'open', '--relay-user', 'ana:correct-horse'],
          ...['--metrics-token', 'a-token-that-is-long-enough'],
          ...['--trusted-proxy', '127.0.0.1'],
        ],
      });
      for (let n = 0; n < 3; n += 1) {
        const password = `guess ${n}`;
        const guesser = await TurnClient.udp(
          server.port,
          { username: 'ana', password },
          { from: '127.0.0.66' },
        );
        assert.equal((await guesser.allocate()).outcome, '401');
        guesser.close();
      }
      const metrics = await request(server, '/metrics', {
        headers: { 'X-Forwarded-For': '2001:db8::7', Authorization: 'Bearer wrong' },
      });
      assert.equal(metrics.status, 401);
      // Honest people, and one whose name is a line of the log.
      const forged = 'A client was refused. area=relay kind=unauthenticated client=192.0.2.99 x';
      const liar = await TurnClient.udp(server.port, { username: forged, password: 'x' });
      await liar.allocate();
      liar.close();
      const honest = await Client.join(server, 'Ben client=192.0.2.98');
      await honest.refused({ type: 'call.end', call: 'nowhere' }, 'unknown_call');
      await until(
        () => (server.log.match(/A client was refused/g) ?? []).length >= 5,
        'their lines',
        20_000,
      );
      const { stderr } = await server.stop();
      const addresses = await found(directory, `${format}.log`, stderr);
      assert.deepEqual(addresses.sort(), [
        ...['127.0.0.1', '127.0.0.66', '127.0.0.66', '127.0.0.66'],
        '2001:db8::7',
      ]);
      // As the journal hands it over.
      const journal = stderr.replace(/^/gm, 'Mar 01 12:00:00 host visavis[4711]: ');
      assert.equal((await found(directory, `${format}.journal`, journal)).length, 5);
    });
  }

  test('finds nobody where the log names nobody', async () => {
    const server = await Server.start({
      args: ['--relay', 'open', '--relay-user', 'ana:correct-horse', '--log-level', 'trace'],
    });
    const guesser = await TurnClient.udp(server.port, { username: 'ana', password: 'guess' });
    assert.equal((await guesser.allocate()).outcome, '401');
    guesser.close();
    await until(() => server.log.includes('kind=unauthenticated'), 'the line', 20_000);
    const { stderr } = await server.stop();
    assert(!stderr.includes('127.0.0.1'), stderr);
    assert.deepEqual(await found(directory, 'nobody.log', stderr), []);
  });

  test('the jail names the filter', async () => {
    const text = await readFile(jail, 'utf8');
    assert.match(text, /^filter = visavis$/m);
    assert.match(text, /^banaction = %\(banaction_allports\)s$/m);
  });
});
