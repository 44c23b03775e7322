import type { PeopleBlocks, Welcome } from '../base/protocol.ts';

/**
 * Whom we have blocked, as the server tells. It forgets that with our last session, and when it restarts; we remember for as long
 * as the page lives, and tell it again.
 */
export class BlockList {
  #users: ReadonlySet<string> = new Set();

  get users(): ReadonlySet<string> {
    return this.#users;
  }

  /** Returns whether anything changed. */
  apply({ blocked }: Pick<PeopleBlocks, 'blocked'>): boolean {
    const users = new Set(blocked);
    const same = users.size === this.#users.size && blocked.every((user) => this.#users.has(user));
    if (!same) this.#users = users;
    return !same;
  }

  /**
   * The list of a welcome.
   * @param isNew Whether the session is one that the server has not known before.
   * @returns Whom the server has to be told of again. They stay in the list.
   */
  reset({ blocked }: Pick<Welcome, 'blocked'>, isNew: boolean): readonly string[] {
    // Where another device of ours is still there, the server knows better than we.
    if (blocked === undefined && isNew) return [...this.#users];
    this.apply({ blocked: blocked ?? [] });
    return [];
  }
}
