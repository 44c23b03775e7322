import { VisavisError } from '@visavis/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { MENTION_INTERVAL_MS } from '../base/announcer.ts';
import { FakeCall } from '../testing/fake_call.ts';
import { FakeParticipant } from '../testing/fake_participant.ts';
import { flush } from '../testing/flush.ts';
import { ChatViewModel } from './chat_view_model.ts';

let ben: FakeParticipant;
let cleo: FakeParticipant;
let call: FakeCall;
let view: ChatViewModel;

beforeEach(() => {
  vi.useFakeTimers();
  ben = new FakeParticipant('ben', 'Ben');
  cleo = new FakeParticipant('cleo', 'Cleo');
  call = FakeCall.connected(ben, cleo);
  view = new ChatViewModel(call);
});

afterEach(() => {
  view.dispose();
  vi.useRealTimers();
});

const shown = (): string[] =>
  view.items.map((item) => {
    if (item.kind === 'message') return item.message.text;
    return item.kind === 'file' ? item.transfer.name : item.text;
  });

it('counts what comes while the panel is closed, and announces it', () => {
  const { chat } = call.played;
  chat.receive(ben.asParticipant, 'hello');
  expect(view).toMatchObject({ unread: 1, announcement: 'Ben: hello' });
  vi.advanceTimersByTime(MENTION_INTERVAL_MS);
  chat.receive(ben.asParticipant, 'psst', { to: { id: 'self', name: '' } });
  expect(view).toMatchObject({ unread: 2, announcement: 'Ben, to you alone: psst' });
  vi.advanceTimersByTime(MENTION_INTERVAL_MS);
  call.loadFiles().receive(cleo.asParticipant, 'film.mp4', 1);
  expect(view).toMatchObject({ unread: 3, announcement: 'Cleo wants to send you film.mp4' });

  view.setOpen(true);
  expect(view).toMatchObject({ unread: 0, announcement: '', firstUnread: view.items[0]?.key });
  chat.receive(ben.asParticipant, 'still there?');
  expect(view).toMatchObject({ unread: 0, announcement: '' });
  view.setOpen(false);
  expect(view.firstUnread).toBeNull();
});

it('keeps no place for files that are not listed any more', () => {
  const files = call.loadFiles();
  for (let count = 0; count < 300; count += 1) {
    files.receive(ben.asParticipant, `${String(count)}.bin`, 1).cancel();
  }
  const listed = view.items.filter(({ kind }) => kind === 'file').length;
  expect(listed).toBe(files.transfers.length);
});

it('finds what came before there was a screen for it', () => {
  call.played.chat.receive(ben.asParticipant, 'hello');
  call.loadFiles().receive(cleo.asParticipant, 'film.mp4', 1);
  call.chat.send('hi');
  const late = new ChatViewModel(call);
  expect(late.items).toHaveLength(3);
  expect(late).toMatchObject({ unread: 2, firstUnread: late.items[0]?.key });
});

it('announces the beginning of a long message', () => {
  call.played.chat.receive(ben.asParticipant, 'x'.repeat(8_000));
  expect(view.announcement.length).toBeLessThan(250);
});

it('shows messages, files and notes in the order in which they came, what was before us first', () => {
  const { chat } = call.played;
  call.loadFiles().receive(ben.asParticipant, 'zero.txt', 1);
  chat.receive(ben.asParticipant, 'one');
  call.played.files.receive(ben.asParticipant, 'two.txt', 1);
  chat.flood(ben.asParticipant);
  chat.send('four');
  expect(shown()).toEqual([
    'zero.txt',
    'one',
    'two.txt',
    'Ben writes very much. Some of it was left out.',
    'four',
  ]);
  const old = { ...chat.messages[0]!, id: 'old', text: 'before', old: true, toldBy: 'Ben' };
  chat.messages = [old, ...chat.messages];
  expect(shown().slice(0, 3)).toEqual(['before', 'zero.txt', 'one']);
  expect(new Set(view.items.map(({ key }) => key)).size).toBe(6);
});

it('sends the draft, trimmed, and keeps it where that fails', () => {
  view.draft = '  hello \n';
  expect(view.send()).toBe(true);
  expect(view.draft).toBe('');
  expect(call.chat.messages).toMatchObject([{ text: 'hello', to: null }]);
  view.draft = ' \n ';
  expect(view.send()).toBe(false);
  view.draft = 'more';
  call.played.chat.refusal = new VisavisError('queue_full', '');
  expect(view.send()).toBe(false);
  expect(view.draft).toBe('more');
  expect(view.problem).toContain('have not arrived yet');
  call.played.chat.refusal = null;
  expect(view.send()).toBe(true);
  expect(view.problem).toBeNull();
});

it('writes to one, and to nobody else when they have left', () => {
  expect(view.receivers.map(({ label }) => label)).toEqual(['To everyone', 'To Ben', 'To Cleo']);
  view.setTo(ben.id);
  view.draft = 'psst';
  view.send();
  expect(call.chat.messages[0]).toMatchObject({ to: { id: ben.id } });

  view.draft = 'a secret';
  call.join(cleo);
  expect(view.receivers.at(-1)).toEqual({ id: ben.id, label: 'Ben has left', gone: true });
  expect(view.obstacle).toBe('Ben has left. Choose who it is for.');
  expect(view.send()).toBe(false);
  expect(call.chat.messages).toHaveLength(1);
  view.setTo(null);
  expect(view.obstacle).toBeNull();
  expect(view.send()).toBe(true);
});

it('offers files to whom messages go, and says why it cannot', async () => {
  const { files } = call.played;
  await view.sendFiles([new File(['x'], 'a.txt'), new File(['y'], 'b.txt')]);
  view.setTo(cleo.id);
  await view.sendFiles([new File(['z'], 'c.txt')]);
  expect(files.offered).toEqual([
    { name: 'a.txt', to: null },
    { name: 'b.txt', to: null },
    { name: 'c.txt', to: cleo.id },
  ]);
  call.join(ben);
  await view.sendFiles([new File(['z'], 'd.txt')]);
  expect(files.offered).toHaveLength(3);
  view.setTo(null);
  files.refusal = new VisavisError('peer_left', '');
  await view.sendFiles([new File(['z'], 'e.txt')]);
  expect(view.problem).toBe('Nobody is there to send it to.');
});

it('tries again what has failed', () => {
  const failed = call.played.chat.show({ text: 'lost', state: 'failed' });
  view.retry(failed);
  expect(call.played.chat.retried).toEqual(['lost']);
});

it('lets go of the call', async () => {
  view.dispose();
  let changes = 0;
  view.subscribe(() => {
    changes += 1;
  });
  call.played.chat.receive(ben.asParticipant, 'hello');
  call.loadFiles().receive(ben.asParticipant, 'a', 1);
  await flush();
  expect(changes).toBe(0);
});
