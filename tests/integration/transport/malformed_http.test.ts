// Broken HTTP: cut at every length, garbled at every place, and built wrong on purpose. Every connection ends, with an
// answer where one can be given, and the server goes on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { request } from '../support/http.ts';
import { handshake, RawConnection, type HttpAnswer } from '../support/raw.ts';
import { Random } from '../support/random.ts';
import { Server } from '../support/server.ts';
import { forEachTogether } from '../support/together.ts';

describe('malformed HTTP', () => {
  let server: Server;
  before(async () => {
    // So long that no test can pass by waiting for it.
    server = await Server.start({
      limits: { header_timeout_ms: 300_000, http_idle_timeout_ms: 300_000 },
    });
  });
  after(async () => {
    const health = await request(server, '/healthz');
    assert.equal(health.status, 200);
    await server.stop();
  });

  /** Writes, says that nothing more comes, and gives the answer if there was one. */
  async function exchange(bytes: Buffer | string): Promise<HttpAnswer | undefined> {
    const connection = await RawConnection.open(server);
    connection.write(bytes);
    connection.finish();
    const answer = await connection.answer();
    await connection.rest();
    connection.destroy();
    return answer;
  }
  const lengths = (text: string): number[] =>
    Array.from({ length: text.length }, (_, length) => length);

  for (const [name, text] of Object.entries({
    'a handshake': handshake(),
    'a page request': 'GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip\r\n\r\n',
    'a request with a body':
      'POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello',
    'a chunked body':
      'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  })) {
    test(`${name}, cut at every length`, async () => {
      await forEachTogether(lengths(text), async (length) => {
        const answer = await exchange(text.slice(0, length));
        assert(answer === undefined || answer.status >= 400, `${length} bytes: ${answer?.status}`);
      });
    });
    test(`${name}, garbled at every place`, async () => {
      const random = new Random();
      await random.told(() =>
        forEachTogether(lengths(text), async (place) => {
          for (const byte of [0, 0x0a, 0x20, 0xff, random.below(256)]) {
            const bytes = Buffer.from(text, 'latin1');
            bytes[place] = byte;
            const answer = await exchange(bytes);
            assert(answer === undefined || (answer.status >= 101 && answer.status < 600));
          }
        }),
      );
    });
  }

  test('random bytes of every length', async () => {
    const random = new Random();
    await random.told(() =>
      forEachTogether(
        Array.from({ length: 256 }, (_, length) => random.bytes(length)),
        async (bytes) => {
          const answer = await exchange(bytes);
          assert(answer === undefined || answer.status === 400, `${answer?.status}`);
        },
      ),
    );
  });

  test('what is wrong is answered by its status', async () => {
    const get = (rest: string, line = 'GET / HTTP/1.1'): string => `${line}\r\n${rest}\r\n`;
    const host = 'Host: localhost\r\n';
    for (const [text, ...statuses] of [
      [get(host, 'GET / HTTP/2.0'), 400, 505],
      [get(host, 'GET / HTTP/1.9'), 400, 505],
      [get(host, 'GET /'), 400],
      [get(host, 'GET  / HTTP/1.1'), 400],
      [get(host, 'G\0T / HTTP/1.1'), 400],
      [get(host, 'GET /\u00e9 HTTP/1.1'), 400, 404],
      [get(''), 400],
      [get('Host: a\r\nHost: b\r\n'), 400],
      [get(`${host}Content-Length: 1\r\nContent-Length: 2\r\n`), 400],
      [get(`${host}Content-Length: -1\r\n`), 400],
      [get(`${host}Content-Length: 99999999999999999999\r\n`), 400, 413],
      [get(`${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`), 400],
      [get(`${host}Transfer-Encoding: gzip\r\n`), 400, 501],
      [get(`${host}No colon here\r\n`), 400],
      [get(`${host}Space : before colon\r\n`), 400],
      [get(`${host}X: a\0b\r\n`), 400],
      [get(`${host}X: ${'a'.repeat(20_000)}\r\n`), 431],
      [get(host + 'X: a\r\n'.repeat(5_000)), 431],
      [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 400, 414, 431],
      [get(host, 'TRACE / HTTP/1.1'), 405],
      [get(host, 'CONNECT a:1 HTTP/1.1'), 400, 405],
      [get(host, 'DELETE /ws HTTP/1.1'), 405],
    ] as [string, ...number[]][]) {
      const answer = await exchange(text);
      assert(answer !== undefined, `no answer to ${JSON.stringify(text.slice(0, 80))}`);
      assert(
        statuses.includes(answer.status),
        `${answer.status} to ${JSON.stringify(text.slice(0, 80))}`,
      );
    }
  });

  test('requests one behind the other are answered in order, up to the broken one', async () => {
    const connection = await RawConnection.open(server);
    const ok = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
    connection.write(
      `${ok}${ok}HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`.replace('HEAD', 'GET'),
    );
    connection.write(`${ok}BROKEN\r\n\r\n${ok}`);
    for (let n = 0; n < 4; n += 1) assert.equal((await connection.answer())?.status, 200);
    assert.equal((await connection.answer())?.status, 400);
    assert.equal((await connection.rest()).length, 0, 'nothing after the broken one is read');
    connection.destroy();
  });

  test('Connection: close and HTTP/1.0 end the connection after the answer', async () => {
    for (const text of [
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      'GET /healthz HTTP/1.0\r\n\r\n',
    ]) {
      const connection = await RawConnection.open(server);
      connection.write(text);
      assert.equal((await connection.answer())?.status, 200);
      await connection.rest();
      connection.destroy();
    }
  });
});
