// Loaded beforehand: what is fetched when needed comes in real time.
import './chat_history.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { somebody } from '../../test/support/fake_person.ts';
import { LinkPair } from '../../test/support/link_pair.ts';
import { Chat } from './chat.ts';
import {
  CHAT_BURST_MAX,
  CHAT_MESSAGES_MAX,
  CHAT_PENDING_MAX,
  CHAT_SENT_PER_S,
  CHAT_TEXT_CHARS_MAX,
  HISTORY_ANSWER_MS,
  HISTORY_GREETINGS_MS,
  HISTORY_MESSAGES_MAX,
} from '../base/limits.ts';
import { pageTimers } from '../base/timers.ts';
import type { RemoteParticipant } from '../link/participant.ts';

const CHAT_ID = 1;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Somebody in a call, and what they have seen of it. */
class Member {
  readonly chat = new Chat(pageTimers);
  readonly heard: string[] = [];
  readonly name: string;
  /** How the others are seen from here. */
  readonly others = new Map<Member, RemoteParticipant>();

  constructor(name: string) {
    this.name = name;
    this.chat.on('message', ({ name, text, to }) => {
      this.heard.push(`${name}${to ? ' privately' : ''}: ${text}`);
    });
  }

  get texts(): string[] {
    return this.chat.messages.map(({ text }) => text);
  }

  see(other: Member): RemoteParticipant {
    return this.others.get(other)!;
  }
}

function link(one: Member, other: Member, pair = new LinkPair()): LinkPair {
  for (const [here, there, side] of [
    [one, other, pair.impolite],
    [other, one, pair.polite],
  ] as const) {
    const participant = here.others.get(there) ?? somebody(there.name);
    here.others.set(there, participant);
    here.chat.linked(participant, side.link.chat);
  }
  return pair;
}

function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}

async function two() {
  const ana = new Member('Ana');
  const ben = new Member('Ben');
  const pair = link(ana, ben);
  await pass(200);
  return { ana, ben, pair };
}

async function three() {
  const { ana, ben } = await two();
  const cleo = new Member('Cleo');
  link(ana, cleo);
  link(ben, cleo);
  await pass(200);
  return { ana, ben, cleo };
}

