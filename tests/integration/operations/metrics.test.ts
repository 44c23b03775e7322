// /healthz and /metrics: what they say, and to whom.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { readMetrics } from '../support/metrics.ts';
import { until } from '../support/pace.ts';
import { Server } from '../support/server.ts';

const token = 'a-secret-of-thirty-two-characters';

describe('metrics', { concurrency: true }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ env: { VISAVIS_METRICS_TOKEN: token } });
  });
  after(async () => {
    await server.stop();
  });

  test('healthz answers everybody', async () => {
    const health = await request(server, '/healthz', {
      headers: { 'X-Forwarded-For': '198.51.100.1' },
    });
    assert.equal(health.status, 200);
    assert.deepEqual(JSON.parse(health.body.toString()), { status: 'ok' });
    assert.equal(health.headers['cache-control'], 'no-store');
  });

  test('metrics answer this machine, and whoever brings the token', async () => {
    const behindProxy = { 'X-Forwarded-For': '198.51.100.1' };
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await request(server, '/metrics', { headers })).status;
    assert.equal(await status({}), 200);
    assert.equal(await status(behindProxy), 401);
    assert.equal(await status({ Forwarded: 'for=127.0.0.1' }), 401);
    assert.equal(await status({ ...behindProxy, Authorization: `Bearer ${token}` }), 200);
    assert.equal(await status({ ...behindProxy, Authorization: `bearer ${token}` }), 200);
    for (const wrong of [
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      'Bearer ',
      `Basic ${token}`,
      token,
    ]) {
      assert.equal(await status({ ...behindProxy, Authorization: wrong }), 401, wrong);
    }
  });

  test('without a token configured, others are refused', async () => {
    const own = await Server.start();
    const refused = await request(own, '/metrics', {
      headers: { 'X-Forwarded-For': '127.0.0.1', Authorization: 'Bearer ' },
    });
    assert.equal(refused.status, 403);
    await own.stop();
  });

  test('they count what happens', async () => {
    const own = await Server.start();
    const ana = await Client.join(own, 'Ana');
    // Whoever has declined is not to be called again at once, so each call goes to somebody else.
    for (const name of ['Ben', 'Cleo', 'Dan']) {
      const callee = await Client.join(own, name);
      const { call } = await ana.request({ type: 'call.start', to: [callee.user] }, 'call.ringing');
      await callee.next('call.incoming');
      await callee.request({ type: 'call.decline', call }, 'call.ended');
      await ana.next('call.ended');
    }
    await ana.refused({ type: 'call.start', to: ['nobody'] }, 'unknown_user');
    await until(
      // What came last.
      async () => (await readMetrics(own)).get('visavis_errors_total{code="unknown_user"}') === 1,
      'the hub has published its numbers',
    );
    const samples = await readMetrics(own);
    assert.equal(samples.get('visavis_sessions'), 4);
    assert.equal(samples.get('visavis_people'), 4);
    assert.equal(samples.get('visavis_calls'), 0);
    assert.equal(samples.get('visavis_calls_ended_total{reason="declined"}'), 3);
    assert.equal(samples.get('visavis_errors_total{code="unknown_user"}'), 1);
    assert((samples.get('visavis_messages_received_total') ?? 0) >= 11);
    assert((samples.get('process_resident_memory_bytes') ?? 0) > 1_000_000);
    const text = (await request(own, '/metrics')).body.toString();
    assert(!text.includes(ana.user) && !text.includes('Ana'), 'nobody is named');
    await own.stop();
  });
});
