// Broken WebSocket bytes: RFC 6455's rules one by one, then cut at every length and garbled at every place.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { Random } from '../support/random.ts';
import { frame, opcodes, openRawWebSocket, type RawConnection } from '../support/raw.ts';
import { Server } from '../support/server.ts';
import { forEachTogether } from '../support/together.ts';

const { continuation, text, binary, close, ping, pong } = opcodes;
const hello = '{"type":"hello","name":"Ana"}';

function closePayload(code: number, reason: string | Buffer = ''): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return Buffer.concat([payload, Buffer.from(reason)]);
}

const noStatus = 1005;

/** The code of the server's close frame, 1005 where it has none; undefined when the connection ended without one. */
async function closeCode(connection: RawConnection): Promise<number | undefined> {
  for (;;) {
    const received = await connection.frame();
    if (received === undefined) return undefined;
    if (received.opcode !== close) continue;
    return received.payload.length === 0 ? noStatus : received.payload.readUInt16BE(0);
  }
}

describe('malformed WebSocket', () => {
  let server: Server;
  before(async () => {
    server = await Server.start({
      limits: { hello_timeout_ms: 300_000, websocket_ping_interval_ms: 300_000 },
    });
  });
  after(async () => {
    const client = await Client.join(server, 'Afterwards');
    await client.silent();
    await server.stop();
  });

  const badUtf8 = Buffer.from([0x22, 0xc3, 0x28, 0x22]);
  const rules: Record<string, [Buffer, number]> = {
    'an unmasked frame': [frame(text, hello, { masked: false }), 1002],
    'RSV1 without an extension': [frame(text, hello, { reserved: 4 }), 1002],
    RSV2: [frame(text, hello, { reserved: 2 }), 1002],
    RSV3: [frame(text, hello, { reserved: 1 }), 1002],
    'opcode 3': [frame(3, ''), 1002],
    'opcode 7': [frame(7, ''), 1002],
    'opcode 11': [frame(11, ''), 1002],
    'opcode 15': [frame(15, ''), 1002],
    'a fragmented ping': [frame(ping, '', { final: false }), 1002],
    'a fragmented close': [frame(close, '', { final: false }), 1002],
    'a ping of 126 bytes': [frame(ping, Buffer.alloc(126)), 1002],
    'a continuation of nothing': [frame(continuation, hello), 1002],
    'a message inside another': [
      Buffer.concat([frame(text, '{', { final: false }), frame(text, '}')]),
      1002,
    ],
    'text that is not UTF-8': [frame(text, badUtf8), 1007],
    'a surrogate in UTF-8': [frame(text, Buffer.from([0xed, 0xa0, 0x80])), 1007],
    'an overlong form': [frame(text, Buffer.from([0xc0, 0xaf])), 1007],
    'text that ends inside a character': [frame(text, Buffer.from([0xf0, 0x9f, 0x98])), 1007],
    'a character cut by the end of the last fragment': [
      Buffer.concat([
        frame(text, Buffer.from([0xf0, 0x9f]), { final: false }),
        frame(continuation, Buffer.from([0x98])),
      ]),
      1007,
    ],
    'a close of one byte': [frame(close, Buffer.from([3])), 1002],
    'close code 0': [frame(close, closePayload(0)), 1002],
    'close code 999': [frame(close, closePayload(999)), 1002],
    'close code 1004': [frame(close, closePayload(1004)), 1002],
    'close code 1005': [frame(close, closePayload(1005)), 1002],
    'close code 1006': [frame(close, closePayload(1006)), 1002],
    'close code 1015': [frame(close, closePayload(1015)), 1002],
    'close code 5000': [frame(close, closePayload(5000)), 1002],
    'a close reason that is not UTF-8': [frame(close, closePayload(1000, badUtf8)), 1007],
    'a length of 2^63': [Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]), 1002],
    'a length of 2^62': [Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]), 1009],
    'a length in more bytes than it needs': [
      Buffer.from([0x81, 0xfe, 0, 1, 1, 2, 3, 4, 0x20]),
      1002,
    ],
    'a message one byte too long': [frame(text, 'x'.repeat(65_537)), 1009],
    'a binary message': [frame(binary, 'x'), 1003],
  };
  for (const [name, [bytes, code]] of Object.entries(rules)) {
    test(`${name}: ${code}`, async () => {
      const connection = await openRawWebSocket(server);
      connection.write(bytes);
      assert.equal(await closeCode(connection), code);
      connection.destroy();
    });
    test(`${name}, byte by byte: ${code}`, { skip: bytes.length > 200 }, async () => {
      const connection = await openRawWebSocket(server);
      for (const byte of bytes) {
        connection.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      assert.equal(await closeCode(connection), code);
      connection.destroy();
    });
  }

  test('a close is answered with its code', async () => {
    for (const code of [1000, 1001, 1011, 3000, 4999]) {
      const connection = await openRawWebSocket(server);
      connection.write(frame(close, closePayload(code, 'bye')));
      assert.equal(await closeCode(connection), code);
      await connection.rest();
      connection.destroy();
    }
    const without = await openRawWebSocket(server);
    without.write(frame(close, ''));
    const answer = await without.frame();
    assert.equal(answer?.opcode, close);
    await without.rest();
  });

  test('pings are answered in order with their payload, a pong nobody asked for is ignored', async () => {
    const connection = await openRawWebSocket(server);
    connection.write(frame(pong, 'unasked'));
    const payloads = Array.from({ length: 50 }, (_, n) => `${n}${'p'.repeat(n * 2)}`);
    for (const payload of payloads) connection.write(frame(ping, payload));
    for (const payload of payloads) {
      const answer = await connection.frame();
      assert.deepEqual([answer?.opcode, answer?.payload.toString()], [pong, payload]);
    }
    connection.destroy();
  });

  test('fragments, with control frames between them, make one message', async () => {
    const connection = await openRawWebSocket(server);
    const message = Buffer.from('{"type":"hello","name":"Ana \u{1F600}"}');
    for (let index = 0; index < message.length; index += 1) {
      const first = index === 0;
      connection.write(
        frame(first ? text : continuation, message.subarray(index, index + 1), {
          final: index === message.length - 1,
        }),
      );
      if (index === 5) connection.write(frame(ping, 'between'));
    }
    assert.equal((await connection.frame())?.opcode, pong);
    assert.match((await connection.frame())?.payload.toString() ?? '', /"name":"Ana \u{1F600}"/u);
    connection.destroy();
  });

  // Everything a well-behaved session says, in one piece.
  const session = Buffer.concat([
    frame(text, hello),
    frame(ping, 'still there?'),
    frame(text, '{"type":"peo', { final: false }),
    frame(pong, ''),
    frame(continuation, 'ple.search","query":"a"}'),
    frame(text, '{"type":"ping","received":0}'),
    frame(close, closePayload(1000, 'done')),
  ]);
  const places = Array.from({ length: session.length }, (_, place) => place);

  async function exchange(bytes: Buffer): Promise<void> {
    const connection = await openRawWebSocket(server);
    connection.write(bytes);
    connection.finish();
    const code = await closeCode(connection);
    assert(
      code === undefined ||
        // A close without a code is answered by one.
        [1000, 1002, 1003, noStatus, 1007, 1008, 1009].includes(code) ||
        code >= 3000 ||
        code === 1001 ||
        (code >= 1010 && code <= 1014),
      `${code}`,
    );
    await connection.rest();
    connection.destroy();
  }

  test('a session cut at every length', async () => {
    await forEachTogether(places, (length) => exchange(session.subarray(0, length)));
  });
  test('a session garbled at every place', async () => {
    const random = new Random();
    await random.told(() =>
      forEachTogether(places, async (place) => {
        for (const byte of [0, 0xff, random.below(256)]) {
          const bytes = Buffer.from(session);
          bytes[place] = byte;
          await exchange(bytes);
        }
      }),
    );
  });
  test('random bytes of every length', async () => {
    const random = new Random();
    await random.told(() =>
      forEachTogether(
        Array.from({ length: 200 }, (_, length) => random.bytes(length)),
        exchange,
      ),
    );
  });
});
