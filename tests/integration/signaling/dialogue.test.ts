// The whole dialogue of PROTOCOL.md, spoken by WebSocket clients that nobody here wrote, plain and over TLS.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeAuthority, type Certificate } from '../support/certificates.ts';
import { Client, type ClientOptions } from '../support/client.ts';
import { runPython } from '../support/python.ts';
import { Server } from '../support/server.ts';
import { openWs } from '../support/sockets.ts';
import { openUndici } from '../support/undici.ts';

const offer = { link: 'a1', generation: 1, description: { type: 'offer', sdp: 'v=0\r\n…' } };
const answer = {
  link: 'b1',
  generation: 1,
  description: { type: 'answer', sdp: 'v=0\r\n\u{1F600}' },
};

async function wholeDialogue(
  server: Server,
  library: string,
  options: ClientOptions,
): Promise<void> {
  // Others speak to the same server at the same time, and two of one name would be marked.
  const caller = `Ana of ${library}`;
  const name = `Ben of ${library}`;
  const ana = await Client.join(server, ` ${caller}\t `, {}, options);
  assert.equal(await ana.subprotocol, 'visavis.v1');
  assert.equal(ana.welcome.name, caller);
  assert.equal(ana.welcome.resume.resumed, false);
  assert.deepEqual(ana.welcome.calls, []);

  const ben = await Client.join(server, name, {}, options);
  assert.equal(ben.welcome.epoch, ana.welcome.epoch);
  await ben.knows((people) => people.get(ana.user)?.name === caller, 'Ben sees Ana');
  await ana.knows((people) => people.get(ben.user)?.name === name, 'Ana sees Ben');

  const found = await ana.request(
    { type: 'people.search', query: `BEN OF ${library.toUpperCase()}` },
    'people.found',
  );
  assert.deepEqual(found.people, [{ user: ben.user, name }]);
  assert.equal(found.more, false);

  const ringing = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
  const incoming = await ben.next('call.incoming');
  const { call } = ringing;
  assert.equal(incoming.call, call);
  assert.equal(incoming.from, ringing.participant);
  assert.equal(incoming.video, true);
  assert.deepEqual(incoming.participants, [
    { participant: ringing.participant, user: ana.user, name: caller, state: 'joined' },
    { participant: incoming.participant, user: ben.user, name, state: 'invited' },
  ]);
  assert.deepEqual(ringing.participants, incoming.participants);

  // Signals pass while it rings.
  ana.send({ type: 'signal', call, to: incoming.participant, data: offer });
  assert.deepEqual(await ben.next('signal'), {
    type: 'signal',
    call,
    from: ringing.participant,
    data: offer,
  });

  const accepted = await ben.request({ type: 'call.accept', call }, 'call.accepted');
  const told = await ana.next('call.accepted');
  assert.equal('id' in told, false);
  assert.equal(told.participant, incoming.participant);
  assert.deepEqual(told.participants, accepted.participants);
  assert(told.participants.every(({ state }) => state === 'joined'));
  ben.send({ type: 'signal', call, to: ringing.participant, data: answer });
  assert.deepEqual(await ana.next('signal'), {
    type: 'signal',
    call,
    from: incoming.participant,
    data: answer,
  });
  await ana.knows((people) => people.get(ben.user)?.in_call === true, 'Ben is shown in a call');

  assert.equal((await ana.request({ type: 'call.end', call }, 'call.ended')).reason, 'hangup');
  assert.deepEqual(await ben.next('call.ended'), { type: 'call.ended', call, reason: 'hangup' });
  await ana.knows(
    (people) => people.get(ben.user)?.in_call !== true,
    'Ben is shown out of the call',
  );

  await ana.silent();
  await ben.silent();
  ben.close();
  await ana.knows((people) => !people.has(ben.user), 'Ana sees Ben leave');
  ana.close();
  assert.equal((await ana.closed()).code, 1000);
}

for (const transport of ['plain', 'TLS'] as const) {
  describe(`the whole dialogue over ${transport}`, { concurrency: true }, () => {
    let server: Server;
    let authority: Certificate | undefined;
    before(async () => {
      if (transport === 'TLS') authority = await makeAuthority();
      const pair = await authority?.issue('localhost');
      server = await Server.start(
        pair === undefined ? {} : { args: ['--tls-cert', pair.certificate, '--tls-key', pair.key] },
      );
    });
    after(async () => {
      await server.stop();
      await authority?.remove();
    });

    for (const [library, open] of Object.entries({ ws: openWs, undici: openUndici })) {
      test(`npm ${library}`, async () => {
        await wholeDialogue(server, library, { open, ca: authority?.pem });
      });
    }
    for (const library of ['websockets', 'wsproto']) {
      test(`python3-${library}`, async () => {
        await runPython(`${library}_dialogue.py`, [server.socketUrl, authority?.file ?? '']);
      });
    }
  });
}
