import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { VisavisError } from '@visavis/client';

import { doorWords } from '../strings/door.ts';
import { endedWords } from '../strings/ended.ts';
import { strings } from '../strings/strings.ts';
import { endScreen } from '../testing/ended.ts';
import { person } from '../testing/fake_client.ts';
import { FakeParticipant } from '../testing/fake_participant.ts';
import { flush } from '../testing/flush.ts';
import { MemoryStorage } from '../testing/memory_storage.ts';
import { Page } from '../testing/room_page.ts';
import { insideInWords } from '../room/door_words.ts';
import { LOOK_INTERVAL_MS } from './room_entry.ts';

const ben = (): FakeParticipant => new FakeParticipant('ben', 'Ben');

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a link', () => {
  it('leads before the door: nobody is told that we are there', async () => {
    const page = new Page('/r/blue-lamp');
    await flush();
    expect(page.screen).toBe('preview');
    expect(page.clients).toEqual([]);
    expect(page.surroundings.looks).toEqual(['blue-lamp']);
    expect(insideInWords(page.app.rooms.entry!)).toBe('Nobody is here yet');
  });

  it('shows who is inside and looks again, but not in the background', async () => {
    const page = new Page('/r/blue-lamp');
    page.surroundings.inside(['Ana', 'Ben']);
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL_MS);
    expect(insideInWords(page.app.rooms.entry!)).toBe('Ana and Ben are here');
    page.surroundings.visible = false;
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL_MS * 5);
    expect(page.surroundings.looks).toHaveLength(2);
  });

  it('tells when the room is full, when one must knock, and when the server is silent', async () => {
    const page = new Page('/r/blue-lamp');
    const entry = page.app.rooms.entry!;
    page.surroundings.inside(['A', 'B', 'C', 'D', 'E', 'F']);
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL_MS);
    expect(insideInWords(entry)).toBe('6 of 6: this room is full');
    page.surroundings.room = {
      knock: true,
      locked: false,
      count: 2,
      participantsMax: 6,
      participants: [],
    };
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL_MS);
    expect(insideInWords(entry)).toBe('2 people are here');
    expect(entry.mustKnock).toBe(true);
    page.surroundings.room = null;
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL_MS);
    expect(insideInWords(entry)).toBe('2 people are here');
  });

  it('that no room can have says so, and leads to the lobby', () => {
    const page = new Page('/r/-');
    expect(page.screen).toBe('bad_room');
    page.app.backToLobby();
    expect(page.screen).toBe('join');
    expect(page.shown).toBe('/');
  });

  it('needs a name, then joins with one step', async () => {
    const page = new Page('/r/blue-lamp#secret');
    await page.app.rooms.enter('  ', 'secret');
    expect(page.app.joinProblem).toBe(strings.join.nameMissing);
    expect(page.screen).toBe('preview');
    await page.enter();
    expect(page.app.rooms.entering).toBe(true);
    expect(page.call.room).toEqual({ name: 'blue-lamp', knock: false });
    expect(page.call.passphrase).toBe('secret');
    expect(page.screen).toBe('preview');
    page.call.become('alone');
    expect(page.screen).toBe('call');
    expect(page.shown).toBe('/r/blue-lamp#secret');
  });

  it('stops looking once inside', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.become('alone');
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL_MS * 3);
    expect(page.surroundings.looks).toHaveLength(1);
  });

  it('leads back before the door when the server does not answer', async () => {
    const page = new Page('/r/blue-lamp');
    void page.app.rooms.enter('Ana', null);
    page.client.refuse(new VisavisError('unreachable', 'x'));
    await flush();
    expect(page.screen).toBe('preview');
    expect(page.app.rooms.entering).toBe(false);
    expect(page.app.joinProblem).toBe(strings.join.unreachable);
  });
});

