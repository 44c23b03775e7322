import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBrowser } from '../test/support/fake_platform.ts';
import { statesOf, World } from '../test/support/world.ts';

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('presence', () => {
  test('people come, go and are sorted by name', async () => {
    const ana = await world.join('Ana');
    const cleo = await world.join('cleo');
    await world.join('Ben');
    await world.pass(20);
    expect(ana.client.people.map(({ name }) => name)).toEqual(['Ben', 'cleo']);
    expect(ana.client.peopleTotal).toBe(2);
    cleo.client.close();
    await world.pass(20);
    expect(ana.client.peopleTotal).toBe(1);
  });

  test('search leaves ourselves out, and says whether there is more', async () => {
    const ana = await world.join('Ana');
    await world.join('Anna');
    const found = ana.client.search('An');
    await world.pass(20);
    expect((await found).people.map(({ name }) => name)).toEqual(['Anna']);
  });

  test('a new name is told, and the identity goes with it', async () => {
    const browser = new FakeBrowser();
    const ana = await world.join('Ana', browser);
    const names: string[] = [];
    ana.client.on('name', (name) => names.push(name));
    const renamed = ana.client.setName(' Ana B. ');
    await world.pass(20);
    expect(await renamed).toBe('Ana B.');
    expect(names).toEqual(['Ana B.']);
    const again = await world.join('Ana B.', browser);
    expect(again.user).toBe(ana.user);
  });
});

describe('a call', () => {
  test('rings, is accepted, connects, and ends for both when one hangs up', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const out = ana.call(ben);
    const outStates = statesOf(out);
    await world.pass(50);
    expect(out.state).toBe('ringing');
    expect(ben.ring.from?.name).toBe('Ana');
    expect(ben.page.peerConnections, 'nothing before Accept').toEqual([]);

    const inStates = statesOf(ben.ring);
    const accepted = ben.ring.accept({ media: ben.media });
    await world.pass(300);
    await accepted;
    expect(outStates).toEqual(['calling', 'ringing', 'connecting', 'connected']);
    expect(inStates).toEqual(['ringing', 'connecting', 'connected']);
    for (const call of [out, ben.ring]) {
      const [other] = call.participants;
      expect(other?.link).toBe('connected');
      expect(
        other?.stream
          .getTracks()
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(['audio', 'video']);
      expect(other?.path).toMatchObject({ kind: 'direct', protocol: 'udp' });
      expect(call.connectedAt).not.toBeNull();
    }

    out.hangUp();
    await world.pass(50);
    expect([out.endReason, ben.ring.endReason]).toEqual(['hangup', 'hangup']);
    expect(world.ice.open).toEqual([]);
    expect(world.server.calls).toEqual([]);
    expect(world.server.errors).toEqual([]);
    expect(ana.client.calls.size + ben.client.calls.size).toBe(0);
  });

  test('sends what both have, in both directions', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    await world.callBetween(ana, ben);
    for (const { openConnections, media } of [ana, ben]) {
      expect(openConnections).toHaveLength(1);
      expect(openConnections[0]?.configuration.bundlePolicy).toBe('max-bundle');
      const sent = openConnections[0]?.getTransceivers().map(({ sender, direction }) => {
        expect(direction).toBe('sendrecv');
        return sender.track;
      });
      expect(sent).toEqual([media.track('audio'), media.track('video'), null, null]);
    }
  });

  test('ten in a row leave nothing behind', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    for (let round = 0; round < 10; round += 1) {
      const calls = await world.callBetween(round % 2 ? ana : ben, round % 2 ? ben : ana);
      expect(calls.out.state).toBe('connected');
      calls.in.hangUp();
      await world.pass(50);
      expect(calls.out.endReason).toBe('hangup');
    }
    expect(world.ice.open).toEqual([]);
    expect(world.server.errors).toEqual([]);
    expect(ana.source.asked, 'devices are asked for once').toEqual(['audio+video']);
  });

  test('can be declined, cancelled, busy, and to nobody', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const cleo = await world.join('Cleo');

    const declined = ana.call(ben);
    await world.pass(50);
    ben.ring.decline();
    await world.pass(50);
    expect([declined.endReason, ben.ring.endReason]).toEqual(['declined', 'declined']);

    const cancelled = ana.call(ben);
    await world.pass(50);
    cancelled.hangUp();
    await world.pass(50);
    expect([cancelled.endReason, ben.ring.endReason]).toEqual(['cancelled', 'cancelled']);

    await world.callBetween(ana, ben);
    for (const name of ['Dan', 'Eve', 'Finn']) (await world.join(name)).call(ben);
    await world.pass(50);
    const busy = cleo.call(ben);
    await world.pass(50);
    expect(busy.endReason).toBe('busy');
    expect(cleo.client.people.find(({ name }) => name === 'Ben')?.inCall).toBe(true);

    const nobody = cleo.client.call('nobody', { media: cleo.media });
    await world.pass(50);
    expect([nobody.endReason, nobody.error?.code]).toEqual(['error', 'unknown_user']);
  });

  test('cancelled before the server answered does not ring on', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const call = ana.call(ben);
    call.hangUp();
    expect(call.endReason).toBe('cancelled');
    await world.pass(50);
    expect(ben.ring.endReason).toBe('cancelled');
    expect(world.server.calls).toEqual([]);
  });

  test('answered on one device stops ringing on the other', async () => {
    const browser = new FakeBrowser();
    const ana = await world.join('Ana');
    const ben = await world.join('Ben', browser);
    const benToo = await world.join('Ben', browser);
    expect(benToo.user).toBe(ben.user);
    const out = ana.call(ben);
    await world.pass(50);
    void benToo.ring.accept({ media: benToo.media });
    await world.pass(300);
    expect(ben.ring.endReason).toBe('answered_elsewhere');
    expect([out.state, benToo.ring.state]).toEqual(['connected', 'connected']);
    expect(out.participants).toHaveLength(1);
  });

  test('with audio only turns the camera off, and it can be turned on again', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const out = ana.call(ben);
    await world.pass(50);
    void ben.ring.accept({ media: ben.media, video: false });
    await world.pass(300);
    expect(ben.source.given[1]?.readyState).toBe('ended');
    expect(out.participants[0]?.cameraOff).toBe(true);
    await ben.media.setCameraOff(false);
    ben.media.setMicrophoneMuted(true);
    await world.pass(100);
    const seen = out.participants[0];
    expect([seen?.cameraOff, seen?.microphoneMuted]).toEqual([false, true]);
    expect(ben.openConnections[0]?.getTransceivers()[1]?.sender.track).toBe(
      ben.media.track('video'),
    );
    expect(
      ben.openConnections[0]?.history.filter((entry) => entry === 'remote offer'),
    ).toHaveLength(1);
  });

  test('works with neither camera nor microphone', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    ben.media.stop();
    const calls = await world.callBetween(ana, ben);
    expect([calls.out.state, calls.in.state]).toEqual(['connected', 'connected']);
    expect(calls.out.participants[0]?.cameraOff).toBe(true);
    expect(calls.out.participants[0]?.microphoneMuted).toBe(true);
  });

  test('carries data both ways', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const calls = await world.callBetween(ana, ben);
    const heard: unknown[] = [];
    calls.in.on('data', ({ from, data }) => heard.push([from.name, data]));
    calls.out.on('data', ({ data }) => heard.push(data));
    calls.out.send('hello');
    const bytes = new Uint8Array([1, 2]).buffer;
    calls.in.send(bytes);
    await world.pass(50);
    expect(heard).toEqual([['Ana', 'hello'], bytes]);
  });

  test('of three is a full mesh in which whoever joined earlier offers', async () => {
    const [ana, ben, cleo] = [
      await world.join('Ana'),
      await world.join('Ben'),
      await world.join('Cleo'),
    ];
    const out = ana.call(ben, cleo);
    await world.pass(50);
    void cleo.ring.accept({ media: cleo.media });
    await world.pass(300);
    expect(out.state).toBe('connected');
    void ben.ring.accept({ media: ben.media });
    await world.pass(300);
    for (const someone of [ana, ben, cleo]) {
      const [call] = someone.client.calls;
      expect(call?.state).toBe('connected');
      expect(call?.participants).toHaveLength(2);
      expect(someone.openConnections).toHaveLength(2);
    }
    const offers = [ana, ben, cleo].map(
      ({ openConnections }) =>
        openConnections.filter(({ history }) => history[0] === 'local offer').length,
    );
    expect(offers, 'Ana to both, Cleo to Ben').toEqual([2, 0, 1]);
    cleo.ring.hangUp();
    await world.pass(50);
    expect(out.state).toBe('connected');
    expect(out.participants.map(({ name }) => name)).toEqual(['Ben']);
    expect(ana.openConnections).toHaveLength(1);
  });
});

