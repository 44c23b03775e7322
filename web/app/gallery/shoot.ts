// Takes a picture of every screen, on a phone held upright and sideways and on a desktop, by day and by
// night:
//   node gallery/shoot.ts DIRECTORY [SCREEN…]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium, type Browser } from 'playwright-core';
import { createServer } from 'vite';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SIZES = {
  phone: { width: 360, height: 740 },
  sideways: { width: 740, height: 360 },
  desktop: { width: 1440, height: 900 },
};
const SCHEMES = ['light', 'dark'] as const;
const SETTLED_MS = 700; // fade-ins and the first frames of the pictures

const [directory = '../../tests/artifacts/gallery', ...wanted] = process.argv.slice(2);

async function screenNames(browser: Browser, url: string): Promise<string[]> {
  const page = await browser.newPage();
  await page.goto(url);
  const names = await page.getByRole('link').allTextContents();
  await page.close();
  return names;
}

const server = await createServer({ server: { port: 0, host: '127.0.0.1', hmr: false } });
await server.listen();
const url = `${server.resolvedUrls?.local[0] ?? ''}gallery/`;
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
});
try {
  await mkdir(directory, { recursive: true });
  const names = wanted.length > 0 ? wanted : await screenNames(browser, url);
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({
        viewport,
        colorScheme,
        hasTouch: size !== 'desktop',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => {
        process.stderr.write(`${error.message}\n`);
      });
      for (const name of names) {
        await page.goto(`${url}?screen=${name}`, { waitUntil: 'domcontentloaded' });
        await page.locator('html[data-ready]').waitFor();
        await page.waitForTimeout(SETTLED_MS);
        await page.screenshot({ path: join(directory, `${name}-${size}-${colorScheme}.png`) });
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        );
        if (overflow) process.stderr.write(`${name} on the ${size} scrolls sideways\n`);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
