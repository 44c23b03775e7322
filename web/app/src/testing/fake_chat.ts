import {
  Emitter,
  type Chat,
  type ChatMessage,
  type RemoteParticipant,
  type VisavisError,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Events } from './events.ts';

/** What the view models see of a call's chat, played by a test or by the gallery. */
export class FakeChat extends Emitter<Events<Chat>> implements Public<Chat> {
  messages: readonly ChatMessage[] = [];
  sharesHistory = false;
  readonly retried: string[] = [];
  /** What `send` and `retry` throw. */
  refusal: VisavisError | null = null;
  #lastId = 0;

  get asChat(): Chat {
    return this as unknown as Chat;
  }

  setSharesHistory(shares: boolean): void {
    this.sharesHistory = shares;
    this.emit('change');
  }

  send(text: string, to: RemoteParticipant | null = null): ChatMessage {
    if (this.refusal) throw this.refusal;
    return this.show({ text, to: to && { id: to.id, name: to.name } });
  }

  retry(message: ChatMessage): void {
    if (this.refusal) throw this.refusal;
    this.retried.push(message.text);
  }

  /** Puts a message there without a word. */
  show(about: Partial<ChatMessage>): ChatMessage {
    this.#lastId += 1;
    const message: ChatMessage = {
      id: `m${String(this.#lastId)}`,
      from: 'self',
      name: '',
      text: '',
      sentAt: Date.now(),
      to: null,
      state: 'sent',
      old: false,
      toldBy: null,
      ...about,
    };
    this.messages = [...this.messages, message];
    this.emit('change');
    return message;
  }

  /** Somebody else writes. */
  receive(from: RemoteParticipant, text: string, about: Partial<ChatMessage> = {}): ChatMessage {
    const message = this.show({ from: from.id, name: from.name, text, ...about });
    this.emit('message', message);
    return message;
  }

  flood(participant: RemoteParticipant): void {
    this.emit('flooded', participant);
  }

  linked(): void {
    // There are no links.
  }

  unlinked(): void {
    // There are no links.
  }

  cameBack(): void {
    // Nobody was away.
  }

  close(): void {
    // Nothing is open.
  }
}
