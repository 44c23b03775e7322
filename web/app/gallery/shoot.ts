// Takes a picture of every screen, on a phone held upright and sideways and on a desktop, by day and by
// night:
//   node gallery/shoot.ts DIRECTORY [SCREEN…]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Photographer, SIZES } from './photographer.ts';

const SCHEMES = ['light', 'dark'] as const;

const [directory = '../../tests/artifacts/gallery', ...wanted] = process.argv.slice(2);

await mkdir(directory, { recursive: true });
await Photographer.hired(async (photographer) => {
  const names = wanted.length > 0 ? wanted : await photographer.screenNames();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      const look = { viewport, colorScheme, hasTouch: size !== 'desktop' };
      const page = await photographer.page(look);
      for (const name of names) {
        await photographer.show(page, name);
        await page.screenshot({ path: join(directory, `${name}-${size}-${colorScheme}.png`) });
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        );
        if (overflow) process.stderr.write(`${name} on the ${size} scrolls sideways\n`);
      }
      await page.context().close();
    }
  }
});
