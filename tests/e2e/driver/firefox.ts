// Firefox through Puppeteer's WebDriver BiDi.
import * as puppeteer from 'puppeteer-core';
import {
  defaultViewport,
  launchTimeoutMs,
  type Browser,
  type Devices,
  type Profile,
  type ProfileOptions,
} from './browser.ts';
import { pageScript } from './page_script.ts';
import { inWords, type Query } from './query.ts';
import { Tab } from './tab.ts';
import { until } from './until.ts';

const executablePath = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr';
const blocked = 2; // nsIPermissionManager.DENY_ACTION

// Firefox tells of a WebSocket that broke as of an uncaught error, though no script threw one.
const lostWebSocket =
  /^Error: (The connection to wss?:\S+ was interrupted|Firefox can.t establish a connection to the server at wss?:)/;

function preferences(devices: Devices): Record<string, unknown> {
  return {
    'media.autoplay.default': 0,
    'ui.prefersReducedMotion': 1,
    // Everybody here sits at a machine of their own, so that each window is in front.
    'media.devices.unfocused.enabled': true,
    'media.navigator.streams.fake': devices !== 'none',
    'media.navigator.permission.disabled': devices !== 'denied',
    ...(devices === 'denied' && {
      'permissions.default.camera': blocked,
      'permissions.default.microphone': blocked,
    }),
  };
}

function launch(devices: Devices, userDataDir?: string): Promise<puppeteer.Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    extraPrefsFirefox: preferences(devices),
    timeout: launchTimeoutMs,
    ...(userDataDir !== undefined && { userDataDir }),
  });
}

export async function launchFirefox(devices: Devices): Promise<Browser> {
  const browser = await launch(devices);
  return {
    kind: 'firefox',
    get connected() {
      return browser.connected;
    },
    async newProfile(options) {
      const context = await browser.createBrowserContext();
      return new FirefoxProfile(context, options, () => context.close());
    },
    close: () => browser.close(),
  };
}

// A profile on disk, which the next launch with the same directory finds again.
export async function openFirefoxProfile(directory: string): Promise<Profile> {
  const browser = await launch('fake', directory);
  return new FirefoxProfile(browser.defaultBrowserContext(), {}, () => browser.close());
}

// WebDriver names this key by its character.
function named(key: string): puppeteer.KeyInput {
  return (key === 'Space' ? ' ' : key) as puppeteer.KeyInput;
}

class FirefoxProfile implements Profile {
  readonly kind = 'firefox';
  readonly #context: puppeteer.BrowserContext;
  readonly #options: ProfileOptions;
  readonly close: () => Promise<void>;

  constructor(
    context: puppeteer.BrowserContext,
    options: ProfileOptions,
    close: () => Promise<void>,
  ) {
    this.#context = context;
    this.#options = options;
    this.close = close;
  }

  async newTab(): Promise<Tab> {
    // A tab behind another one is hidden, and a hidden page's timers and videos are throttled; a window
    // of its own is not.
    return this.#prepare(await this.#context.newPage({ type: 'window' }));
  }

  async tabOpenedBy(act: () => Promise<unknown>): Promise<Tab> {
    const opened = new Promise<puppeteer.Page>((resolve) => {
      this.#context.once('targetcreated', (target) => {
        void target.page().then((page) => {
          if (page !== null) resolve(page);
        });
      });
    });
    await act();
    return this.#prepare(await opened);
  }

  async #prepare(page: puppeteer.Page): Promise<Tab> {
    await page.setViewport(this.#options.viewport ?? defaultViewport);
    await page.evaluateOnNewDocument(await pageScript(this.#options));
    return new FirefoxTab(page);
  }
}

class FirefoxTab extends Tab {
  override readonly kind = 'firefox';
  readonly #page: puppeteer.Page;

  constructor(page: puppeteer.Page) {
    super();
    this.#page = page;
    page.on('console', (message) => {
      this.console.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      (lostWebSocket.test(words) ? this.console : this.errors).push(words);
    });
  }

  override async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }
  override async reload(): Promise<void> {
    await this.#page.reload();
  }
  override close(): Promise<void> {
    return this.#page.close();
  }
  override crash(): Promise<void> {
    throw new Error('Firefox has no page that crashes on demand');
  }
  override async screenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path });
  }
  override async press(key: string): Promise<void> {
    await this.#takeKeyboard();
    await this.#page.keyboard.press(named(key));
  }
  override async hold(key: string): Promise<void> {
    await this.#takeKeyboard();
    await this.#page.keyboard.down(named(key));
  }
  override letGo(key: string): Promise<void> {
    return this.#page.keyboard.up(named(key));
  }
  override async type(text: string): Promise<void> {
    await this.#takeKeyboard();
    await this.#page.keyboard.type(text);
  }
  override count(query: Query): Promise<number> {
    return this.evaluate((wanted) => window.__e2e.find(wanted).length, query);
  }

  override async click(query: Query): Promise<void> {
    await until(`${inWords(query)} is hit`, async () => {
      const element = await this.#actionable(query);
      const pressed = await element.evaluateHandle((target) => {
        const seen = { hit: false };
        target.addEventListener('pointerdown', () => (seen.hit = true), { capture: true });
        return seen;
      });
      await element.click();
      // What moves away in the last moment is missed. Where the page is gone, it was hit.
      const hit = await pressed.evaluate((seen) => seen.hit).catch(() => true);
      await element.dispose().catch(() => undefined);
      return hit;
    });
  }

  override async fill(query: Query, text: string): Promise<void> {
    const element = await this.#actionable(query);
    await this.#takeKeyboard();
    await element.click({ count: 3 });
    await element.press('Backspace');
    await element.type(text);
    await element.dispose();
  }

  override evaluate<A, R>(page: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
    return this.#page.evaluate(page as (argument: unknown) => R | Promise<R>, argument);
  }

  // Keys go to the window in front only; bringing it there again would move the focus within it.
  async #takeKeyboard(): Promise<void> {
    if (!(await this.#page.evaluate(() => document.hasFocus()))) await this.#page.bringToFront();
  }

  #actionable(query: Query): Promise<puppeteer.ElementHandle> {
    return until(`${inWords(query)} can be clicked`, async () => {
      const handle = await this.#page.evaluateHandle(
        (wanted) => window.__e2e.actionable(wanted),
        query,
      );
      const element = handle.asElement();
      if (element === null) throw new Error(JSON.stringify(await handle.jsonValue()));
      return element as puppeteer.ElementHandle;
    });
  }
}