describe('the door', () => {
  it('is waited at, until somebody opens it', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.become('waiting');
    expect(page.screen).toBe('waiting');
    page.call.join(ben());
    page.call.become('connecting');
    expect(page.screen).toBe('call');
  });

  it('can be left again', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.become('waiting');
    page.app.hangUp();
    expect(page.screen).toBe('preview');
    expect(page.app.rooms.entry?.problem).toBeNull();
    expect(page.app.rooms.entering).toBe(false);
  });

  it.each(['room_refused', 'call_full', 'call_limit', 'insecure_context'] as const)(
    'stays shut in clear words, and one can try again: %s',
    async (code) => {
      const page = new Page('/r/blue-lamp');
      await page.enter();
      page.call.fail(new VisavisError(code, 'x'));
      expect(page.screen).toBe('preview');
      expect(page.problem).toEqual(doorWords.problem[code]);
      expect(page.app.rooms.entry?.asksPassphrase).toBe(false);
      await page.app.rooms.enter('Ana', null);
      expect(page.client.started).toHaveLength(2);
      expect(page.clients).toHaveLength(1);
    },
  );

  it('says what the server said where there is no better word', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.fail(new VisavisError('invalid_field', 'Out of chairs.'));
    expect(page.problem?.detail).toBe('Out of chairs.');
  });

  it.each(['passphrase_needed', 'passphrase_wrong'] as const)(
    'asks for the passphrase and keeps it in the address: %s',
    async (code) => {
      const page = new Page('/r/blue-lamp');
      await page.enter();
      page.call.join(ben());
      page.call.become('connecting');
      page.call.fail(new VisavisError(code, 'x'));
      expect(page.screen).toBe('preview');
      expect(page.app.rooms.entry?.asksPassphrase).toBe(true);
      await page.app.rooms.enter('Ana', 'right one');
      expect(page.shown).toBe('/r/blue-lamp#right%20one');
      expect(page.call.passphrase).toBe('right one');
    },
  );

  it('asks for another passphrase also after one was in', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.become('connected');
    page.call.fail(new VisavisError('passphrase_wrong', 'x'));
    expect(page.screen).toBe('preview');
  });

  it('stays in sight for whoever was inside and comes back', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.join(ben());
    page.call.become('connected');
    page.call.become('reconnecting');
    expect(page.screen).toBe('call');
    page.call.become('waiting');
    expect(page.screen).toBe('waiting');
    page.call.become('reconnecting');
    expect(page.screen).toBe('call');
  });

  it.each(['room_refused', 'call_full', 'rate_limited'] as const)(
    'says why somebody who was inside did not get in again: %s',
    async (code) => {
      const page = new Page('/r/blue-lamp');
      await page.enter();
      page.call.become('connected');
      page.call.become('reconnecting');
      page.call.fail(new VisavisError(code, 'x'));
      expect([page.screen, page.problem]).toEqual(['preview', doorWords.problem[code]]);
      await page.app.rooms.enter('Ana', null);
      expect(page.client.started).toHaveLength(2);
    },
  );
});

