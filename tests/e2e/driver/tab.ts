// One browser tab, steered the same way in every browser.
import type { LinkStats } from './stats.ts';
import { inWords, type Query } from './query.ts';
import { defaultTimeoutMs, until } from './until.ts';

export type BrowserKind = 'chromium' | 'firefox';

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

// What of a screen differs from person to person.
export interface Look {
  readonly viewport: Viewport;
  readonly colorScheme: 'light' | 'dark';
}

export abstract class Tab {
  abstract readonly kind: BrowserKind;
  // What the page wrote to its console, and what went wrong in it uncaught.
  readonly console: string[] = [];
  readonly errors: string[] = [];

  abstract goto(url: string): Promise<void>;
  abstract reload(): Promise<void>;
  abstract close(): Promise<void>;
  // Ends the page as a crash does: nobody is told.
  abstract crash(): Promise<void>;
  abstract screenshot(path: string): Promise<void>;
  abstract press(key: string): Promise<void>;
  abstract hold(key: string): Promise<void>;
  abstract letGo(key: string): Promise<void>;
  abstract type(text: string): Promise<void>;
  // How many exposed elements have this role and name.
  abstract count(query: Query): Promise<number>;
  // Clicks with real input events as soon as a person could.
  abstract click(query: Query): Promise<void>;
  abstract fill(query: Query, text: string): Promise<void>;
  // `page` runs inside the page: it can use nothing of its surroundings but `argument`.
  abstract evaluate<A, R>(page: (argument: A) => R | Promise<R>, argument: A): Promise<R>;

  // Shows the page on another screen, as it is; only Chromium does that.
  wear(_look: Look): Promise<void> {
    return Promise.reject(new Error(`${this.kind} keeps the look that it was opened with`));
  }

  async see(query: Query, timeoutMs = defaultTimeoutMs): Promise<void> {
    await until(`${inWords(query)} is there`, async () => (await this.count(query)) > 0, timeoutMs);
  }

  async seeNo(query: Query, timeoutMs = defaultTimeoutMs): Promise<void> {
    const gone = async (): Promise<boolean> => (await this.count(query)) === 0;
    await until(`${inWords(query)} is gone`, gone, timeoutMs);
  }

  // Moves the focus to it with the Tab key, as far as it takes; fails where no way leads there.
  async tabTo(query: Query): Promise<void> {
    const stopsMax = 40;
    for (let stops = 0; stops < stopsMax; stops += 1) {
      if (await this.evaluate((wanted) => window.__e2e.isFocused(wanted), query)) return;
      await this.press('Tab');
    }
    throw new Error(`the Tab key does not lead to ${inWords(query)}`);
  }

  // Chooses an option of a select by its words. The browsers' own lists of options are no part of the page, so
  // the drivers too set the value and tell of it.
  async choose(query: Query, option: string): Promise<void> {
    const chosen = { query, option };
    await until(`${inWords(query)} has the option “${option}”`, () =>
      this.evaluate(({ query: wanted, option: words }) => {
        const [select] = window.__e2e.find(wanted);
        if (!(select instanceof HTMLSelectElement) || select.disabled) return false;
        const found = [...select.options].find(({ text }) => text === words);
        if (found === undefined) return false;
        select.value = found.value;
        select.dispatchEvent(new Event('input', { bubbles: true }));
        select.dispatchEvent(new Event('change', { bubbles: true }));
        return true;
      }, chosen),
    );
  }

  // The words of the option that a select shows as chosen.
  chosen(query: Query): Promise<string | null> {
    return this.evaluate((wanted) => {
      const [select] = window.__e2e.find(wanted);
      return select instanceof HTMLSelectElement ? (select.selectedOptions[0]?.text ?? null) : null;
    }, query);
  }

  // The text of the first such element, or null where there is none.
  text(query: Query): Promise<string | null> {
    return this.evaluate((wanted) => {
      const element = window.__e2e.find(wanted)[0];
      return element === undefined ? null : window.__e2e.textOf(element);
    }, query);
  }

  // All that a person can read on the page.
  pageText(): Promise<string> {
    return this.evaluate(() => window.__e2e.textOf(document.body), null);
  }

  isDisabled(query: Query): Promise<boolean> {
    return this.evaluate(
      (wanted) =>
        window.__e2e.find(wanted)[0]?.matches(':disabled, [aria-disabled="true"]') ?? false,
      query,
    );
  }

  links(): Promise<LinkStats[]> {
    return this.evaluate(() => window.__e2e.links(), null);
  }
}
