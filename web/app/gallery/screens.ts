import { VisavisError, type EndReason, type MediaProblemReason } from '@visavis/client';

import type { AppViewModel } from '../src/flow/app_view_model.ts';
import { FakeCall } from '../src/testing/fake_call.ts';
import { person } from '../src/testing/fake_client.ts';
import { FakeParticipant, relayedOver } from '../src/testing/fake_participant.ts';
import { ROOM_SCREENS } from './room_screens.ts';
import { anabel, ben, cleo, dan, PEOPLE, type Show, Stage } from './stage.ts';
import { playChat, playFiles } from './chat_screens.ts';

const longAgo = (call: FakeCall): void => {
  call.connectedAt = Date.now() - 754_000;
};

const problem =
  (reason: MediaProblemReason): Show =>
  ({ media }) => {
    media.stream.getTracks().forEach((track) => {
      media.stream.removeTrack(track);
    });
    media.arrive(
      { kind: 'camera', reason, message: '' },
      { kind: 'microphone', reason, message: '' },
    );
  };

const ended =
  (reason: EndReason, byUs = false): Show =>
  async (stage) => {
    const call = await stage.call([ben()]);
    if (['hangup', 'lost'].includes(reason)) {
      call.become('connected');
      longAgo(call);
    }
    if (reason === 'error')
      call.error = new VisavisError('connection_failed', 'No way to Ben Okafor was found.');
    if (byUs) stage.app.hangUp();
    else call.end(reason);
  };