describe('a new room', () => {
  it('opens at once, under an address of its own', async () => {
    const page = new Page('/');
    await page.inLobby();
    page.app.rooms.create({ knock: true, passphrase: 'two words' });
    expect(page.screen).toBe('call');
    expect(page.call.room?.knock).toBe(true);
    expect(page.shown).toMatch(/^\/r\/[a-z0-9-]{8,}#two%20words$/);
    page.call.become('alone');
    expect(page.screen).toBe('call');
  });

  it('that could not be made says why before its door', async () => {
    const page = new Page('/');
    await page.inLobby();
    page.app.rooms.create({ knock: false, passphrase: null });
    page.call.fail(new VisavisError('draining', 'x'));
    expect(page.screen).toBe('preview');
    expect(page.problem).toEqual(doorWords.problem.draining);
  });

  it('can be somebody else’s: a link or a name typed in the lobby', async () => {
    const page = new Page('/');
    await page.inLobby();
    page.app.rooms.go('nonsense!');
    expect(page.app.rooms.inputProblem).toBe(strings.rooms.goBad);
    expect(page.screen).toBe('lobby');
    page.app.rooms.go('https://meet.example/r/blue-lamp#x');
    expect(page.screen).toBe('preview');
    expect(page.shown).toBe('/r/blue-lamp#x');
    await page.app.rooms.enter('Anabel', 'x');
    expect(page.app.name).toBe('Anabel');
    expect(page.clients).toHaveLength(1);
  });
});

describe('after a room', () => {
  async function left(): Promise<Page> {
    const page = new Page('/r/blue-lamp#secret');
    await page.enter();
    page.call.join(ben());
    page.call.become('connected');
    page.app.hangUp();
    return page;
  }

  it('one may go in again by one click', async () => {
    const page = await left();
    expect(endScreen(page.app)).toMatchObject({
      title: endedWords.room.youLeft,
      room: 'blue-lamp',
    });
    page.app.joinAgain();
    expect(page.screen).toBe('call');
    expect(page.call.passphrase).toBe('secret');
  });

  it.each([true, false])(
    'that was lost one may go in again, too, with others there: %s',
    async (withOthers) => {
      const page = new Page('/r/blue-lamp#secret');
      await page.enter();
      if (withOthers) page.call.join(ben());
      page.call.become(withOthers ? 'connected' : 'alone');
      page.call.become('reconnecting');
      page.call.error = new VisavisError('away_too_long', 'x');
      page.call.end('lost');
      expect(endScreen(page.app)).toMatchObject({
        title: 'Connection lost',
        detail: endedWords.awayTooLong,
        room: 'blue-lamp',
      });
      page.app.joinAgain();
      expect(page.screen).toBe('call');
      expect(page.call.passphrase).toBe('secret');
    },
  );

  it('the lobby has its own address, and back leads before the door', async () => {
    const page = await left();
    page.app.backToLobby();
    expect(page.screen).toBe('lobby');
    expect(page.shown).toBe('/');
    page.surroundings.address.go(-1);
    expect(page.screen).toBe('preview');
    expect(page.shown).toBe('/r/blue-lamp#secret');
    page.surroundings.address.go(1);
    expect(page.screen).toBe('lobby');
  });
});

describe('the back button', () => {
  it('leaves the room', async () => {
    const page = new Page('/');
    await page.inLobby();
    page.app.rooms.create({ knock: false, passphrase: null });
    page.call.become('alone');
    page.surroundings.address.go(-1);
    expect(page.call.state).toBe('ended');
    expect(page.screen).toBe('lobby');
  });

  it('takes another passphrase from the address before the door, and does not disturb inside', async () => {
    const page = new Page('/r/blue-lamp');
    page.surroundings.address.type('/r/blue-lamp#new');
    expect(page.app.rooms.entry?.passphrase).toBe('new');
    await page.enter();
    page.call.become('alone');
    page.surroundings.address.type('/r/blue-lamp#other');
    expect(page.screen).toBe('call');
    expect(page.call.state).toBe('alone');
  });
});

describe('a reload', () => {
  async function inside(
    path = '/r/blue-lamp#secret',
  ): Promise<{ forGood: MemoryStorage; forTab: MemoryStorage; page: Page }> {
    const storage = { forGood: new MemoryStorage(), forTab: new MemoryStorage() };
    const page = new Page(path, storage);
    await page.enter();
    page.call.become('alone');
    return { ...storage, page };
  }

  it('leads back into the room', async () => {
    const storage = await inside();
    const page = new Page('/r/blue-lamp#secret', { ...storage, reloaded: true });
    expect(page.clients).toHaveLength(1);
    page.client.welcome();
    await flush();
    expect(page.call.room?.name).toBe('blue-lamp');
    expect(page.call.passphrase).toBe('secret');
    expect(page.screen).toBe('call');
  });

  it('does not, once the room was left, or when the tab was not in it', async () => {
    const storage = await inside();
    const other = new Page('/r/green-sofa', { ...storage, reloaded: true });
    expect(other.screen).toBe('preview');
    expect(other.clients).toEqual([]);
    storage.page.app.hangUp();
    const page = new Page('/r/blue-lamp', { ...storage, reloaded: true });
    expect(page.screen).toBe('preview');
    expect(page.clients).toEqual([]);
  });

  it('is not the same as opening the link once more', async () => {
    const storage = await inside();
    const page = new Page('/r/blue-lamp', storage);
    expect(page.screen).toBe('preview');
    expect(page.clients).toEqual([]);
    expect(page.app.name).toBe('Ana');
  });
});

describe('a call that becomes a room', () => {
  it('takes over the address, so that it can be copied and reloaded', async () => {
    const page = new Page('/');
    await page.inLobby();
    page.app.call([person('Ben')]);
    page.call.join(ben());
    page.call.become('connected');
    page.call.name('blue-lamp');
    expect(page.shown).toBe('/r/blue-lamp');
    page.app.hangUp();
    expect(page.app.screen).toMatchObject({ name: 'ended', summary: { room: 'blue-lamp' } });
    page.app.joinAgain();
    expect(page.call.direction).toBe('room');
    expect(page.call.room?.name).toBe('blue-lamp');
  });

  it('asks whoever was called into it for the passphrase', async () => {
    const page = new Page('/');
    await page.inLobby();
    const call = page.ringFromRoom('blue-lamp');
    await page.app.ringing.answer(call, { video: true });
    call.become('connecting');
    call.fail(new VisavisError('passphrase_needed', 'x'));
    expect(page.screen).toBe('preview');
    expect(page.shown).toBe('/r/blue-lamp');
    expect(page.app.rooms.entry?.asksPassphrase).toBe(true);
  });

  it('comes by a ring, too, and before the door of another room that one is forgotten', async () => {
    const page = new Page('/');
    await page.inLobby();
    page.app.rooms.go('green-sofa');
    const call = page.ringFromRoom(null);
    await page.app.ringing.answer(call, { video: true });
    call.become('connected');
    expect(page.screen).toBe('call');
    expect(page.shown).toBe('/');
    call.end('hangup');
    expect(page.screen).toBe('ended');
  });
});
