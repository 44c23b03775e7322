import { expect, it } from 'vitest';

import { browserName, isTried } from './browser_facts.ts';

const MOZILLA = 'Mozilla/5.0';
const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [
    `${MOZILLA} (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0`,
    'Firefox 153 on Linux',
    true,
  ],
  [
    `${MOZILLA} (X11; Linux x86_64) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36`,
    'Chrome 156 on Linux',
    true,
  ],
  [
    `${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`,
    'Edge 156 on Windows',
    true,
  ],
  [
    `${MOZILLA} (Linux; Android 10; K) ${WEBKIT} Chrome/156.0.0.0 Mobile Safari/537.36`,
    'Chrome 156 on Android',
    true,
  ],
  [
    `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/26.1 Safari/605.1.15`,
    'Safari 26 on macOS',
    false,
  ],
  [
    `${MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) ${APPLE} Version/26.1 Mobile/15E148 Safari/604.1`,
    'Safari 26 on iOS',
    false,
  ],
  [
    `${MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) ${APPLE} CriOS/156.0 Mobile/15E148 Safari/604.1`,
    'Chrome 156 on iOS',
    false,
  ],
  ['curl/8.5.0', null, false],
  ['', null, false],
])('%s', (userAgent, name, tried) => {
  expect(browserName(userAgent)).toBe(name);
  expect(isTried(userAgent)).toBe(tried);
});
