// /healthz and /metrics: what they say, and to whom.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { readMetrics } from '../support/metrics.ts';
import { until } from '../support/pace.ts';
import { run, Server } from '../support/server.ts';

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

  test('metrics answer whoever brings the token, and not this machine without it', async () => {
    const behindProxy = { 'X-Forwarded-For': '198.51.100.1' };
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await request(server, '/metrics', { headers })).status;
    assert.equal(await status({}), 401);
    assert.equal(await status({ Authorization: `Bearer ${token}` }), 200);
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

  test('without a token configured, everybody is refused, and told what to do', async () => {
    const own = await Server.start({ metricsListener: false });
    for (const headers of [{}, { 'X-Forwarded-For': '127.0.0.1', Authorization: 'Bearer ' }]) {
      const refused = await request(own, '/metrics', { headers });
      assert.equal(refused.status, 403);
      assert.match(refused.body.toString(), /--metrics-listen.*--metrics-token/);
    }
    const told = /warn .*Requests for \/metrics were refused.*--metrics-listen/;
    await until(() => told.test(own.log), 'the operator is told');
    const { stderr } = await own.stop();
    assert.match(stderr, /info .*Nobody can read \/metrics: see --metrics-listen/);
  });

  test('a listener of their own answers metrics and health, and nothing else', async () => {
    const own = await Server.start({
      metricsListener: false,
      args: ['--metrics-listen', '127.0.0.1:0', '--tls-self-signed'],
    });
    const origin = await own.line(/^metrics on (http:\S+)$/m);
    const ask = (path: string, headers = {}): ReturnType<typeof request> =>
      request({ origin }, path, { headers });
    assert.match((await ask('/metrics')).body.toString(), /^visavis_sessions 0$/m);
    assert.equal((await ask('/healthz')).status, 200);
    for (const path of ['/', '/ws', '/r/family', '/api/x']) {
      assert.equal((await ask(path)).status, 404, path);
    }
    // A page whose name is made to lead here reads no metrics.
    assert.equal((await ask('/metrics', { Host: 'evil.example' })).status, 421);
    await own.stop();
  });

  test("a Unix socket is the group's, takes the place of a dead one, and goes with the server", async () => {
    const directory = await mkdtemp(join(tmpdir(), 'visavis-metrics-'));
    const path = join(directory, 'm.sock');
    const options = { metricsListener: false, args: ['--metrics-listen', path] };
    const first = await Server.start(options);
    assert.equal((await stat(path)).mode & 0o777, 0o660);
    assert.equal((await request(first, '/metrics', { socketPath: path })).status, 200);
    const second = await run([
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data-dir',
      directory,
      ...options.args,
    ]);
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /Cannot listen on unix:\S+m\.sock: another program has it already/);
    assert.equal((await request(first, '/metrics', { socketPath: path })).status, 200);
    await first.kill();
    assert((await stat(path)).isSocket(), 'left behind');
    const third = await Server.start(options);
    assert.equal((await request(third, '/metrics', { socketPath: path })).status, 200);
    await third.stop();
    await assert.rejects(stat(path), { code: 'ENOENT' });
    await writeFile(path, 'a file of somebody');
    const fourth = await run([
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data-dir',
      directory,
      ...options.args,
    ]);
    assert.notEqual(fourth.code, 0);
    assert.equal(await readFile(path, 'utf8'), 'a file of somebody');
    await rm(directory, { recursive: true });
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
    const asked = await request(own, '/metrics', { socketPath: own.metricsSocket });
    const text = asked.body.toString();
    assert(!text.includes(ana.user) && !text.includes('Ana'), 'nobody is named');
    await own.stop();
  });
});
