// The app's files: caching, compression, security headers.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request, type Response } from '../support/http.ts';
import { inTime } from '../support/pace.ts';
import { Server } from '../support/server.ts';

describe('pages', { concurrency: true }, () => {
  let server: Server;
  let index: Response;
  before(async () => {
    server = await Server.start();
    index = await request(server, '/');
  });
  after(async () => {
    await server.stop();
  });

  test('the app is at /, at the link of a room and at /check, always fresh', async () => {
    assert.equal(index.status, 200);
    assert.match(index.headers['content-type'] ?? '', /^text\/html/);
    assert.equal(index.headers['cache-control'], 'no-cache');
    assert.match(index.body.toString(), /<!doctype html>/i);
    for (const path of [
      '/?utm=x',
      '/check',
      '/r/standup',
      '/r/amber-otter-42?x=1',
      '/index.html',
    ]) {
      const same = await request(server, path);
      assert.deepEqual([same.status, same.body.equals(index.body)], [200, true], path);
    }
  });

  test('a slash behind an address of the app leads there', async () => {
    for (const [path, location] of [
      ['/r/standup/?x=1', '/r/standup?x=1'],
      ['/check/', '/check'],
    ] as const) {
      const { status, headers } = await request(server, path);
      assert.deepEqual([status, headers.location], [308, location]);
    }
  });

  test('a client that waits with its body is told to go on', async () => {
    const sent = requestHttp(`${server.origin}/`, {
      method: 'POST',
      headers: { Expect: '100-continue', 'Content-Length': '5' },
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.flushHeaders();
    await inTime(once(sent, 'continue'), '100 Continue');
    sent.end('hello');
    const [answer] = await inTime(answered, 'the answer');
    assert.equal(answer.statusCode, 405);
    answer.resume();
  });

  test('what has not changed is not sent again', async () => {
    const etag = index.headers.etag ?? '';
    assert.match(etag, /^"[^"]+"$/);
    for (const match of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const unchanged = await request(server, '/', { headers: { 'If-None-Match': match } });
      assert.deepEqual([unchanged.status, unchanged.body.length], [304, 0]);
      assert.equal(unchanged.headers.etag, etag);
    }
    assert.equal(
      (await request(server, '/', { headers: { 'If-None-Match': '"other"' } })).status,
      200,
    );
  });

  test('compressed as asked for, each form with its own tag', async () => {
    const tags = new Set([index.headers.etag]);
    for (const [coding, decompress] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const response = await request(server, '/', { headers: { 'Accept-Encoding': coding } });
      assert.match(response.headers.vary ?? 'Accept-Encoding', /Accept-Encoding/i);
      if (response.headers['content-encoding'] === undefined) continue; // too small to gain
      assert.equal(response.headers['content-encoding'], coding);
      assert(decompress(response.body).equals(index.body));
      tags.add(response.headers.etag);
    }
    const refused = await request(server, '/', {
      headers: { 'Accept-Encoding': 'br;q=0, gzip;q=0' },
    });
    assert.equal(refused.headers['content-encoding'], undefined);
    assert(tags.size === 1 || tags.size === 3);
  });

  test('files with a hash in their name are kept for good', async () => {
    const paths = [...index.body.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)];
    for (const [, path = ''] of paths) {
      const asset = await request(server, path);
      assert.equal(asset.status, 200, path);
      assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.match(asset.headers['content-type'] ?? '', /javascript|css|svg|png|font|manifest/);
    }
  });

  test('every answer carries the security headers', async () => {
    for (const path of ['/', '/nothing/here', '/healthz', '/r/standup', '/r/no/room']) {
      const { headers } = await request(server, path);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'self'/, path);
      assert.match(policy, /object-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.match(String(headers['permissions-policy']), /camera=\(self\)/);
      assert.equal(headers['server'], undefined);
    }
  });

  test('HEAD is GET without the body', async () => {
    const head = await request(server, '/', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body.length], [200, 0]);
    assert.equal(head.headers['content-length'], String(index.body.length));
    assert.equal(head.headers.etag, index.headers.etag);
  });

  test('what is not there, and what may not be done', async () => {
    for (const path of [
      '/nothing',
      '/assets/nothing.js',
      '/../etc/passwd',
      '/%2e%2e/etc/passwd',
      '/assets/..%2f..%2f',
      '//',
      '/\\',
      '/.git/config',
      '/r/',
      '/r/ab',
      '/r/ab/',
      '/r/standup/deep',
      '/r/stand..up',
    ]) {
      assert.equal((await request(server, path)).status, 404, path);
    }
    const api = await request(server, '/api/nothing');
    assert.deepEqual([api.status, api.errorCode], [404, 'not_found']);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await request(server, '/', { method });
      assert.deepEqual([response.status, response.headers.allow], [405, 'GET, HEAD'], method);
    }
  });
});
