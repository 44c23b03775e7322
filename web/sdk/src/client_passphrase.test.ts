import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakePeerConnection } from '../test/support/fake_peer_connection.ts';
import { statesOf, World, type Someone } from '../test/support/world.ts';
import type { Call } from './call/call.ts';
import { PROOF_TIMEOUT_MS } from './base/limits.ts';

const ROOM = 'lumo-kate-rido-basu';
const passphrase = 'open sesame';

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

const trustIn = (call: Call): string[][] =>
  call.participants.map(({ name, trust, link }) => [name, trust, link]);
const sentBy = (pc: FakePeerConnection): boolean[] =>
  pc.getTransceivers().map(({ sender }) => sender.track !== null);

/** Somebody who enters the room, after half a second. */
async function enter(name: string, options: { passphrase?: string | null }): Promise<Someone> {
  const someone = await world.join(name);
  someone.enter(ROOM, options);
  await world.pass(500);
  return someone;
}

describe('a passphrase', () => {
  test('that everybody knows is proven by everybody to everybody', async () => {
    const people = await world.room(ROOM, ['Ana', 'Ben', 'Cleo'], { passphrase });
    for (const { current } of people) {
      expect([current.state, current.passphrase]).toEqual(['connected', passphrase]);
      expect(trustIn(current).map(([, ...rest]) => rest)).toEqual(
        Array(2).fill(['proven', 'connected']),
      );
    }
    const [ana, ben] = people as [Someone, Someone];
    expect(sentBy(ana.openConnections[0]!)).toEqual([true, true, false, false]);
    expect(ben.current.participants[0]?.stream.getTracks()).toHaveLength(2);
    const heard: unknown[] = [];
    ana.current.on('data', ({ data }) => heard.push(data));
    ben.current.send('here');
    ben.current.setHandRaised(true);
    await world.pass(50);
    expect([heard, ana.current.participants[0]?.handRaised]).toEqual([['here'], true]);
  });

  test('never reaches the server', async () => {
    await world.room(ROOM, ['Ana', 'Ben'], { passphrase });
    expect(JSON.stringify(world.received)).toContain('room.join');
    expect(JSON.stringify(world.received)).not.toContain('sesame');
  });

  test('that is wrong sends the newcomer away and leaves the others be', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'], { passphrase })) as [
      Someone,
      Someone,
    ];
    const states = [ana, ben].map(({ current }) => statesOf(current));
    const cleo = await world.join('Cleo');
    const call = cleo.enter(ROOM, { passphrase: 'open barley' });
    const through = statesOf(call);
    const refused: unknown[] = [];
    ana.current.on('participants', () => {
      for (const one of ana.current.participants) {
        one.on('change', () => refused.push([one.name, one.trust, one.link]));
      }
    });
    await world.pass(500);
    expect(through).toEqual(['calling', 'connecting', 'ended']);
    expect([call.endReason, call.error?.code]).toEqual(['error', 'passphrase_wrong']);
    expect(states).toEqual([['connected'], ['connected']]);
    expect(refused).toContainEqual(['Cleo', 'refused', 'failed']);
    expect(trustIn(ana.current)).toEqual([['Ben', 'proven', 'connected']]);
  });

  test('that is missing is asked for', async () => {
    const ana = await enter('Ana', { passphrase });
    const ben = await world.join('Ben');
    const call = ben.enter(ROOM);
    await world.pass(500);
    expect([call.endReason, call.error?.code]).toEqual(['error', 'passphrase_needed']);
    expect(ana.current.state).toBe('alone');
  });

  test('that nobody inside has is no good to a newcomer', async () => {
    const ana = await enter('Ana', {});
    const ben = await world.join('Ben');
    const call = ben.enter(ROOM, { passphrase });
    await world.pass(500);
    expect([call.endReason, call.error?.code]).toEqual(['error', 'passphrase_wrong']);
    expect([ana.current.state, ana.current.error]).toEqual(['alone', null]);
  });

  test('is proven again by a connection that starts afresh', async () => {
    world.server.relay = true;
    const [ana] = (await world.room(ROOM, ['Ana', 'Ben'], { passphrase })) as [Someone];
    const [other] = ana.current.participants;
    const trusts: string[] = [];
    other?.on('change', () => trusts.push(other.trust));
    ana.client.setIceTransportPolicy('relay');
    await world.pass(5_000);
    expect(trusts).toContain('proving');
    expect(trusts.at(-1)).toBe('proven');
    expect([ana.page.peerConnections.length, ana.current.state]).toEqual([2, 'connected']);
    expect(sentBy(ana.openConnections[0]!)).toEqual([true, true, false, false]);
  });

  test('is not needed where a call has no name', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const { out } = await world.callBetween(ana, ben);
    expect([out.passphrase, trustIn(out)]).toEqual([null, [['Ben', 'open', 'connected']]]);
  });

  test('can be given with the answer to an invitation', async () => {
    const ana = await enter('Ana', { passphrase });
    const ben = await world.join('Ben');
    await world.until(ana.current.invite([ben.user]));
    await world.until(ben.ring.accept({ media: ben.media, passphrase }));
    await world.pass(500);
    expect(trustIn(ana.current)).toEqual([['Ben', 'proven', 'connected']]);
  });

  test('on an insecure page ends the call and says why', async () => {
    const ana = await world.join('Ana');
    ana.page.subtle = null;
    const call = ana.enter(ROOM, { passphrase });
    expect(call.state).toBe('calling');
    await world.pass(100);
    expect([call.endReason, call.error?.code]).toEqual(['error', 'insecure_context']);
    expect(world.server.calls).toEqual([]);
  });
});