describe('writing', () => {
  test('reaches everyone, or the one it is for', async () => {
    const { ana, ben, cleo } = await three();
    ana.chat.send('to all of you');
    ana.chat.send('just you', ana.see(ben));
    await pass(20);
    expect(ben.heard).toEqual(['Ana: to all of you', 'Ana privately: just you']);
    expect(cleo.heard).toEqual(['Ana: to all of you']);
    expect(ana.chat.messages).toMatchObject([
      { from: 'self', text: 'to all of you', to: null, state: 'sent', old: false },
      { from: 'self', text: 'just you', to: { id: 'ben', name: 'Ben' }, state: 'sent' },
    ]);
    expect(ben.chat.messages[1]).toMatchObject({ from: 'ana', name: 'Ana', state: 'sent' });
  });

  test('is under way until everyone has it', async () => {
    const { ana, ben, pair } = await two();
    pair.ice.cut();
    const message = ana.chat.send('hello');
    await pass(1_000);
    expect(message.state).toBe('sending');
    pair.ice.mend();
    await pass(10_000);
    expect(ben.heard).toEqual(['Ana: hello']);
    expect(message.state).toBe('sent');
  });

  test('waits for the channel to open', async () => {
    const ana = new Member('Ana');
    const ben = new Member('Ben');
    link(ana, ben);
    ana.chat.send('early');
    await pass(200);
    expect(ben.heard).toEqual(['Ana: early']);
  });

  test('loses and repeats nothing when connections come and go', async () => {
    const { ana, ben, pair } = await two();
    const wanted: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      for (let count = 0; count < 5; count += 1) {
        const text = `${String(round)}.${String(count)}`;
        wanted.push(`Ana: ${text}`);
        ana.chat.send(text);
        await pass(count);
      }
      // Another connection, with what was under way and its acknowledgements lost.
      pair.impolite.configuration = {
        ...pair.impolite.configuration,
        iceTransportPolicy: round % 2 === 0 ? 'relay' : 'all',
      };
      if (round % 2 === 0) pair.impolite.link.reconfigure();
      else pair.ice.change();
      await pass(round % 3 === 0 ? 3 : 9_000);
    }
    await pass(20_000);
    expect(ben.heard).toEqual(wanted);
    expect(ana.chat.messages.every(({ state }) => state === 'sent')).toBe(true);
  });

  test('keeps line breaks and emoji, and takes what would turn text around out', async () => {
    const { ana, ben } = await two();
    ana.chat.send('a\r\nb\tc\u0000 👩‍👩‍👧 \u202etxt.exe\u2066');
    await pass(20);
    expect(ben.texts).toEqual(['a\nb\tc 👩‍👩‍👧 txt.exe']);
  });

  test('has a length, and something in it', async () => {
    const { ana, ben } = await two();
    ana.chat.send('€'.repeat(CHAT_TEXT_CHARS_MAX));
    await pass(20);
    expect(ben.texts[0]).toHaveLength(CHAT_TEXT_CHARS_MAX);
    const refused = [
      ['x'.repeat(CHAT_TEXT_CHARS_MAX + 1), 'too_large'],
      [' \n\u200b', 'invalid_field'],
      ['\u202e', 'invalid_field'],
    ] as const;
    for (const [text, code] of refused) {
      expect(() => ana.chat.send(text)).toThrow(expect.objectContaining({ code }) as Error);
    }
  });

  test('fails when whoever it is for leaves before it is there, and can be tried again', async () => {
    const { ana, ben, pair } = await two();
    pair.ice.cut();
    const toAll = ana.chat.send('anybody?');
    const toBen = ana.chat.send('ben?', ana.see(ben));
    ana.see(ben).update({ state: 'left' });
    ana.chat.unlinked(ana.see(ben));
    expect([toAll.state, toBen.state]).toEqual(['failed', 'failed']);
    expect(() => ana.chat.send('ben?', ana.see(ben))).toThrow(
      expect.objectContaining({ code: 'peer_left' }) as Error,
    );
    const cleo = new Member('Cleo');
    link(ana, cleo);
    await pass(200);
    ana.chat.retry(toAll);
    expect(() => {
      ana.chat.retry(toBen);
    }).toThrow(expect.objectContaining({ code: 'peer_left' }) as Error);
    await pass(20);
    expect(toAll.state).toBe('sent');
    expect(cleo.heard).toEqual(['Ana: anybody?']);
  });

  test('goes on over a link that was given up and made anew', async () => {
    const { ana, ben, pair } = await two();
    pair.ice.cut();
    const message = ana.chat.send('are you there?');
    ana.chat.unlinked(ana.see(ben));
    ben.chat.unlinked(ben.see(ana));
    expect(message.state).toBe('failed');
    link(ana, ben);
    await pass(200);
    expect(ben.heard).toEqual(['Ana: are you there?']);
    expect(message.state).toBe('sent');
  });

  test('has room for a hundred messages that wait', async () => {
    const { ana, pair } = await two();
    pair.ice.cut();
    for (let count = 0; count < CHAT_PENDING_MAX; count += 1) ana.chat.send(String(count));
    expect(() => ana.chat.send('one too many')).toThrow(
      expect.objectContaining({ code: 'queue_full' }) as Error,
    );
  });
});

