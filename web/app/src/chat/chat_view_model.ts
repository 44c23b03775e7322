import type { Call, ChatMessage, RemoteParticipant, Transfer } from '@visavis/client';

import { Announcer } from '../base/announcer.ts';
import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { FilesViewModel } from '../files/files_view_model.ts';
import { chatWords, fileWords } from '../strings/chat.ts';

/** What stands in the chat, one below the other. */
export type ChatItem =
  | { readonly kind: 'message'; readonly key: string; readonly message: ChatMessage }
  | { readonly kind: 'file'; readonly key: string; readonly transfer: Transfer }
  | { readonly kind: 'note'; readonly key: string; readonly text: string };

/** Whom something is for: everyone, or one. */
export interface Receiver {
  readonly id: string | null;
  readonly label: string;
  readonly gone: boolean;
}

type Insertion = Exclude<ChatItem, { kind: 'message' }>;

/** Notes between the messages; the oldest go. */
const NOTES_MAX = 50;

/** Read out at most so much of a message. */
const ANNOUNCED_CHARS_MAX = 200;

/** The chat of one call, whether its panel is open or not: what is new, what is written, and to whom. */
export class ChatViewModel extends Observable {
  /** What the person is writing; stays when the panel is closed. */
  draft = '';
  readonly files: FilesViewModel;
  readonly #call: Public<Call>;
  readonly #subscriptions = new Subscriptions();
  // What came between messages, and after which.
  #insertions: { readonly after: ChatMessage | null; readonly item: Insertion }[] = [];
  #to: { readonly id: string; readonly name: string } | null = null;
  #open = false;
  #unread = 0;
  #firstUnread: string | null = null;
  readonly #announcer = new Announcer(() => {
    this.changed();
  });
  #problem: string | null = null;
  #notes = 0;

  constructor(call: Public<Call>, files = new FilesViewModel(call)) {
    super();
    this.#call = call;
    this.files = files;
    const changed = (): void => {
      this.changed();
    };
    this.#subscriptions.add(
      call.chat.on('change', changed),
      call.chat.on('message', (message) => {
        this.#onMessage(message);
      }),
      call.chat.on('flooded', ({ name }) => {
        this.#insert({ kind: 'note', key: this.#noteKey(), text: chatWords.flooded(name) });
      }),
      call.on('participants', changed),
      files.onOffer((transfer) => {
        this.#onOffer(transfer);
      }),
      files.subscribe(() => {
        this.#insertTransfers();
        this.changed();
      }),
    );
    this.#insertTransfers();
    this.#countEarlier();
  }

  dispose(): void {
    this.#subscriptions.end();
    this.#announcer.dispose();
    this.files.dispose();
  }

  get items(): readonly ChatItem[] {
    const listed = new Set(this.files.transfers);
    const present = this.#insertions.filter(
      ({ item }) => item.kind !== 'file' || listed.has(item.transfer),
    );
    const { messages } = this.#call.chat;
    const items: ChatItem[] = [];
    const known = new Set(messages);
    const insert = (place: ChatMessage | null): void => {
      for (const { after, item } of present) {
        const anchor = after !== null && known.has(after) ? after : null;
        if (anchor === place) items.push(item);
      }
    };
    const firstNew = messages.findIndex(({ old }) => !old);
    for (const [index, message] of messages.entries()) {
      if (index === firstNew) insert(null);
      items.push({ kind: 'message', key: `${message.from} ${message.id}`, message });
      insert(message);
    }
    if (firstNew < 0) insert(null);
    return items;
  }

  /** Messages and offers that came while the panel was closed: for a mark on the button that opens it. */
  get unread(): number {
    return this.#unread;
  }

  /** The key of the first item that was new when the panel was opened; null where none was. */
  get firstUnread(): string | null {
    return this.#firstUnread;
  }

  /** For a live region outside of the panel: what has just come, while that is closed. */
  get announcement(): string {
    return this.#announcer.text;
  }

  /** Why the last message or file was not sent; null when it was. */
  get problem(): string | null {
    return this.#problem ?? this.files.problem;
  }

  get sharesHistory(): boolean {
    return this.#call.chat.sharesHistory;
  }

  /** Whom one may write to; the one chosen also when they have left. */
  get receivers(): readonly Receiver[] {
    const others = this.#present.map(({ id, name }) => ({
      id,
      label: chatWords.one(name),
      gone: false,
    }));
    const everyone = { id: null, label: chatWords.everyone, gone: false };
    const to = this.#to;
    if (to === null || others.some(({ id }) => id === to.id)) return [everyone, ...others];
    return [everyone, ...others, { id: to.id, label: chatWords.gone(to.name), gone: true }];
  }

  get to(): string | null {
    return this.#to?.id ?? null;
  }

  /** Why nothing can be sent: whoever it is meant for alone is not there any more. */
  get obstacle(): string | null {
    const gone = this.receivers.some((receiver) => receiver.gone);
    return gone && this.#to ? chatWords.receiverGone(this.#to.name) : null;
  }

  setTo(id: string | null): void {
    const receiver = this.#present.find((participant) => participant.id === id);
    this.#to = receiver ? { id: receiver.id, name: receiver.name } : null;
    this.changed();
  }

  setOpen(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    if (!open) this.#firstUnread = null;
    this.#unread = 0;
    this.#announcer.clear();
    this.changed();
  }

  /** Sends the draft. Returns whether it is on its way; if not, `problem` says why and the draft stays. */
  send(): boolean {
    if (this.draft.trim() === '' || this.obstacle !== null) return false;
    try {
      this.#call.chat.send(this.draft.trim(), this.#receiver);
    } catch (error) {
      this.#problem = problemText(error);
      this.changed();
      return false;
    }
    this.#problem = null;
    this.files.forgetProblem();
    this.draft = '';
    this.changed();
    return true;
  }

  retry(message: ChatMessage): void {
    try {
      this.#call.chat.retry(message);
      this.#problem = null;
    } catch (error) {
      this.#problem = problemText(error);
    }
    this.changed();
  }

  async sendFiles(files: readonly File[]): Promise<void> {
    if (files.length === 0 || this.obstacle !== null) return;
    this.#problem = null;
    await this.files.send(files, this.#receiver);
  }

  get #present(): readonly RemoteParticipant[] {
    return this.#call.participants.filter(({ state }) => state === 'joined');
  }

  get #receiver(): RemoteParticipant | null {
    return this.#present.find(({ id }) => id === this.#to?.id) ?? null;
  }

  #onMessage(message: ChatMessage): void {
    const { name, text, to } = message;
    const heard = to ? chatWords.heardPrivately : chatWords.heard;
    const start =
      text.length > ANNOUNCED_CHARS_MAX ? `${text.slice(0, ANNOUNCED_CHARS_MAX)}…` : text;
    this.#arrived(`${message.from} ${message.id}`, heard(name, start));
  }

  #onOffer(transfer: Transfer): void {
    this.#insertTransfers();
    this.#arrived(transfer.id, fileWords.offered(transfer.peer.name, transfer.name));
  }

  #arrived(key: string, announcement: string): void {
    if (!this.#open) {
      if (this.#unread === 0) this.#firstUnread = key;
      this.#unread += 1;
      this.#announcer.mention(announcement);
    }
    this.changed();
  }

  /** What came before there was a screen for it, as while that was being fetched. */
  #countEarlier(): void {
    const unseen = this.items.filter((item) => {
      if (item.kind === 'message') return item.message.from !== 'self' && !item.message.old;
      return item.kind === 'file' && item.transfer.direction === 'in';
    });
    this.#unread = unseen.length;
    this.#firstUnread = unseen[0]?.key ?? null;
  }

  #insertTransfers(): void {
    // Whoever offers files and takes them back all day long leaves nothing behind.
    const listed = new Set(this.files.transfers);
    this.#insertions = this.#insertions.filter(
      ({ item }) => item.kind !== 'file' || listed.has(item.transfer),
    );
    const known = new Set(
      this.#insertions.flatMap(({ item }) => (item.kind === 'file' ? [item.transfer] : [])),
    );
    for (const transfer of this.files.transfers) {
      if (!known.has(transfer)) this.#insert({ kind: 'file', key: transfer.id, transfer });
    }
  }

  #insert(item: Insertion): void {
    this.#insertions.push({ after: this.#call.chat.messages.at(-1) ?? null, item });
    const notes = this.#insertions.filter((one) => one.item.kind === 'note');
    if (notes.length > NOTES_MAX) {
      this.#insertions = this.#insertions.filter((one) => one !== notes[0]);
    }
    this.changed();
  }

  #noteKey(): string {
    this.#notes += 1;
    return `note-${String(this.#notes)}`;
  }
}

function problemText(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === 'too_large') return chatWords.problem.tooLong;
  if (code === 'queue_full') return chatWords.problem.queueFull;
  return chatWords.problem.nobody;
}
