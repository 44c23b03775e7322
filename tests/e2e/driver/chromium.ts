// Chromium through Playwright.
import assert from 'node:assert/strict';
import * as playwright from 'playwright-core';
import { within } from '../../integration/support/pace.ts';
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
import { Tab, type Look } from './tab.ts';
import { toneFile } from './tone.ts';
import { defaultTimeoutMs } from './until.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const quiet = [
  '--no-sandbox', // its sandbox does not run as root
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];
const permissions = ['camera', 'microphone', 'clipboard-read', 'clipboard-write'];

async function launchOptions(devices: Devices): Promise<playwright.LaunchOptions> {
  const fake =
    devices === 'none'
      ? []
      : [
          // The second of them has 16 bits a pixel, which Chromium shows, but does not send.
          `--use-fake-device-for-media-stream=device-count=${devices === 'several' ? '3' : '1'}`,
          `--use-file-for-fake-audio-capture=${await toneFile()}`,
          // Answers the question which screen to share; a screen is there with the fake devices.
          ...(devices === 'denied' ? [] : ['--use-fake-ui-for-media-stream']),
        ];
  return { executablePath, args: [...quiet, ...fake], timeout: launchTimeoutMs };
}

export async function launchChromium(devices: Devices): Promise<Browser> {
  const browser = await playwright.chromium.launch(await launchOptions(devices));
  return {
    kind: 'chromium',
    get connected() {
      return browser.isConnected();
    },
    async newProfile(options) {
      return prepare(await browser.newContext(contextOptions(options)), devices, options);
    },
    close: () => browser.close(),
  };
}

// A profile on disk, which the next launch with the same directory finds again.
export async function openChromiumProfile(directory: string): Promise<Profile> {
  const options = { ...(await launchOptions('fake')), ...contextOptions({}) };
  return prepare(await playwright.chromium.launchPersistentContext(directory, options), 'fake', {});
}

function contextOptions(options: ProfileOptions): playwright.BrowserContextOptions {
  return {
    viewport: options.viewport ?? defaultViewport,
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: 'reduce', // software rendering: decoration costs as much as the call
  };
}

async function prepare(
  context: playwright.BrowserContext,
  devices: Devices,
  options: ProfileOptions,
): Promise<Profile> {
  // Granting a list refuses everything that is not on it.
  await context.grantPermissions(devices === 'denied' ? [] : permissions);
  await context.addInitScript({ content: await pageScript(options) });
  return {
    kind: 'chromium',
    newTab: async () => new ChromiumTab(await context.newPage()),
    async tabOpenedBy(act) {
      const [page] = await Promise.all([context.waitForEvent('page'), act()]);
      return new ChromiumTab(page);
    },
    close: () => context.close(),
  };
}

export class ChromiumTab extends Tab {
  override readonly kind = 'chromium';
  readonly #page: playwright.Page;

  constructor(page: playwright.Page) {
    super();
    this.#page = page;
    page.setDefaultTimeout(within(defaultTimeoutMs));
    page.on('console', (message) => {
      this.console.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
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
  override async crash(): Promise<void> {
    const crashed = this.#page.waitForEvent('crash');
    void this.#page.goto('chrome://crash').catch(() => undefined); // it never arrives
    await crashed;
  }
  override async screenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path });
  }
  override async wear({ viewport, colorScheme }: Look): Promise<void> {
    await this.#page.setViewportSize(viewport);
    await this.#page.emulateMedia({ colorScheme });
    // What the page lays out by its own size, it lays out a frame later.
    await this.evaluate(() => window.__e2e.settled(), null);
  }
  override press(key: string): Promise<void> {
    return this.#page.keyboard.press(key);
  }
  override hold(key: string): Promise<void> {
    return this.#page.keyboard.down(key);
  }
  override letGo(key: string): Promise<void> {
    return this.#page.keyboard.up(key);
  }
  override type(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }
  override count(query: Query): Promise<number> {
    return this.#locator(query).count();
  }
  // What its scripts hold once nothing is left to collect.
  heapBytes(): Promise<number> {
    return this.#inspected(async (session) => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    });
  }
  // The names of the app's own elements that are alive without being on the page.
  elementsOffThePage(): Promise<string[]> {
    return this.#inspected(async (session) => {
      // What references itself through the page's own objects takes more than one collection.
      for (let time = 0; time < 3; time += 1) await session.send('HeapProfiler.collectGarbage');
      const { result } = await session.send('Runtime.evaluate', {
        expression: 'HTMLElement.prototype',
      });
      assert(result.objectId !== undefined);
      const { objects } = await session.send('Runtime.queryObjects', {
        prototypeObjectId: result.objectId,
      });
      assert(objects.objectId !== undefined);
      const names = await session.send('Runtime.callFunctionOn', {
        objectId: objects.objectId,
        functionDeclaration: `function () {
          const elements = this.filter((one) => !Object.hasOwn(one, 'constructor')); // or it is a prototype
          const away = elements.filter((one) => !one.isConnected);
          return away.map((one) => one.localName).filter((name) => name.includes('-'));
        }`,
        returnByValue: true,
      });
      return names.result.value as string[];
    });
  }
  async #inspected<T>(inspect: (session: playwright.CDPSession) => Promise<T>): Promise<T> {
    const session = await this.#page.context().newCDPSession(this.#page);
    try {
      return await inspect(session);
    } finally {
      await session.detach();
    }
  }
  // A file of any size, at the one place of the page that takes files.
  chooseFromDisk(path: string): Promise<void> {
    return this.#page.locator('input[type=file]').setInputFiles(path);
  }
  // Where the next file that the page lets the browser save is, once it is there.
  async nextDownload(timeoutMs: number): Promise<string> {
    const download = await this.#page.waitForEvent('download', { timeout: timeoutMs });
    return download.path();
  }
  override click(query: Query): Promise<void> {
    return this.#locator(query).click();
  }
  override fill(query: Query, text: string): Promise<void> {
    return this.#locator(query).fill(text);
  }
  override evaluate<A, R>(page: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
    return this.#page.evaluate(page as (argument: unknown) => R | Promise<R>, argument);
  }

  // Playwright's own engine for roles and names, a second opinion beside driver/page/finder.ts.
  #locator({ role, name, inside }: Query): playwright.Locator {
    if (role === 'video') {
      return this.#page.locator('video').and(this.#labelled(name)).filter({ visible: true });
    }
    const around = inside === undefined ? this.#page : this.#locator(inside);
    return around.getByRole(role, name === undefined ? {} : { name, exact: true });
  }
  #labelled(name: string | undefined): playwright.Locator {
    if (name === undefined) throw new Error(`${inWords({ role: 'video' })} needs a name`);
    return this.#page.getByLabel(name, { exact: true });
  }
}
