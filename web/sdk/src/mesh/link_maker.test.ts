// As in a page that has just been loaded: the code for links is not there yet.
import { beforeEach, expect, test, vi } from 'vitest';
import { somebody } from '../../test/support/fake_person.ts';
import type { LinkMaker } from './link_maker.ts';
import type { PeerLink } from '../link/peer_link.ts';
import type { SignalData } from '../base/protocol.ts';

class FakeLink {
  readonly got: SignalData[] = [];
  asked = false;
  receive(data: SignalData): void {
    this.got.push(data);
  }
  askForOffer(): void {
    this.asked = true;
  }
}

const ana = somebody('Ana');
let maker: LinkMaker;
let made: FakeLink[];
let failed: string[];
let refuses: boolean;

beforeEach(async () => {
  vi.resetModules();
  const { LinkMaker: Fresh } = await import('./link_maker.ts');
  made = [];
  failed = [];
  refuses = false;
  maker = new Fresh({
    soon: (callback) => void setTimeout(callback),
    add: () => {
      if (refuses) throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
      made.push(new FakeLink());
      return made[0] as unknown as PeerLink;
    },
    failed: (participant, { code }) => failed.push(`${participant.name}: ${code}`),
  });
});

test('a link that is wanted before its code is there gets what came for it meanwhile', async () => {
  expect(maker.make(ana, true)).toBeNull();
  expect(maker.isAwaited(ana)).toBe(true);
  expect(maker.receive(ana.id, { link: 'a', restart: true })).toBe(true);
  expect(maker.receive('nobody', { link: 'b' })).toBe(false);
  await vi.waitFor(() => {
    expect(made).toHaveLength(1);
  });
  expect(made[0]).toMatchObject({ got: [{ link: 'a', restart: true }], asked: true });
  expect(maker.isAwaited(ana)).toBe(false);
});

test('whoever leaves meanwhile is forgotten', async () => {
  maker.make(ana, false);
  maker.forget(ana);
  await import('./awaited_links.ts').then(({ loadLinkParts }) => loadLinkParts());
  expect([made, maker.isAwaited(ana)]).toEqual([[], false]);
});

test('a browser that makes no more connections is told of, and nothing is thrown', async () => {
  await import('./awaited_links.ts').then(({ loadLinkParts }) => loadLinkParts());
  refuses = true;
  expect(maker.make(ana, false)).toBeNull();
  expect(failed).toEqual(['Ana: no_peer_connection']);
  refuses = false;
  expect(maker.make(ana, false)).not.toBeNull();
});
