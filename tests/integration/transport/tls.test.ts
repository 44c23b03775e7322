// TLS on the same port: certificates given and made, kept and exchanged.
import assert from 'node:assert/strict';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { type Certificate, type KeyPair, makeAuthority } from '../support/certificates.ts';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { inTime, until } from '../support/pace.ts';
import { Random } from '../support/random.ts';
import { RawConnection } from '../support/raw.ts';
import { Server } from '../support/server.ts';
import { forEachTogether } from '../support/together.ts';

interface Session {
  protocol: string | null;
  certificate: PeerCertificate;
}

async function handshake(server: Server, options: ConnectionOptions = {}): Promise<Session> {
  const socket = connect({
    host: '127.0.0.1',
    port: server.port,
    rejectUnauthorized: false,
    ...options,
  });
  const session = new Promise<Session>((resolve, reject) => {
    socket.once('secureConnect', () => {
      resolve({ protocol: socket.getProtocol(), certificate: socket.getPeerCertificate() });
    });
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('closed'));
    });
  });
  try {
    return await inTime(session, 'the TLS handshake');
  } finally {
    socket.destroy();
  }
}

describe('TLS', { concurrency: true }, () => {
  let authority: Certificate;
  let pair: KeyPair;
  let server: Server;
  before(async () => {
    authority = await makeAuthority();
    pair = await authority.issue('localhost');
    server = await Server.start({ args: ['--tls-cert', pair.certificate, '--tls-key', pair.key] });
  });
  after(async () => {
    await server.stop();
    await authority.remove();
  });

  test('1.3 and 1.2 are spoken, nothing older', async () => {
    assert.match(server.origin, /^https:/);
    assert.equal((await handshake(server)).protocol, 'TLSv1.3');
    assert.equal((await handshake(server, { maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2');
    const old = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    await assert.rejects(handshake(server, old), /PROTOCOL_VERSION|protocol version/i);
  });

  test('the certificate is trusted through its authority, for its names', async () => {
    const response = await request(server, '/healthz', { ca: authority.pem });
    assert.equal(response.status, 200);
    const wrongName = { rejectUnauthorized: true, ca: authority.pem, servername: 'other.example' };
    await assert.rejects(handshake(server, wrongName), /altnames/);
  });

  test('large messages pass whole, both ways', async () => {
    const options = { ca: authority.pem };
    const ana = await Client.join(server, 'Ana', {}, options);
    const ben = await Client.join(server, 'Ben', {}, options);
    const { call } = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    const { participant } = await ben.next('call.incoming');
    await ben.request({ type: 'call.accept', call }, 'call.accepted');
    await ana.next('call.accepted');
    for (const length of [1, 16_383, 16_384, 16_385, 40_000, 65_000]) {
      const data = { pad: 'é'.repeat(length / 2) };
      ana.send({ type: 'signal', call, to: participant, data });
      assert.deepEqual((await ben.next('signal')).data, data);
      await ben.silent(); // acknowledges it, so that the next one has room
    }
  });

  test('who does not speak TLS is let go', async () => {
    const connection = await RawConnection.open(server);
    connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await connection.rest();
    connection.destroy();
    const random = new Random();
    await random.told(() =>
      forEachTogether(
        Array.from({ length: 128 }, (_, n) =>
          Buffer.concat([Buffer.from([22, 3, 1, 0, n]), random.bytes(n)]),
        ),
        async (bytes) => {
          const broken = await RawConnection.open(server);
          broken.write(bytes);
          broken.finish();
          await broken.rest();
          broken.destroy();
        },
      ),
    );
    assert.equal((await request(server, '/healthz')).status, 200);
  });

  test('SIGHUP brings a new certificate in; connections that stand go on; a bad one is not taken', async () => {
    const certificate = join(tmpdir(), `visavis-${process.pid}-cert.pem`);
    const key = join(tmpdir(), `visavis-${process.pid}-key.pem`);
    const use = async (next: KeyPair): Promise<void> => {
      await copyFile(next.certificate, certificate);
      await copyFile(next.key, key);
    };
    const subject = async (): Promise<string> =>
      String((await handshake(own)).certificate.subject.CN);
    const [first, second] = [await authority.issue('first'), await authority.issue('second')];
    await use(first);
    const own = await Server.start({ args: ['--tls-cert', certificate, '--tls-key', key] });
    try {
      const ana = await Client.join(own, 'Ana', {}, { ca: authority.pem });
      assert.equal(await subject(), 'first');
      await use(second);
      own.signal('SIGHUP');
      await until(async () => (await subject()) === 'second', 'the new certificate');
      await ana.silent();

      const logged = own.log.length;
      await writeFile(certificate, 'not a certificate');
      own.signal('SIGHUP');
      await until(() => /\S/.test(own.log.slice(logged)), 'the log says so');
      assert.match(own.log.slice(logged), /certificate/i);
      assert.equal(await subject(), 'second');
      await ana.silent();
    } finally {
      await own.stop();
      await rm(certificate);
      await rm(key);
    }
  });

  test('a self-signed certificate names this host and is kept', async () => {
    const dataDir = join(tmpdir(), `visavis-${process.pid}-self-signed`);
    try {
      const fingerprints: string[] = [];
      for (let start = 0; start < 2; start += 1) {
        const own = await Server.start({ args: ['--tls-self-signed'], dataDir });
        const { certificate } = await handshake(own);
        assert.match(certificate.subjectaltname ?? '', /DNS:localhost/);
        assert.match(certificate.subjectaltname ?? '', /IP Address:127\.0\.0\.1/);
        const days = (Date.parse(certificate.valid_to) - Date.now()) / 86_400_000;
        assert(days > 30 && days < 826, `good for ${days} days`); // browsers refuse longer ones
        fingerprints.push(certificate.fingerprint256);
        const pem = `-----BEGIN CERTIFICATE-----\n${certificate.raw.toString('base64')}\n-----END CERTIFICATE-----\n`;
        const client = await Client.join(own, 'Ana', {}, { ca: pem });
        await client.silent();
        await own.stop();
      }
      assert.equal(fingerprints[0], fingerprints[1]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
