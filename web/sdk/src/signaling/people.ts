import type * as protocol from '../base/protocol.ts';

/** Somebody online, on however many devices. */
export interface Person {
  user: string;
  name: string;
  /** Has joined a call on one of their devices. Calling them rings all the same. */
  inCall: boolean;
  /** Somebody else online had this name, or one that looks like it, before: tell them apart. */
  confusable: boolean;
}

export function toPerson({ user, name, in_call, confusable }: protocol.Person): Person {
  return { user, name, inCall: in_call ?? false, confusable: confusable ?? false };
}

/** The list of others online, kept current by presence messages (PROTOCOL.md section 5). */
export class People {
  readonly #people = new Map<string, Person>();
  #sorted: readonly Person[] | null = null;
  #total = 0;

  /** By name as the page's language sorts; equal names by id, so that the order is stable. */
  get list(): readonly Person[] {
    this.#sorted ??= [...this.#people.values()].sort(
      (a, b) => collator.compare(a.name, b.name) || (a.user < b.user ? -1 : 1),
    );
    return this.#sorted;
  }

  /** Others online, listed or not. */
  get total(): number {
    return this.#total;
  }

  /** The list of a welcome: like presence, it is the same for everybody, `welcome.user` included. */
  reset({ people, people_total: total, user: self }: protocol.Welcome): void {
    this.#people.clear();
    for (const person of people) {
      if (person.user !== self) this.#people.set(person.user, toPerson(person));
    }
    this.#total = Math.max(0, total - 1);
    this.#sorted = null;
  }

  /** @param self Our own user id: presence is the same for everybody, and counts us in. */
  apply(presence: protocol.Presence, self: string): void {
    for (const user of presence.gone) this.#people.delete(user);
    for (const person of presence.here) {
      if (person.user !== self) this.#people.set(person.user, toPerson(person));
    }
    this.#total = Math.max(0, presence.people_total - 1);
    this.#sorted = null;
  }
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });
