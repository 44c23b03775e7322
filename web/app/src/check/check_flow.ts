import type { Address } from '../navigation/address.ts';
import { parseRoute } from '../navigation/route.ts';

/** Of the check: its address, and whether it leads there. */
export const CHECK = '/check';

/** Whether the app shows the check, which the address says. */
export class CheckFlow {
  readonly #address: Address;
  #shown: { readonly code: string | null; readonly startsAtOnce: boolean } | null = null;

  constructor(address: Address) {
    this.#address = address;
  }

  /** Null where the address leads elsewhere. `startsAtOnce`: the person has just asked for it. */
  get shown(): { readonly code: string | null; readonly startsAtOnce: boolean } | null {
    return this.#shown;
  }

  /** Looks where the address leads. Returns whether that is here. */
  look(): boolean {
    const route = parseRoute(this.#address.url);
    const code = route.name === 'check' ? route.code : null;
    this.#shown = route.name === 'check' ? { code, startsAtOnce: false } : null;
    return this.#shown !== null;
  }

  /** By a step that the back button undoes. */
  open(): void {
    this.#address.push(CHECK);
    this.#shown = { code: null, startsAtOnce: true };
  }
}
