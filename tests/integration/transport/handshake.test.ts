// Who may open the WebSocket, and how it is refused (PROTOCOL.md section 1, RFC 6455 section 4.2).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { frame, handshake, type HttpAnswer, opcodes, RawConnection } from '../support/raw.ts';
import { Server } from '../support/server.ts';

describe('handshake', { concurrency: true }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ args: ['--allowed-origin', 'https://friend.example'] });
  });
  after(async () => {
    await server.stop();
  });

  async function attempt(text: string): Promise<HttpAnswer> {
    const connection = await RawConnection.open(server);
    connection.write(text);
    const answer = await connection.answer();
    connection.destroy();
    assert(answer !== undefined, 'an answer came');
    return answer;
  }
  function assertRefused(answer: HttpAnswer, status: number, code: string): void {
    assert.equal(answer.status, status, answer.body);
    const { error } = JSON.parse(answer.body) as { error: { code: string; message: string } };
    assert.equal(error.code, code);
    assert.match(error.message, /^[A-Z].*\.$/, 'a sentence');
  }

  test('the answer of RFC 6455 section 1.3', async () => {
    const answer = await attempt(handshake());
    assert.equal(answer.status, 101);
    assert.equal(answer.headers.get('sec-websocket-accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    assert.equal(answer.headers.get('sec-websocket-protocol'), 'visavis.v1');
    assert.equal(answer.headers.get('upgrade')?.toLowerCase(), 'websocket');
    assert.equal(answer.headers.has('sec-websocket-extensions'), false);
  });

  test('subprotocols: ours among several is chosen, none of ours is refused', async () => {
    const several = await attempt(handshake({ 'Sec-WebSocket-Protocol': 'chat, visavis.v1' }));
    assert.equal(several.headers.get('sec-websocket-protocol'), 'visavis.v1');
    for (const offered of ['', 'visavis.v2', 'VISAVIS.V1', 'visavis']) {
      const answer = await attempt(handshake({ 'Sec-WebSocket-Protocol': offered }));
      assertRefused(answer, 400, 'unsupported_subprotocol');
    }
    await assert.rejects(Client.connect(server, { subprotocol: undefined }));
  });

  test('origins: the same, the allowed, none at all, and no other', async () => {
    const host = `127.0.0.1:${server.port}`;
    const open = (origin: string): Promise<HttpAnswer> =>
      attempt(handshake({ Host: host, Origin: origin }));
    for (const origin of ['', `http://${host}`, 'https://friend.example']) {
      assert.equal((await open(origin)).status, 101, origin);
    }
    const others = [
      'http://127.0.0.1:1',
      `https://${host}`,
      'http://friend.example',
      'https://friend.example:444',
      'https://friend.example.evil.example',
      'https://evil.example/https://friend.example',
      'null',
      'nonsense',
    ];
    for (const origin of others) assertRefused(await open(origin), 403, 'forbidden_origin');
  });

  test('what is no handshake is refused with what would be one', async () => {
    for (const [changes, status] of [
      [{ Upgrade: '' }, [400, 426]],
      [{ Upgrade: 'h2c' }, [400, 426]],
      [{ Connection: 'keep-alive' }, [400, 426]],
      [{ 'Sec-WebSocket-Key': '' }, [400]],
      [{ 'Sec-WebSocket-Key': 'short' }, [400]],
      [{ 'Sec-WebSocket-Version': '' }, [400, 426]],
      [{ 'Sec-WebSocket-Version': '8' }, [426]],
      [{ Host: '' }, [400]],
    ] as const) {
      const answer = await attempt(handshake(changes));
      assert(
        (status as readonly number[]).includes(answer.status),
        `${JSON.stringify(changes)}: ${answer.status}`,
      );
      const upgrades = !('Upgrade' in changes) && !('Connection' in changes);
      assertRefused(answer, answer.status, upgrades ? 'bad_request' : 'upgrade_required');
      if (answer.status === 426 && 'Sec-WebSocket-Version' in changes) {
        assert.equal(answer.headers.get('sec-websocket-version'), '13', 'RFC 6455 section 4.4');
      }
    }
    const post = await request(server, '/ws', { method: 'POST' });
    assert.deepEqual(
      [post.status, post.errorCode, post.headers.allow],
      [405, 'method_not_allowed', 'GET'],
    );
  });

  test('the first frame may come with the handshake', async () => {
    const connection = await RawConnection.open(server);
    connection.write(
      Buffer.concat([
        Buffer.from(handshake()),
        frame(opcodes.text, '{"type":"hello","name":"Eager"}'),
      ]),
    );
    assert.equal((await connection.answer())?.status, 101);
    const welcome = await connection.frame();
    assert.match(welcome?.payload.toString() ?? '', /^\{"type":"welcome"/);
    connection.destroy();
  });
});
