import { VisavisError, type FileSink } from '@visavis/client';
import { beforeEach, expect, it } from 'vitest';

import { FakeCall } from '../testing/fake_call.ts';
import { FakeTransfer, type FakeFiles } from '../testing/fake_files.ts';
import { FakeParticipant } from '../testing/fake_participant.ts';
import { flush } from '../testing/flush.ts';
import { FilesViewModel } from './files_view_model.ts';
import type { Store, StoreRefusal } from './store.ts';

let ben: FakeParticipant;
let files: FakeFiles;
let view: FilesViewModel;
let opened: string[];
let saved: number;
let forgotten: number;
let refusal: StoreRefusal | null;
let aborted: number;

const sink: FileSink = {
  write: () => Promise.resolve(),
  close: () => Promise.resolve(),
  abort: () => {
    aborted += 1;
    return Promise.resolve();
  },
};

beforeEach(() => {
  ben = new FakeParticipant('ben', 'Ben');
  const call = FakeCall.connected(ben);
  opened = [];
  saved = forgotten = aborted = 0;
  refusal = null;
  const store: Store = {
    sink,
    save: () => {
      saved += 1;
      return Promise.resolve();
    },
    forget: () => {
      forgotten += 1;
    },
  };
  view = new FilesViewModel(call, (name, size) => {
    opened.push(`${name} ${String(size)}`);
    return Promise.resolve(refusal ?? store);
  });
  files = call.loadFiles();
});

function offered(size = 12_000_000): {
  transfer: FakeTransfer;
  card: () => ReturnType<FilesViewModel['card']>;
} {
  const transfer = files.receive(ben.asParticipant, 'film.mp4', size);
  return { transfer, card: () => view.card(transfer.asTransfer) };
}

it('asks before anything comes', () => {
  const { card } = offered();
  expect(card()).toMatchObject({
    incoming: true,
    name: 'film.mp4',
    who: 'From Ben',
    size: '12 MB',
    status: 'Nothing is sent before you accept.',
    progress: null,
    actions: ['accept', 'decline'],
  });
  expect(opened).toEqual([]);
});

it('saves once what was accepted and is complete, and again when asked to', async () => {
  const { transfer, card } = offered();
  view.act(transfer.asTransfer, 'accept');
  expect(card()).toMatchObject({ status: 'Getting ready…', actions: [] });
  view.act(transfer.asTransfer, 'accept');
  await flush();
  expect(opened).toEqual(['film.mp4 12000000']);
  expect(transfer.sink).toBe(sink);
  transfer.become({ bytes: 3_000_000, rate: 1_000_000 });
  expect(card()).toMatchObject({
    status: '3 MB of 12 MB · 1 MB/s · 0:09 left',
    progress: 0.25,
    actions: ['pause', 'cancel'],
  });
  transfer.become({ state: 'done', bytes: 12_000_000 });
  transfer.become({ rate: 0 });
  expect(saved).toBe(1);
  expect(card()).toMatchObject({ status: 'Received and checked', actions: ['saveAgain'] });
  view.act(transfer.asTransfer, 'saveAgain');
  expect(saved).toBe(2);
  expect(forgotten).toBe(0);
  view.dispose();
  expect(forgotten).toBe(1);
});

it('waits, goes on and ends as the person wants', () => {
  const { transfer, card } = offered();
  transfer.become({ state: 'active', bytes: 6_000_000 });
  view.act(transfer.asTransfer, 'pause');
  expect(card()).toMatchObject({ status: 'Paused · 6 MB of 12 MB', actions: ['resume', 'cancel'] });
  view.act(transfer.asTransfer, 'resume');
  transfer.become({ state: 'paused', pausedThere: true });
  expect(card()).toMatchObject({
    status: 'Paused by Ben · 6 MB of 12 MB',
    actions: ['pause', 'cancel'],
  });
  transfer.become({ state: 'interrupted' });
  expect(card()).toMatchObject({ actions: ['cancel'], progress: 0.5 });
  view.act(transfer.asTransfer, 'cancel');
  expect(card()).toMatchObject({ status: 'Cancelled', actions: [], progress: null });
});

it('says how fast it is only while the other side is connected', () => {
  const { transfer, card } = offered();
  transfer.become({ state: 'active', bytes: 6_000_000, rate: 1_000_000 });
  ben.update({ link: 'disconnected' });
  expect(card().status).toBe('6 MB of 12 MB');
});

it.each([
  ['too_large', /up to 268 MB.*12 MB/],
  ['no_room', /no room for 12 MB/],
] as const)('says before it begins that it cannot be taken: %s', async (why, words) => {
  refusal = why;
  const { transfer, card } = offered();
  view.act(transfer.asTransfer, 'accept');
  await flush();
  expect(transfer.state).toBe('offered');
  expect(card().status).toMatch(words);
  expect(card()).toMatchObject({ failed: true, actions: ['accept', 'decline'] });
});

it('lets the person change their mind in the dialog of the browser', async () => {
  refusal = 'cancelled';
  const { transfer, card } = offered();
  view.act(transfer.asTransfer, 'accept');
  await flush();
  expect(card()).toMatchObject({ failed: false, actions: ['accept', 'decline'] });
});

it('leaves nothing of what was withdrawn while a place was sought', async () => {
  const { transfer } = offered();
  view.act(transfer.asTransfer, 'accept');
  transfer.cancel();
  await flush();
  expect(transfer.sink).toBeNull();
  expect(aborted).toBe(1);
});

it.each([
  ['digest_mismatch', /not arrive as it was sent/],
  ['write_failed', /room on the disk/],
  ['protocol_violated', /could not be transferred/],
] as const)('says in words what went wrong: %s', (code, words) => {
  const { transfer, card } = offered();
  transfer.become({ state: 'failed', error: new VisavisError(code, '') });
  expect(card().status).toMatch(words);
  expect(card().failed).toBe(true);
});

it('shows what we send', () => {
  const transfer = new FakeTransfer('out', ben.asParticipant, 'a.pdf', 900);
  files.list(transfer);
  const card = view.card(transfer.asTransfer);
  expect(card).toMatchObject({ incoming: false, who: 'To Ben', size: '900 byte' });
  expect(card).toMatchObject({ status: 'Waiting for Ben to accept', actions: ['cancel'] });
  transfer.decline();
  expect(view.card(transfer.asTransfer).status).toBe('Ben declined');
});