describe('until it is proven', () => {
  let ana: Someone;
  let ben: Someone;
  /** Of Ana, who has proven nothing to Ben. */
  let pc: FakePeerConnection;
  let sendPastTheFilter: (data: unknown) => void;

  /** Ana's browser keeps to itself what its page says of the passphrase. */
  beforeEach(async () => {
    ana = await enter('Ana', { passphrase });
    ben = await world.join('Ben');
    ben.enter(ROOM, { passphrase });
    await world.pass(20);
    pc = ana.openConnections[0]!;
    const channel = pc.channels.get(0)!;
    const send = channel.send.bind(channel);
    sendPastTheFilter = send;
    channel.send = (data) => {
      if (!String(data).includes('proof')) send(data);
    };
    await world.pass(500);
  });

  test('nothing is sent, and nothing taken', async () => {
    expect(pc.connectionState).toBe('connected');
    const heard: unknown[] = [];
    const { current } = ben;
    current.on('data', ({ data }) => heard.push(data));
    current.on('reaction', ({ emoji }) => heard.push(emoji));
    const media = { microphone_muted: true, camera_off: true, hand_raised: true };
    pc.channels.get(0)!.send(JSON.stringify({ type: 'media', ...media }));
    pc.channels.get(0)!.send('{"type":"data","data":"psst"}');
    pc.channels.get(0)!.send('{"type":"reaction","emoji":"👍"}');
    pc.channels.get(0)!.send(new ArrayBuffer(4));
    await world.pass(100);
    const [other] = current.participants;
    expect([heard, other?.handRaised, other?.microphoneMuted]).toEqual([[], false, false]);
    expect(other?.stream.getTracks()).toEqual([]);
    expect(trustIn(current)).toEqual([['Ana', 'proving', 'connecting']]);
    expect(sentBy(ben.openConnections[0]!)).toEqual([false, false, false, false]);
    expect(() => {
      current.send('to nobody');
    }).toThrow(expect.objectContaining({ code: 'no_channel' }));
  });

  test('it is waited for, but not for ever', async () => {
    const call = ben.current;
    await world.pass(PROOF_TIMEOUT_MS);
    expect([call.endReason, call.error?.code]).toEqual(['error', 'passphrase_wrong']);
  });

  test('a path that is down is no refusal', async () => {
    world.ice.cut();
    await world.pass(PROOF_TIMEOUT_MS + 5_000);
    expect(ben.current.state).toBe('connecting');
  });

  test('a proof that is sent back proves nothing', async () => {
    const call = ben.current;
    const own = ben.openConnections[0]!.channels.get(0)!.sent.find((data) =>
      String(data).includes('"mac"'),
    );
    expect(own).toBeDefined();
    pc.channels.get(0)!.onmessage = null;
    sendPastTheFilter(own);
    await world.pass(100);
    expect(call.error?.code).toBe('passphrase_wrong');
  });
});

test('a server that puts certificates of its own in place of theirs is found out', async () => {
  world.server.onSignal = (_from, _to, data) => {
    const text = JSON.stringify(data);
    return JSON.parse(text.replace(/sha-256 AB:CD:/g, 'sha-256 EE:EE:')) as object;
  };
  const ana = await enter('Ana', { passphrase });
  const ben = await world.join('Ben');
  const call = ben.enter(ROOM, { passphrase });
  const heard: unknown[] = [];
  call.on('data', ({ data }) => heard.push(data));
  await world.pass(500);
  expect([call.endReason, call.error?.code, heard]).toEqual(['error', 'passphrase_wrong', []]);
  expect(ana.current.state).toBe('alone');
});

test('a certificate that changes within a connection is not taken', async () => {
  const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'], { passphrase })) as [Someone, Someone];
  world.server.onSignal = (_from, _to, data) => {
    const text = JSON.stringify(data);
    return JSON.parse(text.replace(/sha-256 AB:CD:/g, 'sha-256 EE:EE:')) as object;
  };
  const before = ben.openConnections[0]!.history.length;
  world.ice.change();
  ana.page.fire('network');
  await world.pass(1_000);
  expect(ben.openConnections[0]!.history.slice(before)).not.toContain('remote offer');
  expect(ben.current.error?.code).toBe('negotiation_failed');
});
