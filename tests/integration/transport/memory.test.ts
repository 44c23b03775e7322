// What people who never read cost at worst, in the kernel and in the process, and that they are closed whatever they
// send. docs/operating.md, "Memory", has the figures: this test prints and checks them.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { Client } from '../support/client.ts';
import { kernelMemory } from '../support/kernel_memory.ts';
import { readMetrics } from '../support/metrics.ts';
import { measuring, until, within } from '../support/pace.ts';
import { startPython } from '../support/python.ts';
import { Server } from '../support/server.ts';

const kibibyte = 1_024;
// server/net/limits.h. Linux allows twice as much, and one buffer more than that before it says stop.
const sendBuffer = 65_536;
const receiveBuffer = 65_536;
const oneMore = 96 * kibibyte;
// outbox_bytes_max, replay_bytes_max, message_bytes_max, and what connection and session are themselves.
const processMax = 1_048_576 + 1_048_576 + 65_536 + 64 * kibibyte;

interface Costs {
  /** Per connection. */
  kernelSending: number;
  kernelReceived: number;
  process: number;
}

type Mode = 'websocket' | 'drip' | 'http';

async function siege(
  t: TestContext,
  { mode, count, tls = false }: { mode: Mode; count: number; tls?: boolean },
): Promise<Costs> {
  const server = await Server.start({
    args: tls ? ['--tls-self-signed'] : [],
    limits: { stall_timeout_ms: within(6_000) },
  });
  t.after(() => server.stop());
  const kind = mode === 'http' ? 'stalled_http' : 'stalled_websocket';
  const sample = `visavis_refusals_total{kind="${kind}"}`;
  const bystander = tls ? null : await Client.join(server, 'Bystander');
  const before = await server.residentBytes();
  const readers = startPython('silent_readers.py', [
    ...[String(server.port), String(count), mode],
    ...(tls ? ['tls'] : []),
  ]);
  t.after(() => readers.leave());
  assert.equal(await readers.line(), 'ready');

  const worst = { sending: 0, received: 0, resident: 0 };
  await until(
    async () => {
      const kernel = await kernelMemory(server);
      worst.sending = Math.max(worst.sending, kernel.sending);
      worst.received = Math.max(worst.received, kernel.received);
      worst.resident = Math.max(worst.resident, await server.residentBytes());
      assert(kernel.sendingMax <= 2 * sendBuffer + oneMore, `one sends ${kernel.sendingMax}`);
      assert(kernel.receivedMax <= 2 * receiveBuffer + oneMore, `one has ${kernel.receivedMax}`);
      return ((await readMetrics(server)).get(sample) ?? 0) >= count;
    },
    `all ${count} are closed`,
    60_000,
  );
  // Their memory is given back, with what the kernel held of it.
  await until(async () => (await kernelMemory(server)).sending < 4_096 * count, 'it is given back');
  await bystander?.silent();
  bystander?.close();

  const costs = {
    kernelSending: worst.sending / count,
    kernelReceived: worst.received / count,
    process: (worst.resident - before) / count,
  };
  const told = Object.entries(costs).map(([what, bytes]) => `${what} ${Math.ceil(bytes / 1024)}`);
  t.diagnostic(`${mode}${tls ? ' over TLS' : ''}, ${count}, KiB each: ${told.join(', ')}`);
  return costs;
}

describe('memory of those who never read', () => {
  for (const tls of [false, true]) {
    test(`sessions${tls ? ' over TLS' : ''}`, async (t) => {
      const costs = await siege(t, { mode: 'websocket', count: tls ? 40 : 150, tls });
      assert(costs.kernelSending <= 2 * sendBuffer + oneMore);
      if (measuring) assert(costs.process <= processMax, `${costs.process} bytes each`);
    });
  }

  test('sessions that read one byte a second', async (t) => {
    const costs = await siege(t, { mode: 'drip', count: 20 });
    if (measuring) assert(costs.process <= processMax, `${costs.process} bytes each`);
  });

  test('those who ask for pages', async (t) => {
    const costs = await siege(t, { mode: 'http', count: 150 });
    assert(costs.kernelReceived <= 2 * receiveBuffer + oneMore);
    if (measuring) assert(costs.process <= 128 * kibibyte, `${costs.process} bytes each`);
  });
});