describe('somebody who writes too much', () => {
  test('is heard as far as the rate allows, and it is told once', async () => {
    const { ana, ben, pair } = await two();
    const flooded: string[] = [];
    ben.chat.on('flooded', ({ name }) => flooded.push(name));
    const channel = pair.impolite.connection.channels.get(CHAT_ID)!;
    for (let seq = 1; seq <= 1_000; seq += 1) {
      const message = { type: 'message', seq, id: `m${String(seq)}`, text: 'spam' };
      channel.send(JSON.stringify({ ...message, sent_at: 0, to_all: true }));
    }
    await pass(20);
    expect(ben.heard).toHaveLength(CHAT_BURST_MAX);
    expect(flooded).toEqual(['Ana']);
    expect(ana.chat.messages).toEqual([]);
  });

  test('is never somebody who writes a hundred messages while the link is away', async () => {
    const { ana, ben, pair } = await two();
    pair.ice.cut();
    for (let count = 0; count < CHAT_PENDING_MAX; count += 1) ana.chat.send(String(count));
    pair.ice.mend();
    await pass(10_000);
    expect(ben.heard).toHaveLength(CHAT_PENDING_MAX);
    expect(CHAT_BURST_MAX).toBeGreaterThanOrEqual(CHAT_PENDING_MAX);
  });

  test('is told of nothing that was dropped as if it had arrived, and sends it again over the next channel', async () => {
    const { ben, pair } = await two();
    const channel = pair.impolite.connection.channels.get(CHAT_ID)!;
    const acknowledged = (): number =>
      pair.polite.connection.channels
        .get(CHAT_ID)!
        .sent.map((data) => JSON.parse(data as string) as { type: string; seq: number })
        .filter(({ type }) => type === 'received')
        .reduce((most, { seq }) => Math.max(most, seq), 0);
    const write = (seq: number): void => {
      const message = { type: 'message', seq, id: `m${String(seq)}`, text: 'spam' };
      channel.send(JSON.stringify({ ...message, sent_at: 0, to_all: true }));
    };
    for (let seq = 1; seq <= CHAT_BURST_MAX + 1; seq += 1) write(seq);
    await pass(5_000);
    write(CHAT_BURST_MAX + 2);
    await pass(20);
    expect(ben.heard).toHaveLength(CHAT_BURST_MAX);
    expect(acknowledged()).toBe(CHAT_BURST_MAX);
  });

  test('is nobody whose app writes as fast as it can: it waits here instead', async () => {
    const { ana, ben } = await two();
    const flooded: string[] = [];
    ben.chat.on('flooded', ({ name }) => flooded.push(name));
    let written = 0;
    for (let round = 0; round < 60; round += 1) {
      try {
        for (; written < 150; written += 1) ana.chat.send(String(written));
      } catch {
        // Full: later.
      }
      await pass(500);
    }
    expect([written, ben.heard.length, flooded]).toEqual([150, 150, []]);
  });

  test('does not fill the memory', async () => {
    const { ana, ben } = await two();
    for (let count = 0; count < CHAT_MESSAGES_MAX + 50; count += 1) {
      ana.chat.send(String(count));
      await pass(1_000 / CHAT_SENT_PER_S);
    }
    expect(ben.chat.messages).toHaveLength(CHAT_MESSAGES_MAX);
    expect(ben.texts.at(-1)).toBe(String(CHAT_MESSAGES_MAX + 49));
    expect(ana.chat.messages).toHaveLength(CHAT_MESSAGES_MAX);
  });
});

