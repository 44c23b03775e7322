import { VisavisError } from '@visavis/client';

import type { AppView } from '../src/app/app_view.ts';
import type { FakeCall } from '../src/testing/fake_call.ts';
import { FakeTransfer } from '../src/testing/fake_files.ts';
import type { FakeParticipant } from '../src/testing/fake_participant.ts';
import { type Opening, openPanel } from './openings.ts';

const MINUTE_MS = 60_000;

/** A conversation with a bit of everything: what is old, private, long, under way, failed, and would like to be markup. */
export function playChat(call: FakeCall, ben: FakeParticipant, cleo: FakeParticipant): void {
  const { chat } = call.played;
  const ago = (minutes: number): number => Date.now() - minutes * MINUTE_MS;
  chat.setSharesHistory(true);
  chat.show({
    from: 'dan',
    name: 'Dan Fischer',
    text: 'Agenda: https://example.org/agenda?week=12 (the short one)',
    sentAt: ago(30),
    old: true,
    toldBy: 'Ben Okafor',
  });
  chat.receive(ben.asParticipant, 'Good morning! 👋', { sentAt: ago(9) });
  chat.receive(ben.asParticipant, 'Can everybody see my screen?', { sentAt: ago(9) });
  chat.show({ text: 'Yes.\nIt is sharp here.', sentAt: ago(8) });
  chat.receive(cleo.asParticipant, '<img src=x onerror=alert(1)> stays text', { sentAt: ago(7) });
  chat.receive(cleo.asParticipant, 'Is he always this early?', {
    sentAt: ago(6),
    to: { id: 'self', name: '' },
  });
  chat.show({ text: 'Ha', sentAt: ago(5), to: { id: cleo.id, name: cleo.name } });
  chat.show({ text: 'Writing while the link is away', sentAt: ago(1), state: 'sending' });
  chat.show({ text: 'Too late', sentAt: ago(0), state: 'failed' });
}

/** Every state that a file can be in. */
export function playFiles(call: FakeCall, ben: FakeParticipant, cleo: FakeParticipant): void {
  const files = call.loadFiles();
  const [one, other] = [ben.asParticipant, cleo.asParticipant];
  files.receive(one, 'Minutes of the meeting in March, final version (2).pdf', 184_000);
  files.receive(one, 'holiday.mp4', 1_240_000_000).become({
    state: 'active',
    bytes: 410_000_000,
    rate: 11_300_000,
  });
  files.receive(other, 'plan.png', 2_300_000).become({ state: 'done', bytes: 2_300_000 });
  files.receive(other, 'broken.zip', 9_000_000).become({
    state: 'failed',
    error: new VisavisError('digest_mismatch', ''),
  });
  const outgoing = new FakeTransfer('out', one, 'slides.odp', 14_000_000);
  files.list(outgoing);
  outgoing.become({ state: 'paused', bytes: 6_000_000, pausedThere: true });
  files.list(new FakeTransfer('out', other, 'slides.odp', 14_000_000));
}

const openChat = (view: AppView): Promise<void> => openPanel(view, 'chat');

export const CHAT_OPENINGS: Record<string, Opening> = {
  'chat-empty': { screen: 'with-chat-empty', open: openChat },
  'chat-messages': { screen: 'with-chat-messages', open: openChat },
  'chat-files': { screen: 'with-chat-files', open: openChat },
};
