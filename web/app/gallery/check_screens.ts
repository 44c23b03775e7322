// The check, while it runs and with what it may find.
import { CheckViewModel } from '../src/check/check_view_model.ts';
import { CheckView } from '../src/check/check_view.ts';
import { FakeCheckTools, FakePath, LOAD, NO_UDP, VOICE } from '../src/testing/fake_check_tools.ts';
import type { AppView } from '../src/app/app_view.ts';
import { find, found, type Opening } from './openings.ts';

const NO_ANSWER = { problem: 'no_answer', errorCode: 701 } as const;

/** Runs a check that finds `seen`; `heard` is what the person says of recording and test sound. */
const check =
  (seen: Partial<FakeCheckTools>, { details = false, heard = true } = {}) =>
  async (view: AppView): Promise<void> => {
    const element = await found(() =>
      find(view.renderRoot, 'visavis-check-view', 'h1')
        ? find(view.renderRoot, 'visavis-check-view')
        : null,
    );
    if (!(element instanceof CheckView)) throw new Error('That is no check.');
    const model = new CheckViewModel(view.app.media, Object.assign(new FakeCheckTools(), seen));
    element.model = model;
    model.tellVoice(heard ? 0.6 : 0.01);
    model.answerSound(heard);
    void model.start();
    // Drawn with the next frame.
    const last = seen.held === undefined ? '.verdict' : '.step';
    await found(() => find(view.renderRoot, 'visavis-check-view', last));
    if (details)
      (await found(() => find(view.renderRoot, 'visavis-check-view', '.disclose'))).click();
  };

export const CHECK_OPENINGS: Record<string, Opening> = {
  'check-running': { screen: 'check', open: check({ held: new Promise(() => undefined) }) },
  'check-good': { screen: 'check', open: check({}) },
  'check-details': { screen: 'check', open: check({}, { details: true }) },
  'check-slow-up': {
    screen: 'check',
    open: check(
      {
        load: { ...LOAD, bitrate: 850_000, capped: false },
        downloadSeen: { bitrate: 7_400_000, capped: false },
      },
      { details: true },
    ),
  },
  'check-without-code': { screen: 'check', open: check({ access: 'no_code' }) },
  'check-no-udp': {
    screen: 'check',
    open: check(
      {
        udpSeen: NO_UDP,
        ways: {
          udp: NO_ANSWER,
          tcp: new FakePath(
            { ...VOICE, delayMs: 310, jitterMs: 41 },
            { ...LOAD, bitrate: 850_000, capped: false },
          ),
          tls: NO_ANSWER,
        },
      },
      { details: true, heard: false },
    ),
  },
  'check-unreachable': {
    screen: 'check-no-devices',
    open: check(
      {
        access: 'unreachable',
        udpSeen: NO_UDP,
        signalingSeen: { openedMs: null, roundTripsMs: [], brokenAfterMs: null },
      },
      { details: true },
    ),
  },
};
