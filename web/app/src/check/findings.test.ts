import { describe, expect, it } from 'vitest';

import { checkWords as words } from '../strings/check.ts';
import { FIREFOX, LOAD, NO_UDP, SIGNALING, UDP, VOICE } from '../testing/fake_check_tools.ts';
import { type Finding, findings, type Level } from './findings.ts';
import type { DeviceFacts, Observations, WayOutcome } from './observations.ts';

const works = (transport: WayOutcome['transport']): WayOutcome => ({
  transport,
  state: 'works',
  roundTripMs: 30,
  failure: null,
});
const fails = (
  transport: WayOutcome['transport'],
  problem: NonNullable<WayOutcome['failure']>['problem'] = 'no_answer',
): WayOutcome => ({
  transport,
  state: 'fails',
  roundTripMs: null,
  failure: { problem, errorCode: 701 },
});

const DEVICES: DeviceFacts = {
  camera: 'works',
  microphone: 'works',
  voicePeak: null,
  heardVoice: null,
  heardSound: null,
};
const ALL: Observations = {
  browser: FIREFOX,
  devices: DEVICES,
  access: 'relay',
  signaling: SIGNALING,
  udp: UDP,
  ways: [works('udp'), works('tcp'), works('tls')],
  over: 'udp',
  voice: VOICE,
  load: LOAD,
  download: null,
  wasHidden: false,
};

function finding(id: Finding['id'], seen: Partial<Observations>, done = true): Finding {
  const found = findings({ ...ALL, ...seen }, done).find((one) => one.id === id);
  if (!found) throw new Error(`Nothing is found of ${id}.`);
  return found;
}

type Row = [string, Partial<Observations>, Level, string];

const table = (id: Finding['id'], rows: readonly Row[]): void => {
  describe(words.subjects[id], () => {
    it.each(rows)('%s', (_, seen, level, sentence) => {
      expect(finding(id, seen)).toMatchObject({ level, sentence });
    });
  });
};

const devices = (facts: Partial<DeviceFacts>): Partial<Observations> => ({
  devices: { ...DEVICES, ...facts },
});

table('camera', [
  ['works', {}, 'good', 'Your camera works.'],
  ['is off', devices({ camera: 'off' }), 'good', 'Your camera is off.'],
  ['is asked for', devices({ camera: 'starting' }), 'waiting', words.device.starting],
  [
    'is not allowed',
    devices({ camera: 'denied' }),
    'warn',
    'A camera may not be used by this page.',
  ],
  ['is not there', devices({ camera: 'no_device' }), 'warn', 'A camera was not found.'],
]);

const mic = words.device.microphone;
table('microphone', [
  ['is there', {}, 'good', mic.works],
  ['is silent', devices({ voicePeak: 0.01 }), 'warn', mic.silent],
  ['hears somebody', devices({ voicePeak: 0.4 }), 'good', mic.loud],
  ['was heard', devices({ voicePeak: 0.4, heardVoice: true }), 'good', mic.heard],
  ['was heard, and not measured', devices({ heardVoice: true }), 'good', mic.heard],
  ['was not heard', devices({ voicePeak: 0.4, heardVoice: false }), 'warn', mic.notHeard],
  [
    'is in use',
    devices({ microphone: 'in_use' }),
    'warn',
    'A microphone is used by another program.',
  ],
]);

table('speaker', [
  ['was not tried', {}, 'unknown', words.device.speaker.untried],
  ['was heard', devices({ heardSound: true }), 'good', words.device.speaker.works],
  ['played one’s own voice', devices({ heardVoice: true }), 'good', words.device.speaker.works],
  ['was not heard', devices({ heardSound: false }), 'warn', words.device.speaker.silent],
]);

const safari = { ...FIREFOX, name: 'Safari 26 on macOS', tried: false };
table('browser', [
  ['can do everything', {}, 'good', words.browser.good('Firefox 153 on Linux')],
  ['is one that was not tried', { browser: safari }, 'good', words.browser.untried(safari.name)],
  ['has no WebRTC', { browser: { ...FIREFOX, calls: false } }, 'bad', words.browser.noCalls],
  ['has no HTTPS', { browser: { ...FIREFOX, secure: false } }, 'bad', words.browser.insecure],
]);

const signaling = (seen: Partial<typeof SIGNALING>): Partial<Observations> => ({
  signaling: { ...SIGNALING, ...seen },
});
table('server', [
  ['answers', {}, 'good', 'The server answers within 21 ms.'],
  ['answers slowly', signaling({ roundTripsMs: [1_500, 1_200] }), 'warn', words.server.slow(1_200)],
  ['lets no WebSocket through', signaling({ openedMs: null }), 'bad', words.server.noSocket],
  [
    'is not there',
    { access: 'unreachable', ...signaling({ openedMs: null }) },
    'bad',
    words.server.unreachable,
  ],
  ['says nothing', signaling({ roundTripsMs: [] }), 'bad', words.server.silent],
  [
    'is cut off',
    signaling({ brokenAfterMs: 5_040 }),
    'bad',
    'The connection to the server is cut after 5 seconds.',
  ],
]);

