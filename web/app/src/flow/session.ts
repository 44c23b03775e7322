import type { Call, ClientOptions, LocalMedia, VisavisClient } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { LobbyViewModel } from '../people/lobby_view_model.ts';
import { strings } from '../strings/strings.ts';
import type { Memory } from '../navigation/memory.ts';

type Client = Public<VisavisClient>;
export type CreateClient = (options: Pick<ClientOptions, 'name' | 'iceTransportPolicy'>) => Client;

/** Why the server lets this page wait, or has sent it away. */
export type Connection = 'online' | 'connecting' | 'reconnecting' | 'replaced' | 'refused';

interface SessionOptions {
  readonly createClient: CreateClient;
  readonly media: Public<LocalMedia>;
  readonly memory: Memory;
  /** A call that nobody here started. */
  readonly onCall: (call: Public<Call>) => void;
  /** The client is gone, and every call with it. */
  readonly onLeave: () => void;
}

/** Being somebody at the server: from a name to a client that is welcome, and who else is there. */
export class Session extends Observable {
  readonly #options: SessionOptions;
  readonly #subscriptions = new Subscriptions();
  #client: Client | null = null;
  #lobby: LobbyViewModel | null = null;
  #welcomed = false;
  #problem: string | null = null;
  #hidesAddress: boolean;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
    this.#hidesAddress = options.memory.hidesAddress;
  }

  /** Null before the first welcome. */
  get client(): Client | null {
    return this.#welcomed ? this.#client : null;
  }

  get connection(): Connection {
    const client = this.#client;
    if (client?.state === 'closed')
      return client.closeReason === 'replaced' ? 'replaced' : 'refused';
    if (client?.state === 'online' || client?.state === 'reconnecting') return client.state;
    return 'connecting';
  }

  /** Our own name as the server has it, or as it was typed last. */
  get name(): string {
    return this.#client?.self?.name ?? this.#options.memory.name;
  }

  get user(): string {
    return this.#client?.self?.user ?? '';
  }

  /** The people online; null before the first welcome. */
  get lobby(): LobbyViewModel | null {
    return this.#welcomed ? this.#lobby : null;
  }

  get joining(): boolean {
    return this.#client !== null && !this.#welcomed;
  }

  /** Why joining did not work, in words. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Resolves to whether we are welcome under that name. */
  async join(name: string): Promise<boolean> {
    const wanted = name.trim();
    if (wanted === '') {
      this.#problem = strings.join.nameMissing;
      this.changed();
      return false;
    }
    this.#leave();
    this.#problem = null;
    const { createClient, memory } = this.#options;
    const client = createClient({ name: wanted, iceTransportPolicy: this.#iceTransportPolicy });
    this.#follow(client);
    this.changed();
    try {
      await client.connect();
    } catch (error) {
      if (this.#client !== client) return false;
      this.#leave();
      this.#problem = joinProblemInWords(error);
      this.changed();
      return false;
    }
    if (this.#client !== client) return false;
    this.#welcomed = true;
    memory.remember(client.self?.name ?? wanted);
    this.changed();
    return true;
  }

  async rename(name: string): Promise<void> {
    const cleaned = await this.#client?.setName(name);
    if (cleaned !== undefined) this.#options.memory.remember(cleaned);
  }

  /** Calls go through the server only, so that nobody called learns our address. */
  get hidesAddress(): boolean {
    return this.#hidesAddress;
  }

  setHidesAddress(hides: boolean): void {
    if (hides === this.#hidesAddress) return;
    this.#hidesAddress = hides;
    this.#options.memory.rememberHidesAddress(hides);
    this.#client?.setIceTransportPolicy(this.#iceTransportPolicy);
    this.changed();
  }

  get #iceTransportPolicy(): RTCIceTransportPolicy {
    return this.#hidesAddress ? 'relay' : 'all';
  }

  #follow(client: Client): void {
    this.#client = client;
    this.#welcomed = false;
    const lobby = new LobbyViewModel(client, this.#options.media);
    this.#lobby = lobby;
    const changed = (): void => {
      this.changed();
    };
    this.#subscriptions.add(
      client.on('state', changed),
      client.on('people', changed),
      client.on('name', (name) => {
        this.#options.memory.remember(name);
        this.changed();
      }),
      lobby.pauses.subscribe(changed),
      client.on('call', this.#options.onCall),
      this.#options.media.on('change', changed),
    );
  }

  #leave(): void {
    this.#subscriptions.end();
    this.#lobby?.dispose();
    this.#lobby = null;
    this.#client?.close();
    this.#client = null;
    this.#welcomed = false;
    this.#options.onLeave();
  }
}

function joinProblemInWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'unreachable' || code === 'closed') return strings.join.unreachable;
  return strings.join.failed(error instanceof Error ? error.message : '');
}
