// Meeting by a link, and several people on one stage.
import { VisavisError } from '@visavis/client';

import { screenOf } from './pictures.ts';
import { anabel, ben, cleo, dan, eva, finn, PEOPLE, type Show } from './stage.ts';

const refused =
  (
    code: ConstructorParameters<typeof VisavisError>[0],
    message = 'x',
    retryAfterMs?: number,
  ): Show =>
  async (stage) => {
    stage.door('Ben Okafor', 'Cleo Martin');
    const call = await stage.enter();
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    call.error = new VisavisError(code, message, options);
    call.end('error');
  };

export const ROOM_SCREENS: Record<string, Show> = {
  'preview-empty': (stage) => {
    stage.door();
  },
  preview: (stage) => {
    stage.door('Ben Okafor', 'Cleo Martin', 'Dan Fischer');
  },
  'preview-knock': (stage) => {
    stage.inside = { ...stage.inside, knock: true };
    stage.door('Ben Okafor', 'Cleo Martin');
    stage.inside = { ...stage.inside, participants: [] };
  },
  'preview-full': (stage) => {
    stage.door('Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Zoë');
  },
  'preview-passphrase': refused('passphrase_needed'),
  'preview-wrong': refused('passphrase_wrong'),
  'preview-refused': refused('room_refused'),
  'preview-removed': refused('room_removed'),
  'preview-locked': async (stage) => {
    stage.inside = { ...stage.inside, locked: true };
    await refused('room_locked')(stage);
  },
  'preview-elsewhere': refused('room_elsewhere'),
  'preview-two-devices': refused('call_full', 'You are in this room on 2 devices already.'),
  'preview-pause': refused('rate_limited', 'You were not let in. Try again in 30 seconds.', 30_000),
  'preview-rules': async (stage) => {
    stage.door('Ben Okafor');
    const call = await stage.enter();
    call.become('connected');
    call.end('room_rules');
  },
  'preview-bad': (stage) => {
    stage.address.push('/r/what-');
    stage.app.start();
  },
  waiting: async (stage) => {
    stage.door('Ben Okafor');
    (await stage.enter()).become('waiting');
  },
  'waiting-again': async (stage) => {
    stage.door('Ben Okafor');
    const call = await stage.enter();
    call.become('connected');
    call.become('waiting');
  },
  'room-alone': async (stage) => {
    await stage.room([]);
  },
  'room-alone-passphrase': async (stage) => {
    await stage.room([], 'rido-mako-tane-lisu');
  },
  'room-two-knock': async (stage) => {
    const call = await stage.room([ben()]);
    call.knockedBy('Dan Fischer', 'Zoë');
  },
  'room-knock-confusable': async (stage) => {
    const other = ben();
    other.confusable = true;
    const call = await stage.room([other]);
    call.knocks = [{ knock: 'k', user: 'b', name: 'Ben Okafоr', confusable: true }];
    call.emitKnocks();
  },
  'room-hosts': async (stage) => {
    const others = [ben(), cleo(), anabel()];
    const call = await stage.room(others);
    others[0]?.update({ microphoneMuted: true, handRaised: true });
    const last = others[2];
    if (last) last.confusable = true;
    call.removed = [{ user: 'mallory', name: 'Mallory' }];
    call.rule({ hosts: ['self', 'ben-okafor'], knock: true });
    call.knockedBy('Zoë');
  },
  'room-guest': async (stage) => {
    const call = await stage.room([ben(), cleo()]);
    call.rule({ hosts: ['ben-okafor'], locked: true, knock: true });
    call.knockedBy('Zoë');
  },
  'room-locked': async (stage) => {
    const call = await stage.room([ben(), cleo()]);
    call.rule({ hosts: ['self'], locked: true });
  },
  'room-flooded': async (stage) => {
    const others = [ben(), cleo(), dan()];
    await stage.room(others);
    others[0]?.update({ link: 'removed', removedBy: 'us', cameraOff: true });
    others[1]?.update({ link: 'removed', removedBy: 'them' });
  },
  'room-removed': async (stage) => {
    const call = await stage.room([ben(), cleo()]);
    call.end('removed');
  },
  'room-three': async (stage) => {
    const others = [ben(), cleo()];
    const call = await stage.room(others);
    call.speak(others[1] ?? null);
    others[0]?.update({ microphoneMuted: true, handRaised: true });
  },
  'room-four': async (stage) => {
    await stage.room([ben(), cleo(), dan()]);
  },
  'room-five': async (stage) => {
    await stage.room([ben(), cleo(), dan(), eva()]);
  },
  'room-six': async (stage) => {
    const others = [ben(), cleo(), dan(), eva(), anabel()];
    const call = await stage.room(others);
    call.speak(others[2] ?? null);
    others[1]?.update({ cameraOff: true, microphoneMuted: true });
    others.slice(2, 4).forEach((other) => {
      call.receiveReaction(other, '🎉');
    });
  },
  'room-six-troubled': async (stage) => {
    const others = [ben(), cleo(), dan(), eva(), finn()];
    await stage.room(others);
    others[0]?.update({ link: 'failed' });
    others[1]?.update({ link: 'disconnected' });
    others[2]?.update({ state: 'invited', cameraOff: true });
    others[3]?.update({ trust: 'refused', cameraOff: true });
    others[4]?.update({ videoPaused: true });
  },
  'room-screen': async (stage) => {
    const presenter = ben(screenOf());
    const others = [presenter, cleo(), dan(), eva(), finn()];
    await stage.room(others);
    presenter.update({ sharing: true });
  },
  'room-two-screen': async (stage) => {
    const presenter = ben(screenOf());
    await stage.room([presenter]);
    presenter.update({ sharing: true });
  },
  'room-sharing': async (stage) => {
    await stage.room([ben(), cleo()]);
    await stage.media.shareScreen();
  },
  'room-four-troubled': async (stage) => {
    const others = [ben(), cleo(), dan()];
    const call = await stage.room(others, 'rido-mako-tane-lisu');
    others[0]?.update({ microphoneMuted: true, handRaised: true });
    others[1]?.update({ link: 'failed' });
    others[2]?.update({ state: 'invited' });
    call.knockedBy('Zoë');
  },
  'call-and-people': async (stage) => {
    const call = await stage.call([ben()]);
    call.become('connected');
    stage.client.show(...PEOPLE);
  },
  'room-left': async (stage) => {
    await stage.room([ben(), cleo()]);
    stage.app.hangUp();
  },
};