describe('glare', () => {
  test('two who call each other at once are in one call, and neither rings', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const fromAna = ana.call(ben);
    const fromBen = ben.call(ana);
    await world.pass(300);
    expect([fromAna.state, fromBen.state]).toEqual(['connected', 'connected']);
    expect(fromAna.id).toBe(fromBen.id);
    expect([...ana.announced, ...ben.announced]).toEqual([]);
    expect(world.ice.open).toHaveLength(2);
  });

  test('calling back whoever rings here goes on as the call we started', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const out = ana.call(ben);
    await world.pass(50);
    const back = ben.call(ana);
    await world.pass(300);
    expect(ben.ring.endReason).toBe('answered_elsewhere');
    expect([out.state, back.state]).toEqual(['connected', 'connected']);
    back.hangUp();
    await world.pass(50);
    expect(out.endReason).toBe('hangup');
  });

  test('a call held back rings after all when ours fails', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const cleo = await world.join('Cleo');
    const toBoth = ben.client.call([ana.user], { media: ben.media });
    // The server forgets Ben's call.start: as if it had been refused.
    const incoming = {
      type: 'call.incoming',
      call: 'c',
      participant: 'p2',
      from: 'p1',
      video: true,
      participants: [
        { participant: 'p1', user: ana.user, name: 'Ana', state: 'joined' },
        { participant: 'p2', user: ben.user, name: 'Ben', state: 'invited' },
      ],
    };
    world.server.send(world.server.sessions[1]!, incoming);
    await world.pass(6);
    expect(ben.announced).toEqual([]);
    toBoth.hangUp();
    expect(ben.announced).toHaveLength(1);
    expect(cleo.announced).toEqual([]);
  });
});
