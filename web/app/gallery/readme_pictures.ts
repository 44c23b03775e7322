// Makes the pictures of the README, docs/images/*.png, anew:
//   node gallery/readme_pictures.ts
// Needs `pngquant`, which makes them small, and a font with emoji (Debian: pngquant, fonts-noto-color-emoji).
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Photographer, SIZES } from './photographer.ts';

type Scheme = 'light' | 'dark';

interface Picture {
  readonly file: string;
  readonly scheme: Scheme;
  /** On a desktop one, on phones side by side several. */
  readonly screens: readonly [string, ...string[]];
  readonly on: 'desktop' | 'phones';
}

const DIRECTORY = join(import.meta.dirname, '../../../docs/images');
const DESKTOP = { width: 1280, height: 800 };
const COLORS = '256';
const BYTES_MAX = 120_000; // a README is read on slow connections, too
/** Between phones, and of their corners; in CSS pixels. */
const GAP = 24;
const ROUNDED = 28;

const PICTURES: readonly Picture[] = [
  { file: 'call', scheme: 'light', screens: ['call'], on: 'desktop' },
  { file: 'three', scheme: 'dark', screens: ['room-three'], on: 'desktop' },
  { file: 'six', scheme: 'dark', screens: ['room-six'], on: 'desktop' },
  { file: 'screen', scheme: 'dark', screens: ['room-screen'], on: 'desktop' },
  { file: 'chat', scheme: 'light', screens: ['chat-files'], on: 'desktop' },
  {
    file: 'phones-light',
    scheme: 'light',
    screens: ['lobby', 'preview', 'chat-messages'],
    on: 'phones',
  },
  { file: 'phones-dark', scheme: 'dark', screens: ['incoming', 'call', 'room-six'], on: 'phones' },
];

await Photographer.hired(async (photographer) => {
  for (const picture of PICTURES) {
    const path = join(DIRECTORY, `${picture.file}.png`);
    await (picture.on === 'desktop'
      ? shootDesktop(photographer, picture, path)
      : shootPhones(photographer, picture, path));
    await promisify(execFile)('pngquant', [
      ...['--force', '--strip', '--speed', '1', '--floyd=0.35', '--output', path, COLORS, path],
    ]);
    const { size } = await stat(path);
    process.stdout.write(`${picture.file}: ${size} bytes\n`);
    if (size > BYTES_MAX) throw new Error(`${path} is larger than ${BYTES_MAX} bytes.`);
  }
});

async function shootDesktop(
  photographer: Photographer,
  { scheme: colorScheme, screens }: Picture,
  path: string,
): Promise<void> {
  const page = await photographer.page({ viewport: DESKTOP, colorScheme });
  await photographer.show(page, screens[0]);
  await page.screenshot({ path });
  await page.context().close();
}

async function shootPhones(
  photographer: Photographer,
  { scheme: colorScheme, screens }: Picture,
  path: string,
): Promise<void> {
  const { width, height } = SIZES.phone;
  const page = await photographer.page({ viewport: SIZES.phone, colorScheme, hasTouch: true });
  const shots: Buffer[] = [];
  for (const screen of screens) {
    await photographer.show(page, screen);
    shots.push(await page.screenshot());
  }
  const total = shots.length * width + (shots.length - 1) * GAP;
  await page.setViewportSize({ width: total, height });
  // Transparent between them: a README is read on white and on black.
  const images = shots.map(
    (shot) => `<img src="data:image/png;base64,${shot.toString('base64')}" alt="">`,
  );
  await page.setContent(
    `<style>
      html { color-scheme: light; }
      body { display: flex; gap: ${GAP}px; margin: 0; }
      img { border-radius: ${ROUNDED}px; }
    </style>${images.join('')}`,
  );
  await page.screenshot({ path, omitBackground: true });
  await page.context().close();
}
