// The gallery, served and opened in a browser: what both scripts beside this need to take pictures of it.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { createServer } from 'vite';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SETTLED_MS = 700; // fade-ins and the first frames of the pictures

export const SIZES = {
  phone: { width: 360, height: 740 },
  sideways: { width: 740, height: 360 },
  desktop: { width: 1440, height: 900 },
};

export class Photographer {
  readonly browser: Browser;
  readonly #url: string;

  private constructor(browser: Browser, url: string) {
    this.browser = browser;
    this.#url = url;
  }

  /** Serves the gallery and opens a browser while `work` is done. */
  static async hired(work: (photographer: Photographer) => Promise<void>): Promise<void> {
    const server = await createServer({ server: { port: 0, host: '127.0.0.1', hmr: false } });
    await server.listen();
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    });
    try {
      await work(new Photographer(browser, `${server.resolvedUrls?.local[0] ?? ''}gallery/`));
    } finally {
      await browser.close();
      await server.close();
    }
  }

  async screenNames(): Promise<string[]> {
    const page = await this.browser.newPage();
    await page.goto(this.#url);
    const names = await page.getByRole('link').allTextContents();
    await page.close();
    return names;
  }

  /** A page that looks like this; it is the caller's to close. */
  async page(look: BrowserContextOptions): Promise<Page> {
    const context = await this.browser.newContext(look);
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      process.stderr.write(`${error.message}\n`);
    });
    return page;
  }

  /** Shows a screen and waits until nothing moves in any more. */
  async show(page: Page, screen: string): Promise<void> {
    await page.goto(`${this.#url}?screen=${screen}`, { waitUntil: 'domcontentloaded' });
    await page.locator('html[data-ready]').waitFor();
    await page.waitForTimeout(SETTLED_MS);
  }
}
