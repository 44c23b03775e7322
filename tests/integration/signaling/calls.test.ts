// Every way a call can go (PROTOCOL.md section 6), read as dialogues.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { Server } from '../support/server.ts';

describe('calls', { concurrency: true }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    await server.stop();
  });

  const join = (name: string): Promise<Client> => Client.join(server, name);

  interface Ring {
    call: string;
    caller: string;
    callee: string;
  }
  async function ring(ana: Client, ben: Client): Promise<Ring> {
    const ringing = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    const incoming = await ben.next('call.incoming');
    return { call: ringing.call, caller: ringing.participant, callee: incoming.participant };
  }
  async function talk(ana: Client, ben: Client): Promise<Ring> {
    const rang = await ring(ana, ben);
    await ben.request({ type: 'call.accept', call: rang.call }, 'call.accepted');
    await ana.next('call.accepted');
    return rang;
  }
  async function allSilent(...clients: Client[]): Promise<void> {
    for (const client of clients) await client.silent();
    for (const client of clients) client.close();
  }

  test('declined', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    const { call } = await ring(ana, ben);
    assert.equal(
      (await ben.request({ type: 'call.decline', call }, 'call.ended')).reason,
      'declined',
    );
    assert.deepEqual(await ana.next('call.ended'), {
      type: 'call.ended',
      call,
      reason: 'declined',
    });
    await allSilent(ana, ben);
  });

  test('cancelled', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    const { call } = await ring(ana, ben);
    assert.equal((await ana.request({ type: 'call.end', call }, 'call.ended')).reason, 'cancelled');
    assert.deepEqual(await ben.next('call.ended'), {
      type: 'call.ended',
      call,
      reason: 'cancelled',
    });
    await ben.refused({ type: 'call.accept', call }, 'unknown_call');
    await allSilent(ana, ben);
  });

  test('a second call while talking: it rings, and is answered after the first has ended', async () => {
    const [ana, ben, cleo] = [await join('Ana'), await join('Ben'), await join('Cleo')];
    const { call } = await talk(ana, ben);
    const second = await ring(cleo, ben);
    assert.notEqual(second.call, call);
    await ana.refused({ type: 'call.start', to: [cleo.user] }, 'call_limit');
    await ben.refused({ type: 'call.accept', call: second.call }, 'call_limit');
    await ben.request({ type: 'call.end', call }, 'call.ended');
    assert.equal((await ana.next('call.ended')).reason, 'hangup');
    await ben.request({ type: 'call.accept', call: second.call }, 'call.accepted');
    assert.equal((await cleo.next('call.accepted')).call, second.call);
    await allSilent(ana, ben, cleo);
  });

  test('busy, when three others ring there', async () => {
    const ben = await join('Ben');
    for (const name of ['Ana', 'Cleo', 'Dan']) await ring(await join(name), ben);
    const eve = await join('Eve');
    const ended = await eve.request({ type: 'call.start', to: [ben.user] }, 'call.ended');
    assert.equal(ended.reason, 'busy');
    await allSilent(ben, eve);
  });

  test('whoever does not answer is not rung again at once a third time', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    for (let round = 0; round < 2; round += 1) {
      const { call } = await ring(ana, ben);
      await ben.request({ type: 'call.decline', call }, 'call.ended');
      await ana.next('call.ended');
    }
    const error = await ana.request({ type: 'call.start', to: [ben.user] }, 'error');
    assert.equal(error.code, 'rate_limited');
    assert.match(error.message, /^Ben has not answered\. Try again in \d+ seconds?\.$/);
    const wait = error.retry_after_ms ?? 0;
    assert.ok(wait > 0 && wait <= 10_000, String(wait));
    await allSilent(ana, ben);
  });

  test('whoever is blocked rings at nobody, and is not told', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    const { call } = await ring(ana, ben);
    const blocks = await ben.request(
      { type: 'people.block', user: ana.user, blocked: true },
      'people.blocks',
    );
    assert.deepEqual(blocks.blocked, [ana.user]);
    assert.deepEqual(await ben.next('call.ended'), {
      type: 'call.ended',
      call,
      reason: 'declined',
    });
    for (const each of [ana, ben]) await each.silent();
    assert.equal((await ana.request({ type: 'call.end', call }, 'call.ended')).reason, 'cancelled');
    const again = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    const part = again.participants[1]?.participant ?? '';
    ana.send({ type: 'signal', call: again.call, to: part, data: { generation: 1 } });
    await ben.refused({ type: 'call.accept', call: again.call }, 'not_in_call');
    await allSilent(ana, ben);
  });

  test('a call again after each end, ten times', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    const calls = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      const [caller, callee] = round % 2 === 0 ? [ana, ben] : [ben, ana];
      const { call } = await talk(caller, callee);
      calls.add(call);
      await callee.request({ type: 'call.end', call }, 'call.ended');
      assert.equal((await caller.next('call.ended')).reason, 'hangup');
    }
    assert.equal(calls.size, 10);
    await allSilent(ana, ben);
  });

  test('glare becomes one call', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    const { call, callee } = await ring(ana, ben);
    // Ben calls Ana before he has seen her call.
    const accepted = await ben.request({ type: 'call.start', to: [ana.user] }, 'call.accepted');
    assert.equal(accepted.call, call);
    assert.equal(accepted.participant, callee);
    assert.equal((await ana.next('call.accepted')).participant, callee);
    await allSilent(ana, ben);
  });

  test('glare at the same moment, many times over', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    for (let round = 0; round < 50; round += 1) {
      ana.send({ type: 'call.start', id: 900, to: [ben.user] });
      ben.send({ type: 'call.start', id: 900, to: [ana.user] });
      const outcome = async (client: Client): Promise<string> => {
        const first = await client.nextOf('call.ringing', 'call.incoming');
        assert.equal(first.participants.length, 2);
        const accepted = await client.next('call.accepted');
        assert.equal(accepted.call, first.call);
        assert(accepted.participants.every(({ state }) => state === 'joined'));
        return accepted.call;
      };
      const [call, same] = await Promise.all([outcome(ana), outcome(ben)]);
      assert.equal(call, same);
      await ana.request({ type: 'call.end', call }, 'call.ended');
      await ben.next('call.ended');
    }
    await allSilent(ana, ben);
  });

  test('answered elsewhere: all devices ring, one answers, the others stop', async () => {
    const ana = await join('Ana');
    const phone = await join('Ben');
    const laptop = await Client.join(server, 'Ben', { identity: phone.welcome.identity });
    assert.equal(laptop.user, phone.user);
    const ringing = await ana.request({ type: 'call.start', to: [phone.user] }, 'call.ringing');
    assert.equal(ringing.participants.length, 3);
    const { call } = ringing;
    const onPhone = await phone.next('call.incoming');
    const onLaptop = await laptop.next('call.incoming');
    assert.notEqual(onPhone.participant, onLaptop.participant);
    laptop.send({ type: 'call.accept', call });
    assert.equal((await phone.next('call.ended')).reason, 'answered_elsewhere');
    for (const joined of [ana, laptop]) {
      const left = await joined.next('call.left');
      assert.deepEqual(
        [left.participant, left.reason],
        [onPhone.participant, 'answered_elsewhere'],
      );
      const accepted = await joined.next('call.accepted');
      assert.equal(accepted.participant, onLaptop.participant);
      assert.equal(accepted.participants.length, 2);
    }
    await phone.refused({ type: 'call.end', call }, 'not_in_call');
    await allSilent(ana, phone, laptop);
  });

  test('declined on one device is declined on all', async () => {
    const ana = await join('Ana');
    const phone = await join('Ben');
    const laptop = await Client.join(server, 'Ben', { identity: phone.welcome.identity });
    const { call } = await ana.request({ type: 'call.start', to: [phone.user] }, 'call.ringing');
    await phone.next('call.incoming');
    await laptop.next('call.incoming');
    await phone.request({ type: 'call.decline', call }, 'call.ended');
    assert.equal((await laptop.next('call.ended')).reason, 'declined');
    assert.equal((await ana.next('call.ended')).reason, 'declined');
    await allSilent(ana, phone, laptop);
  });

  test('a device that comes late rings, too', async () => {
    const [ana, phone] = [await join('Ana'), await join('Ben')];
    const { call } = await ring(ana, phone);
    const laptop = await Client.join(server, 'Ben', { identity: phone.welcome.identity });
    assert.equal((await laptop.next('call.incoming')).call, call);
    // The caller learns the new participant, so that signals reach it.
    assert.equal((await ana.next('call.ringing')).participants.length, 3);
    laptop.send({ type: 'call.accept', call });
    await laptop.next('call.left');
    await laptop.next('call.accepted');
    assert.equal((await phone.next('call.ended')).reason, 'answered_elsewhere');
  });

  test('three people: one declines, one comes and goes, the call ends with the last pair', async () => {
    const [ana, ben, cleo] = [await join('Ana'), await join('Ben'), await join('Cleo')];
    const started = await ana.request(
      { type: 'call.start', to: [ben.user, cleo.user] },
      'call.ringing',
    );
    const { call } = started;
    const benPart = (await ben.next('call.incoming')).participant;
    const cleoPart = (await cleo.next('call.incoming')).participant;
    // Two who both only ring have nothing to tell each other yet.
    await ben.refused({ type: 'signal', call, to: cleoPart, data: {} }, 'not_in_call');
    await ben.request({ type: 'call.accept', call }, 'call.accepted');
    await ana.next('call.accepted');
    await cleo.next('call.accepted');
    ben.send({ type: 'signal', call, to: cleoPart, data: { generation: 1 } });
    assert.equal((await cleo.next('signal')).from, benPart);
    await cleo.request({ type: 'call.decline', call }, 'call.ended');
    for (const other of [ana, ben]) {
      const left = await other.next('call.left');
      assert.deepEqual([left.participant, left.reason], [cleoPart, 'declined']);
    }
    await ana.request({ type: 'call.end', call }, 'call.ended');
    assert.equal((await ben.next('call.ended')).reason, 'hangup');
    await allSilent(ana, ben, cleo);
  });

  test('one of two called is busy: it rings at the other', async () => {
    const [ana, ben, cleo, dan] = [
      await join('Ana'),
      await join('Ben'),
      await join('Cleo'),
      await join('Dan'),
    ];
    for (const name of ['Eve', 'Finn', 'Gus']) await ring(await join(name), cleo);
    const ringing = await ana.request(
      { type: 'call.start', to: [ben.user, cleo.user] },
      'call.ringing',
    );
    assert.deepEqual(ringing.busy, [cleo.user]);
    assert.equal(ringing.participants.length, 2);
    await ben.next('call.incoming');
    await allSilent(ana, cleo, dan);
  });

  test('a person who closes the page for good has left the call', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    const { call } = await talk(ana, ben);
    ben.close(1000);
    assert.deepEqual(await ana.next('call.ended'), { type: 'call.ended', call, reason: 'hangup' });
    await allSilent(ana);
  });

  test('nobody signals into a call of others, or as somebody else', async () => {
    const [ana, ben, eve] = [await join('Ana'), await join('Ben'), await join('Eve')];
    const { call, caller, callee } = await talk(ana, ben);
    await eve.refused({ type: 'signal', call, to: callee, data: {} }, 'not_in_call');
    await eve.refused({ type: 'call.accept', call }, 'not_in_call');
    await eve.refused({ type: 'call.end', call }, 'not_in_call');
    await ana.refused({ type: 'signal', call, to: caller, data: {} }, 'unknown_participant');
    await ana.refused({ type: 'signal', call, to: 'nobody', data: {} }, 'unknown_participant');
    await ana.refused({ type: 'signal', call: 'nowhere', to: callee, data: {} }, 'unknown_call');
    ana.sendText(
      JSON.stringify({ type: 'signal', call, to: callee, from: 'Eve', data: { from: 'Eve' } }),
    );
    assert.deepEqual(await ben.next('signal'), {
      type: 'signal',
      call,
      from: caller,
      data: { from: 'Eve' },
    });
    await allSilent(ana, ben, eve);
  });

  test('signals arrive in order and byte for byte', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    const { call, callee } = await talk(ana, ben);
    const tricky = '{"b":1.0,"a":"\\u00e4\\/","b":[1e2,-0.0,{}],"text":"\u2028\u{1F600}"}';
    const arrived = ben.nextText('signal');
    ana.sendText(`{"data": ${tricky} ,"type":"signal","to":"${callee}","call":"${call}"}`);
    assert((await arrived).includes(`"data":${tricky}`), await arrived);
    // As many as wait for Ben's acknowledgement, time and again.
    for (let first = 0; first < 200; first += 50) {
      const numbers = Array.from({ length: 50 }, (_, index) => first + index);
      for (const n of numbers) {
        const pad = 'x'.repeat((n * 37) % 900);
        ana.send({ type: 'signal', call, to: callee, data: { n, pad } });
      }
      for (const n of numbers) assert.equal((await ben.next('signal')).data['n'], n);
      await ben.silent();
    }
    await allSilent(ana, ben);
  });

  test('what cannot be done is refused with its reason', async () => {
    const [ana, ben] = [await join('Ana'), await join('Ben')];
    await ana.refused({ type: 'call.start', to: ['nobody'] }, 'unknown_user');
    await ana.refused({ type: 'call.start', to: [ana.user] }, 'invalid_field');
    await ana.refused({ type: 'call.start', to: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'call_full');
    await ana.refused({ type: 'call.end', call: 'nowhere' }, 'unknown_call');
    const { call } = await ring(ana, ben);
    await ana.refused({ type: 'call.accept', call }, 'not_in_call');
    await ana.refused({ type: 'call.decline', call }, 'not_in_call');
    await ben.refused({ type: 'call.end', call }, 'not_in_call');
    await allSilent(ana, ben);
  });

  test('missed', async () => {
    const impatient = await Server.start({ limits: { ring_timeout_ms: 1_000 } });
    try {
      const ana = await Client.join(impatient, 'Ana');
      const ben = await Client.join(impatient, 'Ben');
      assert.equal(ana.welcome.limits.ring_ms, 1_000);
      const { call } = await ring(ana, ben);
      assert.deepEqual(await ana.next('call.ended'), {
        type: 'call.ended',
        call,
        reason: 'missed',
      });
      assert.deepEqual(await ben.next('call.ended'), {
        type: 'call.ended',
        call,
        reason: 'missed',
      });
      await allSilent(ana, ben);
    } finally {
      await impatient.stop();
    }
  });
});
