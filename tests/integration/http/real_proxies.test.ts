// Behind Debian's nginx and HAProxy, configured as people do who configure as little as they can.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { request } from '../support/http.ts';
import { until } from '../support/pace.ts';
import { checkedByHaproxy, type Proxy, startHaproxy, startNginx } from '../support/proxies.ts';
import { Server } from '../support/server.ts';

const token = 'a-secret-of-thirty-two-characters';

async function started(t: TestContext, server: Server, proxy: Promise<Proxy>): Promise<Proxy> {
  const running = await proxy.catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  t.after(async () => {
    await running.stop();
    await server.stop();
  });
  return running;
}

/** The status of /metrics as a stranger gets it through this socket, and as whoever has the token does. */
async function metricsThrough(socketPath: string): Promise<[number, number]> {
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await request({ origin: '' }, '/metrics', { socketPath, headers })).status;
  return [await ask({}), await ask({ Authorization: `Bearer ${token}` })];
}

describe('behind real proxies', { concurrency: true }, () => {
  test('nginx with proxy_pass alone shows nobody the metrics', async (t) => {
    const server = await Server.start();
    const nginx = await started(
      t,
      server,
      startNginx(`proxy_pass http://127.0.0.1:${server.port};`),
    );
    const page = await request({ origin: '' }, '/', { socketPath: nginx.socket('http') });
    assert.equal(page.status, 200);
    assert.deepEqual(await metricsThrough(nginx.socket('http')), [403, 403]);
  });

  test('… and with a token configured, whoever brings it', async (t) => {
    const server = await Server.start({ env: { VISAVIS_METRICS_TOKEN: token } });
    const nginx = await started(
      t,
      server,
      startNginx(`proxy_pass http://127.0.0.1:${server.port};`),
    );
    assert.deepEqual(await metricsThrough(nginx.socket('http')), [401, 200]);
  });

  test('HAProxy: its default check finds the server up, and neither mode shows the metrics', async (t) => {
    const server = await Server.start();
    const haproxy = await started(t, server, startHaproxy(server.port));
    let checked: string | null = null;
    await until(async () => (checked = await checkedByHaproxy(haproxy)) !== null, 'it has checked');
    assert.equal(checked, 'UP L7OK 204');
    for (const mode of ['http', 'tcp']) {
      assert.deepEqual(await metricsThrough(haproxy.socket(mode)), [403, 403], mode);
    }
  });

  for (const example of ['nginx.conf', 'Caddyfile']) {
    test(`what ${example} says of visavis.toml has the relay on IPv4 and IPv6`, async () => {
      const path = resolve(import.meta.dirname, '../../../deploy', example);
      const toml = await readFile(path, 'utf8');
      const listen = /^# {3}listen = \[(.*)\]$/m.exec(toml)?.[1]?.replace(/[" ]/g, '');
      assert.equal(listen, '127.0.0.1:8080,0.0.0.0:3478,[::]:3478');
      const [first = '', ...others] = listen.replace(/:\d+(?=,|$)/g, ':0').split(',');
      const server = await Server.start({
        listen: first,
        args: others.flatMap((at) => ['--listen', at]),
      });
      const { stdout } = await server.stop();
      assert.equal((stdout.match(/^listening on /gm) ?? []).length, 3);
    });
  }
});
