import type { LocalMedia, Person, VisavisClient } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { strings } from '../strings/strings.ts';
import { BlockedPeople } from './blocked_people.ts';
import { CallPauses } from './call_pauses.ts';
import { filterPeople } from './people_filter.ts';

/** The server is asked only after typing has paused for this long. */
export const SEARCH_DELAY_MS = 250;
/** Beyond this many at once, comings and goings are not read out one by one. */
export const ANNOUNCED_CHANGES_MAX = 3;

/** One line of the list. `obstacle` says in words why this person cannot be called now. */
export interface LobbyEntry {
  readonly person: Person;
  readonly obstacle: string | null;
}

type Search =
  | { readonly state: 'none' }
  | { readonly state: 'asking' }
  | { readonly state: 'found'; readonly people: readonly Person[]; readonly more: boolean };

/** Who is online, what the search leaves of them, and whether they can be called. */
export class LobbyViewModel extends Observable {
  readonly blocked: BlockedPeople;
  readonly pauses = new CallPauses();
  readonly #client: Public<VisavisClient>;
  readonly #media: Public<LocalMedia>;
  readonly #subscriptions = new Subscriptions();
  #query = '';
  #search: Search = { state: 'none' };
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  #searchNumber = 0;
  #known: ReadonlyMap<string, string>;
  #announcement = '';

  constructor(client: Public<VisavisClient>, media: Public<LocalMedia>) {
    super();
    this.#client = client;
    this.#media = media;
    this.#known = namesByUser(client.people);
    this.blocked = new BlockedPeople(client);
    const changed = (): void => {
      this.changed();
    };
    this.#subscriptions.add(
      client.on('people', () => {
        this.#announceChanges();
        this.changed();
      }),
      client.on('state', changed),
      client.on('name', changed),
      media.on('change', changed),
      this.blocked.subscribe(changed),
      this.pauses.subscribe(changed),
    );
  }

  dispose(): void {
    clearTimeout(this.#searchTimer);
    this.#subscriptions.end();
    this.blocked.dispose();
    this.pauses.dispose();
  }

  get query(): string {
    return this.#query;
  }

  /** Others online, listed or not. */
  get total(): number {
    return this.#client.peopleTotal;
  }

  /** Nobody else is here at all. */
  get alone(): boolean {
    return this.#client.peopleTotal === 0 && this.#client.people.length === 0;
  }

  get searching(): boolean {
    return this.#search.state === 'asking';
  }

  /** The server found more people than it names. */
  get moreFound(): boolean {
    return this.#search.state === 'found' && this.#search.more;
  }

  /** How many people are online but not in the list, which the server caps. */
  get beyondList(): number {
    return Math.max(0, this.#client.peopleTotal - this.#client.people.length);
  }

  /** The latest coming or going, for a live region. */
  get announcement(): string {
    return this.#announcement;
  }

  get entries(): readonly LobbyEntry[] {
    const listed = filterPeople(this.#client.people, this.#query);
    const found = this.#search.state === 'found' ? this.#search.people : [];
    const self = this.#client.self?.user;
    const users = new Set(listed.map((person) => person.user));
    const others = found.filter((person) => person.user !== self && !users.has(person.user));
    return [...listed, ...others].map((person) => ({ person, obstacle: this.#obstacle(person) }));
  }

  setQuery(query: string): void {
    this.#query = query;
    clearTimeout(this.#searchTimer);
    const number = ++this.#searchNumber;
    const wanted = query.trim();
    if (wanted === '' || this.beyondList === 0) {
      this.#search = { state: 'none' };
    } else {
      this.#search = { state: 'asking' };
      this.#searchTimer = setTimeout(() => void this.#ask(wanted, number), SEARCH_DELAY_MS);
    }
    this.changed();
  }

  async #ask(query: string, number: number): Promise<void> {
    let search: Search = { state: 'none' };
    try {
      search = { state: 'found', ...(await this.#client.search(query)) };
    } catch {
      // Without an answer the filtered list is what there is; the connection's state is shown elsewhere.
    }
    if (number !== this.#searchNumber) return;
    this.#search = search;
    this.changed();
  }

  #obstacle(person: Person): string | null {
    if (!this.#media.ready) return strings.people.waitForMedia;
    if (this.#client.state !== 'online') return strings.people.waitForServer;
    const seconds = this.pauses.secondsFor(person.user);
    return seconds > 0 ? strings.people.pause(seconds) : null;
  }

  #announceChanges(): void {
    const before = this.#known;
    const now = namesByUser(this.#client.people);
    this.#known = now;
    const changes: string[] = [];
    for (const [user, name] of now) {
      if (!before.has(user)) changes.push(strings.people.arrived(name));
    }
    for (const [user, name] of before) {
      if (!now.has(user)) changes.push(strings.people.gone(name));
    }
    if (changes.length === 0) return;
    this.#announcement = changes.length <= ANNOUNCED_CHANGES_MAX ? changes.join('. ') : '';
  }
}

function namesByUser(people: readonly Person[]): ReadonlyMap<string, string> {
  return new Map(people.map((person) => [person.user, person.name]));
}
