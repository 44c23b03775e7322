// A RESERVATION-TOKEN is good whichever loop gets it: the kernel decides which one a client over UDP comes to.
// turnutils_uclient without -c asks for pairs of ports, as many do who want to see whether their relay works.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Server } from '../support/server.ts';
import { type Echo, startEcho, turnutils } from '../support/turnutils.ts';

const secret = 'shared with a friend';
const messages = 5;

/** Runs for each number of threads; `VISAVIS_TEST_RESERVATIONS=100` is the long form. */
const runs = Number(process.env['VISAVIS_TEST_RESERVATIONS'] ?? 8);
/** It waits for most of its time. */
const atOnce = 8;

describe('reserved ports', () => {
  let echo: Echo;
  before(async () => {
    echo = await startEcho();
  });
  after(() => {
    echo.process.kill();
  });

  async function uclient(server: Server, user: string): Promise<void> {
    const { code, output } = await turnutils('uclient', [
      ...['-W', secret, '-u', user, '-p', String(server.port), '-n', String(messages)],
      ...['-e', '127.0.0.1', '-r', String(echo.port), '127.0.0.1'],
    ]);
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /error 508/);
    assert.match(
      output,
      new RegExp(`tot_send_msgs=${2 * messages}, tot_recv_msgs=${2 * messages}\\b`),
    );
  }

  async function start(threads: number): Promise<Server> {
    return await Server.start({
      asShipped: true,
      args: [
        ...['--relay', 'open', '--relay-allow', '127.0.0.0/8', '--relay-secret', secret],
        ...['--threads', String(threads)],
      ],
    });
  }

  for (const threads of [1, 2, 4, 8]) {
    test(`${runs} runs of turnutils_uclient, with ${threads} threads`, async () => {
      const server = await start(threads);
      const left = Array.from({ length: runs }, (_, n) => `user${n}`);
      const worker = async (): Promise<void> => {
        for (let user = left.pop(); user !== undefined; user = left.pop()) {
          await uclient(server, user);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      await server.stop();
    });
  }

  test('one user may try ten times in a row', async () => {
    const server = await start(2);
    await Promise.all(Array.from({ length: 10 }, () => uclient(server, 'ben')));
    await server.stop();
  });
});
