import type { ToldMessage } from './chat_message.ts';
import type { WrittenMessage } from './chat_peer.ts';
import { CHAT_CHARS_MAX, CHAT_MESSAGES_MAX } from '../base/limits.ts';
import type { RemoteParticipant } from '../link/participant.ts';

/** Something that was written in a call. */
export interface ChatMessage {
  /** Unique among what its author wrote. */
  readonly id: string;
  /** `self`, or the participant id of the author: as told, where `old`. */
  readonly from: string;
  /** The author's; empty for `self`. */
  readonly name: string;
  readonly text: string;
  /** Of Date.now(), never in the future. */
  readonly sentAt: number;
  /** Whom it is for; null: everyone. */
  readonly to: { readonly id: string; readonly name: string } | null;
  /** `sending` until everyone it is for has it; `failed` when nobody has, and nobody will. */
  readonly state: 'sending' | 'sent' | 'failed';
  /** Written before we came: what `toldBy` says of it, nobody has proved. */
  readonly old: boolean;
  /** Whoever told us of it, by name; null where the author did. */
  readonly toldBy: string | null;
}

interface Entry {
  /** `self`, or the person who wrote it, as the server knows them; where we were told of it, as we were told. */
  readonly author: string;
  /** Counts how often we have come into the call. */
  readonly stay: number;
  message: { -readonly [Key in keyof ChatMessage]: ChatMessage[Key] };
  /** A late joiner may be told of it. */
  readonly shared: boolean;
  /** Participant ids of those who do not have it yet. */
  readonly waiting: Set<string>;
  arrived: boolean;
}

/** Everything that was written in a call, as far as it is kept. */
export class ChatRecord {
  #entries: Entry[] = [];
  #messages: readonly ChatMessage[] = [];
  #stay = 1;
  readonly #byKey = new Map<string, Entry>();

  /** Another array whenever one comes or goes. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  find(author: string, id: string): ChatMessage | null {
    return this.#byKey.get(keyOf(author, id))?.message ?? null;
  }

  /** We come into the call once more: what we are told of from now on was written before that. */
  cameBack(): void {
    this.#stay += 1;
  }

  /** Our own that this participant has not got, in order. */
  waitingFor(receiver: string): ChatMessage[] {
    return this.#entries.flatMap(({ message, waiting }) =>
      waiting.has(receiver) ? [message] : [],
    );
  }

  addOwn(text: string, to: RemoteParticipant | null, shared: boolean): ChatMessage {
    const message = {
      id: newId(),
      from: 'self',
      name: '',
      text,
      sentAt: Date.now(),
      to: to && { id: to.id, name: to.name },
      state: 'sending' as const,
      old: false,
      toldBy: null,
    };
    return this.#add('self', message, shared);
  }

  /** Returns null for what has come before, also from whoever they were in this call earlier. */
  addReceived(
    from: RemoteParticipant,
    { id, text, sentAt, toAll }: WrittenMessage,
    shared: boolean,
  ): ChatMessage | null {
    if (this.find(`user ${from.user}`, id)) return null;
    // What its author says counts more than what others told of it.
    this.#entries = this.#entries.filter(({ message }) => !message.old || message.id !== id);
    const message = {
      id,
      from: from.id,
      name: from.name,
      text,
      sentAt,
      to: toAll ? null : { id: 'self', name: '' },
      state: 'sent' as const,
      old: false,
      toldBy: null,
    };
    return this.#add(`user ${from.user}`, message, shared);
  }

  /** Puts what was written before we came where it was written: after what we know, or else in front of what came since. */
  addTold(teller: RemoteParticipant, told: readonly ToldMessage[], shared: boolean): void {
    const now = Date.now();
    let place = this.#placeOfTold;
    for (const { id, from, name, text, sentAt } of told) {
      const known = this.#entries.findIndex(({ message }) => message.id === id);
      if (known >= 0) {
        place = known + 1;
        continue;
      }
      const message: ChatMessage = {
        id,
        from: from ?? teller.id,
        name: from === null ? teller.name : name,
        text,
        sentAt: Math.min(now, sentAt),
        to: null,
        state: 'sent',
        old: true,
        toldBy: teller.name,
      };
      const entry = this.#entry(`told ${message.from}`, message, shared);
      this.#entries.splice(place++, 0, { ...entry, arrived: true });
    }
    this.#keepWithinLimits();
  }

  /** It is for these participants as well. */
  address(id: string, receivers: readonly string[]): void {
    const entry = this.#byKey.get(keyOf('self', id));
    for (const receiver of receivers) entry?.waiting.add(receiver);
  }

  delivered(id: string, receiver: string): void {
    const entry = this.#byKey.get(keyOf('self', id));
    if (entry?.waiting.delete(receiver)) entry.arrived = true;
  }

  /** @param linked The participants whom something could still reach. */
  settle(linked: ReadonlySet<string>): void {
    for (const { message, waiting, arrived, shared } of this.#entries) {
      if (message.from !== 'self') continue;
      const underWay = [...waiting].some((id) => linked.has(id));
      // Written to an empty room, it is there for whoever comes.
      const kept = shared && message.to === null && waiting.size === 0;
      message.state = underWay ? 'sending' : arrived || kept ? 'sent' : 'failed';
    }
  }

  /** What a late joiner may be told, in order. */
  toTell(): ToldMessage[] {
    return this.#entries
      .filter(({ message, shared }) => shared && message.to === null)
      .map(({ message: { id, from, name, text, sentAt } }) => ({
        id,
        from: from === 'self' ? null : from,
        name,
        text,
        sentAt,
      }));
  }

  get #placeOfTold(): number {
    const since = this.#entries.findIndex(
      ({ message, stay }) => !message.old && stay === this.#stay,
    );
    return since < 0 ? this.#entries.length : since;
  }

  #entry(author: string, message: ChatMessage, shared: boolean): Entry {
    const stay = this.#stay;
    return { author, stay, message: { ...message }, shared, waiting: new Set(), arrived: false };
  }

  #add(author: string, message: ChatMessage, shared: boolean): ChatMessage {
    const entry = this.#entry(author, message, shared);
    this.#entries.push(entry);
    this.#keepWithinLimits();
    return entry.message;
  }

  #keepWithinLimits(): void {
    let chars = this.#entries.reduce((sum, { message }) => sum + message.text.length, 0);
    while (this.#entries.length > CHAT_MESSAGES_MAX || chars > CHAT_CHARS_MAX) {
      chars -= this.#entries.shift()?.message.text.length ?? 0;
    }
    this.#byKey.clear();
    for (const entry of this.#entries) {
      this.#byKey.set(keyOf(entry.author, entry.message.id), entry);
    }
    this.#messages = this.#entries.map(({ message }) => message);
  }
}

function keyOf(author: string, id: string): string {
  return `${author} ${id}`;
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