describe('a late joiner', () => {
  async function talkedBefore(shares = true) {
    const { ana, ben } = await two();
    ana.chat.setSharesHistory(shares);
    ben.chat.setSharesHistory(shares);
    ana.chat.send('first');
    await pass(50);
    ben.chat.send('second');
    ben.chat.send('for you alone', ben.see(ana));
    await pass(5_000);
    return { ana, ben, cleo: new Member('Cleo') };
  }

  test('is told by one of the others what was written to everyone', async () => {
    const { ana, ben, cleo } = await talkedBefore();
    cleo.chat.setSharesHistory(true);
    link(ana, cleo);
    link(ben, cleo);
    await pass(200);
    cleo.chat.send('hello');
    await pass(HISTORY_GREETINGS_MS + 100);
    expect(cleo.texts).toEqual(['first', 'second', 'hello']);
    expect(cleo.chat.messages).toMatchObject([
      { from: 'ana', name: 'Ana', old: true },
      { from: 'ben', name: 'Ben', old: true },
      { from: 'self', old: false, state: 'sent' },
    ]);
    expect(cleo.heard).toEqual([]);
    // And tells it to the next, when the others are gone.
    const dan = new Member('Dan');
    link(cleo, dan);
    await pass(HISTORY_GREETINGS_MS + 500);
    expect(dan.texts).toEqual(['first', 'second', 'hello']);
    expect(dan.chat.messages[0]).toMatchObject({ from: 'ana', toldBy: 'Cleo' });
    expect(ana.texts).toEqual(['first', 'second', 'for you alone', 'hello']);
  });

  test('is told nothing where the room does not want it', async () => {
    const { ana, ben, cleo } = await talkedBefore(false);
    link(ana, cleo);
    link(ben, cleo);
    await pass(10_000);
    expect(cleo.texts).toEqual([]);
    ana.chat.setSharesHistory(true);
    ana.chat.send('from now on');
    await pass(20);
    const dan = new Member('Dan');
    link(ana, dan);
    await pass(10_000);
    expect(dan.texts).toEqual(['from now on']);
  });

  test('asks the next one when the first says nothing', async () => {
    const { ana, ben, cleo } = await talkedBefore();
    const silent = new Member('Silent');
    const pair = link(silent, cleo);
    link(ana, cleo);
    link(ben, cleo);
    await pass(200);
    const channel = pair.impolite.connection.channels.get(CHAT_ID)!;
    channel.send(JSON.stringify({ type: 'hello', present_ms: 1e9, history: 100 }));
    silent.chat.close();
    await pass(HISTORY_GREETINGS_MS + 100);
    expect(cleo.texts).toEqual([]);
    await pass(HISTORY_ANSWER_MS);
    expect(cleo.texts).toEqual(['first', 'second']);
  });

  test('takes no history that was not asked for, and no more of it than there may be', async () => {
    const { ana, ben, pair } = await two();
    // Her page says something else than it should.
    ana.chat.close();
    const channel = pair.impolite.connection.channels.get(CHAT_ID)!;
    const told = (count: number): string => {
      const messages = Array.from({ length: 100 }, (_, index) => ({
        id: `m${String(count)}-${String(index)}`,
        from: index === 0 ? 'self' : 'cleo',
        name: 'Cleo',
        text: 'never said',
        sent_at: 0,
      }));
      return JSON.stringify({ type: 'history', done: false, messages });
    };
    channel.send(told(0));
    await pass(20);
    expect(ben.texts).toEqual([]);
    channel.send(JSON.stringify({ type: 'hello', present_ms: 5, history: 100 }));
    await pass(HISTORY_GREETINGS_MS + 50);
    for (let count = 1; count < 10; count += 1) channel.send(told(count));
    await pass(20);
    expect(ben.chat.messages).toHaveLength(HISTORY_MESSAGES_MAX);
    for (const message of ben.chat.messages) {
      expect(message).toMatchObject({ from: 'cleo', old: true, toldBy: 'Ana' });
    }
  });

  test('believes an author more than what others told of them', async () => {
    const { ana, ben, cleo } = await talkedBefore();
    link(ben, cleo);
    await pass(HISTORY_GREETINGS_MS + 300);
    expect(cleo.texts).toEqual(['first', 'second']);
    const pair = link(ana, cleo);
    await pass(200);
    const { id } = cleo.chat.messages[0]!;
    const message = { type: 'message', seq: 1, id, text: 'really', sent_at: 0, to_all: true };
    pair.impolite.connection.channels.get(CHAT_ID)!.send(JSON.stringify(message));
    await pass(20);
    expect(cleo.texts).toEqual(['second', 'really']);
    expect(cleo.chat.messages[1]).toMatchObject({ from: 'ana', old: false });
  });

  test('finds what was written to an empty room', async () => {
    const ana = new Member('Ana');
    ana.chat.setSharesHistory(true);
    const message = ana.chat.send('be right back');
    expect(message.state).toBe('sent');
    const ben = new Member('Ben');
    link(ana, ben);
    await pass(HISTORY_GREETINGS_MS + 300);
    expect(ben.texts).toEqual(['be right back']);
  });
});