export const SCREENS: Record<string, Show> = {
  'join-asking': () => undefined,
  join: ({ media }) => {
    media.arrive();
  },
  'join-denied': problem('denied'),
  'join-insecure': problem('insecure_context'),
  'join-no-camera': ({ media }) => {
    media.arrive({ kind: 'camera', reason: 'in_use', message: '' });
  },
  'join-failed': async ({ media, app, client }) => {
    media.arrive();
    const joining = app.join('Ana');
    client.refuse(new VisavisError('unreachable', 'The server cannot be reached.'));
    await joining;
  },
  'lobby-empty': async (stage) => {
    stage.media.arrive();
    await stage.join();
  },
  lobby: async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
  },
  'lobby-many': async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
    const many = Array.from({ length: 60 }, (_, index) =>
      person(`Person ${index + 1}`, index % 7 === 3),
    );
    stage.client.showSome([...PEOPLE, ...many], 1234);
  },
  'lobby-reconnecting': async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
    stage.client.become('reconnecting');
  },
  'lobby-missed': async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
    const call = FakeCall.incoming(ben());
    stage.client.receive(call);
    call.end('missed');
  },
  replaced: async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
    stage.client.become('closed', 'replaced');
  },
  outgoing: async (stage) => {
    stage.media.arrive();
    await stage.join(person('Ben Okafor'));
    stage.app.call([person('Ben Okafor')]);
    stage.client.started[0]?.become('ringing');
  },
  incoming: async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
    stage.client.receive(FakeCall.incoming(ben()));
  },
  'incoming-confusable': async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
    const caller = ben();
    caller.confusable = true;
    stage.client.receive(FakeCall.incoming(caller));
  },
  'incoming-several': async (stage) => {
    stage.media.arrive();
    await stage.join(...PEOPLE);
    const caller = anabel();
    caller.confusable = true;
    for (const from of [ben(), caller, dan()]) stage.client.receive(FakeCall.incoming(from));
  },
  'lobby-blocked': async (stage) => {
    stage.media.arrive();
    const [first, ...others] = PEOPLE;
    await stage.join(...(first ? [{ ...first, confusable: true }] : []), ...others);
    stage.app.block({ user: 'dan-fischer', name: 'Dan Fischer' });
    stage.app.block({ user: 'mallory', name: 'Mallory who is not online' });
    stage.app.lobby?.pauses.begin(['zoë'], 30_000);
  },
  'call-waiting': async (stage) => {
    const call = await stage.call([ben()]);
    call.become('connected');
    longAgo(call);
    stage.client.receive(FakeCall.incoming(cleo()));
  },
  'call-waiting-several': async (stage) => {
    const call = await stage.call([ben()]);
    call.become('connected');
    longAgo(call);
    const caller = anabel();
    caller.confusable = true;
    const calls = [cleo(), caller, dan()].map((from) => FakeCall.incoming(from));
    for (const ringing of calls) stage.client.receive(ringing);
    const [first] = calls;
    if (!first) return;
    await stage.app.ringing.answer(first, { video: true });
    await stage.app.ringing.addToCall();
  },
  'call-waiting-question': async (stage) => {
    const call = await stage.call([ben()]);
    call.become('connected');
    longAgo(call);
    const ringing = FakeCall.incoming(cleo());
    stage.client.receive(ringing);
    await stage.app.ringing.answer(ringing, { video: true });
  },
  'call-connecting': async (stage) => {
    await stage.call([new FakeParticipant('ben-okafor', 'Ben Okafor')]);
  },
  call: async (stage) => {
    const call = await stage.call([ben()]);
    call.become('connected');
    longAgo(call);
  },
  'call-relayed': async (stage) => {
    const other = ben();
    const call = await stage.call([other]);
    call.become('connected');
    longAgo(call);
    other.setPath(relayedOver('tls'));
  },
  'call-muted': async (stage) => {
    const other = ben();
    const call = await stage.call([other]);
    call.become('connected');
    longAgo(call);
    other.update({ cameraOff: true, microphoneMuted: true });
    stage.media.setMicrophoneMuted(true);
    await stage.media.setCameraOff(true);
  },
  'call-reconnecting': async (stage) => {
    const call = await stage.call([ben()]);
    call.become('connected');
    longAgo(call);
    call.become('reconnecting');
  },
  'call-three': async (stage) => {
    const call = await stage.call([ben(), cleo()]);
    call.become('connected');
    longAgo(call);
  },
  'call-four': async (stage) => {
    const call = await stage.call([ben(), cleo(), dan()]);
    call.become('connected');
    longAgo(call);
  },
  'with-chat-empty': async (stage) => {
    const call = await stage.call([ben()]);
    call.become('connected');
    longAgo(call);
  },
  'with-chat-messages': async (stage) => {
    const others = [ben(), cleo()] as const;
    const call = await stage.call(others);
    call.become('connected');
    longAgo(call);
    playChat(call, ...others);
  },
  'with-chat-files': async (stage) => {
    const others = [ben(), cleo()] as const;
    const call = await stage.call(others);
    call.become('connected');
    longAgo(call);
    playFiles(call, ...others);
  },
  'ended-hangup': ended('hangup', true),
  'ended-they-hung-up': ended('hangup'),
  'ended-declined': ended('declined'),
  'ended-missed': ended('missed'),
  'ended-busy': ended('busy'),
  'ended-lost': ended('lost'),
  'ended-error': ended('error'),
  'ended-too-soon': async (stage) => {
    const call = await stage.call([ben()]);
    call.fail(
      new VisavisError('rate_limited', 'Ben Okafor has not answered. Try again in 30 seconds.', {
        retryAfterMs: 30_000,
      }),
    );
  },
  'ended-no-relay': async (stage) => {
    const call = await stage.call([ben()]);
    call.error = new VisavisError('no_relay', 'The server offers no relay.');
    call.end('error');
  },
  check: (stage) => {
    stage.media.arrive();
    stage.address.push('/check');
    stage.app.start();
  },
  'check-no-devices': (stage) => {
    void problem('denied')(stage);
    stage.address.push('/check#v1.code');
    stage.app.start();
  },
  ...ROOM_SCREENS,
};

export async function show(name: string): Promise<AppViewModel> {
  const screen = SCREENS[name];
  if (!screen) throw new Error(`No screen is called "${name}".`);
  const stage = new Stage();
  await screen(stage);
  return stage.app;
}
