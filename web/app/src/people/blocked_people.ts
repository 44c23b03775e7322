import type { VisavisClient } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';

export interface BlockedPerson {
  readonly user: string;
  /** Null where nobody told it: they were blocked on another device, and are not online. */
  readonly name: string | null;
}

/** Whose calls do not ring here any more, by name. */
export class BlockedPeople extends Observable {
  readonly #client: Public<VisavisClient>;
  readonly #off: () => void;
  /** Of those blocked from here. */
  readonly #names = new Map<string, string>();
  #failed = false;

  constructor(client: Public<VisavisClient>) {
    super();
    this.#client = client;
    this.#off = client.on('blocked', () => {
      for (const user of this.#names.keys()) if (!this.has(user)) this.#names.delete(user);
      this.changed();
    });
  }

  get list(): readonly BlockedPerson[] {
    return [...this.#client.blocked].map((user) => {
      const online = this.#client.people.find((person) => person.user === user);
      return { user, name: online?.name ?? this.#names.get(user) ?? null };
    });
  }

  /** The server did not take what was asked last. */
  get failed(): boolean {
    return this.#failed;
  }

  has(user: string): boolean {
    return this.#client.blocked.has(user);
  }

  async block({ user, name }: { user: string; name: string }): Promise<void> {
    this.#names.set(user, name);
    await this.#ask(this.#client.block(user));
    if (!this.has(user)) this.#names.delete(user);
  }

  unblock(user: string): Promise<void> {
    return this.#ask(this.#client.unblock(user));
  }

  dispose(): void {
    this.#off();
  }

  async #ask(asking: Promise<void>): Promise<void> {
    this.#failed = false;
    try {
      await asking;
    } catch {
      this.#failed = true;
    }
    this.changed();
  }
}