const relay = words.relay;
table('relay', [
  ['can be reached in every way', {}, 'good', 'The relay can be reached over UDP, TCP, and TLS.'],
  ['has one way', { ways: [works('udp')] }, 'good', 'The relay can be reached over UDP.'],
  ['is behind a wall for UDP', { ways: [fails('udp'), works('tcp')] }, 'warn', relay.goodButUdp],
  ['is out of reach', { udp: NO_UDP, ways: [fails('udp'), fails('tcp')] }, 'bad', relay.none],
  ['is out of reach, UDP is not', { ways: [fails('tcp')] }, 'warn', relay.noneButUdp],
  ['gives nothing', { ways: [fails('udp', 'refused')] }, 'warn', relay.refused],
  ['is not there', { access: 'no_relay', ways: [] }, 'warn', relay.noRelay],
  ['takes a code', { access: 'no_code', ways: [] }, 'unknown', relay.noCode],
  ['takes another code', { access: 'code_invalid', ways: [] }, 'unknown', relay.codeInvalid],
  ['takes a new code', { access: 'code_expired', ways: [] }, 'unknown', relay.codeExpired],
  ['has no time', { access: 'rate_limited', ways: [] }, 'unknown', relay.limited],
]);

const { nat } = words.udp;
table('udp', [
  ['works', {}, 'good', words.udp.works + nat.keeps_port],
  ['is blocked', { udp: NO_UDP, ways: [fails('udp')] }, 'warn', words.udp.blocked],
  ['got to the relay at least', { udp: NO_UDP }, 'good', words.udp.works + nat.unknown],
  [
    'is not known',
    { udp: { ...UDP, mappings: [], tellsFailures: false }, ways: [] },
    'unknown',
    words.udp.unknown,
  ],
  [
    'meets a symmetric NAT',
    { udp: { ...UDP, servers: 2, mappings: [...UDP.mappings, { ...UDP.mappings[0]!, port: 1 }] } },
    'warn',
    words.udp.works + nat.other_port,
  ],
]);

const { bandwidth } = words;
table('bandwidth', [
  ['is more than was tried', {}, 'good', bandwidth.carries('9.8 Mbit/s or more')],
  [
    'is small',
    { load: { ...LOAD, bitrate: 640_000, capped: false } },
    'warn',
    bandwidth.carries('640 kbit/s'),
  ],
  [
    'was measured behind another page',
    { load: { ...LOAD, bitrate: 640_000, capped: false }, wasHidden: true },
    'unknown',
    `${bandwidth.carries('640 kbit/s')} ${bandwidth.hidden}`,
  ],
  [
    'is less up than down',
    {
      load: { ...LOAD, bitrate: 1_200_000, capped: false },
      download: { bitrate: 8_000_000, capped: false },
    },
    'good',
    bandwidth.apart('1.2 Mbit/s', '8.0 Mbit/s'),
  ],
  [
    'is less down than up',
    {
      load: { ...LOAD, bitrate: 400_000, capped: false },
      download: { bitrate: 420_000, capped: false },
    },
    'warn',
    bandwidth.apart('400 kbit/s or more', '420 kbit/s'),
  ],
  ['broke off', { load: { ...LOAD, bitrate: 0, capped: false } }, 'bad', bandwidth.failed],
  ['was not measured', { access: 'no_code', load: null }, 'unknown', bandwidth.notMeasured],
]);

table('steadiness', [
  ['is good', {}, 'good', words.steadiness.good],
  ['is fair', { voice: { ...VOICE, loss: 0.03 } }, 'warn', words.steadiness.fair],
  ['is poor', { voice: { ...VOICE, loss: 0.3 } }, 'bad', words.steadiness.poor],
]);

it('waits for what is still being found out, until it is done', () => {
  const early = { access: null, signaling: null, udp: null, ways: [], voice: null, load: null };
  for (const id of ['server', 'relay', 'udp', 'bandwidth', 'steadiness'] as const) {
    expect(finding(id, early, false).level).toBe('waiting');
    expect(finding(id, early, true).level).toBe('unknown');
  }
});

it('says what to do about everything that is wrong', () => {
  const bad: Observations = {
    ...ALL,
    devices: { ...DEVICES, camera: 'in_use', microphone: 'denied', heardSound: false },
    signaling: { ...SIGNALING, openedMs: null },
    ways: [fails('udp'), fails('tcp')],
    udp: NO_UDP,
    voice: { ...VOICE, loss: 0.3 },
    load: { ...LOAD, bitrate: 100_000, capped: false },
  };
  const wrong = findings(bad, true).filter(({ level }) => level === 'bad' || level === 'warn');
  expect(wrong.filter(({ advice }) => advice === null).map(({ id }) => id)).toEqual(['udp']);
});
