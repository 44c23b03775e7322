import { beforeEach, describe, expect, it } from 'vitest';

import { checkWords as words } from '../strings/check.ts';
import { FakeCheckTools, FakePath, LOAD, NO_UDP } from '../testing/fake_check_tools.ts';
import { FakeMedia } from '../testing/fake_media.ts';
import { CheckViewModel, type Step } from './check_view_model.ts';

let tools: FakeCheckTools;
let media: FakeMedia;
let check: CheckViewModel;

beforeEach(() => {
  tools = new FakeCheckTools();
  media = new FakeMedia();
  media.arrive();
  check = new CheckViewModel(media, tools);
});

describe('a check', () => {
  it('begins when somebody wants it', () => {
    expect(check.phase).toBe('ready');
    expect(check.verdict).toBeNull();
    expect(check.report).toBe('');
  });

  it('asks the server, tries all ways, then measures, and says what it found', async () => {
    const steps = new Set<Step>();
    check.subscribe(() => steps.add(check.step));
    const running = check.start();
    expect(check.phase).toBe('running');
    expect(check.verdict).toBeNull();
    await running;
    expect(check.phase).toBe('done');
    expect([...steps]).toEqual(['server', 'ways', 'load']);
    expect(check.verdict).toMatchObject({ level: 'good', enoughFor: words.enough.all });
    expect(check.report).toContain('[ok] Relay: The relay can be reached over UDP, TCP, and TLS.');
  });

  it('measures over the best way, within what is allowed, and closes all', async () => {
    const [udp, tcp, tls] = [new FakePath(), new FakePath(), new FakePath()];
    tools.ways = { tls, tcp, udp };
    await check.start();
    expect(check.observations.over).toBe('udp');
    expect(udp.bytesMax).toEqual([tools.bytesMax]);
    expect([...tcp.bytesMax, ...tls.bytesMax]).toEqual([]);
    expect([udp, tcp, tls].map(({ isOpen }) => isOpen)).toEqual([false, false, false]);
  });

  it('tells up from down only where a call may need more than there is', async () => {
    await check.start();
    expect(tools.downloads).toBe(0);
    tools.ways = null;
    tools.load = { ...LOAD, bitrate: 1_200_000, capped: false };
    tools.downloadSeen = { bitrate: 8_000_000, capped: false };
    await check.start();
    expect(tools.downloads).toBe(1);
    expect(check.observations.download).toEqual(tools.downloadSeen);
    expect(check.report).toContain('Bandwidth: 1.2 Mbit/s up, 8.0 Mbit/s down.');
    tools.ways = null;
    tools.load = { ...LOAD, bitrate: 0, capped: false };
    await check.start();
    expect(tools.downloads).toBe(1);
  });

  it('takes the next best way where UDP is blocked', async () => {
    tools.udpSeen = NO_UDP;
    const tcp = new FakePath();
    tools.ways = { udp: { problem: 'no_answer', errorCode: 701 }, tcp };
    await check.start();
    expect(check.observations.over).toBe('tcp');
    expect(check.verdict?.problems[0]?.sentence).toBe(words.relay.goodButUdp);
  });

  it('sends nothing through the relay without leave', async () => {
    tools.access = 'no_code';
    await check.start();
    expect(check.observations).toMatchObject({ ways: [], voice: null, load: null });
    expect(check.verdict).toMatchObject({
      level: 'good',
      sentence: words.verdict.goodAsFarAsTried,
    });
  });

  it('forgets an earlier one when it is done again', async () => {
    await check.start();
    tools.access = 'no_code';
    tools.ways = null;
    await check.start();
    expect(check.observations.load).toBeNull();
  });

  it('that is given up learns nothing more', async () => {
    const held = Promise.withResolvers<void>();
    tools.held = held.promise;
    const running = check.start();
    check.stop();
    held.resolve();
    await running;
    expect(check.phase).toBe('ready');
    expect(check.observations.signaling).toBeNull();
  });

  it('knows when nobody looked at the page meanwhile', async () => {
    const held = Promise.withResolvers<void>();
    tools.held = held.promise;
    const running = check.start();
    tools.hide();
    held.resolve();
    await running;
    expect(check.observations.wasHidden).toBe(true);
  });
});

describe('devices', () => {
  it('are told as they are', () => {
    expect(check.observations.devices).toMatchObject({ camera: 'works', microphone: 'works' });
    media.cameraOff = true;
    expect(check.observations.devices.camera).toBe('off');
    media.arrive({ kind: 'camera', reason: 'denied', message: '' });
    expect(check.observations.devices).toMatchObject({ camera: 'denied', microphone: 'works' });
    media.stop();
    expect(check.observations.devices).toMatchObject({
      camera: 'starting',
      microphone: 'starting',
    });
  });

  it('are judged by what the person heard', () => {
    check.tellVoice(0.5);
    check.answerVoice(false);
    check.answerSound(true);
    const levels = Object.fromEntries(check.findings.map(({ id, level }) => [id, level]));
    expect(levels).toMatchObject({ microphone: 'warn', speaker: 'good' });
    check.tellVoice(0.5);
    expect(check.observations.devices.heardVoice).toBeNull();
  });
});
