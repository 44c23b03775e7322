// The browsers of this test run: started when first needed, shared by its tests, each test in profiles
// of its own.
import { inTime } from '../../integration/support/pace.ts';
import { openChromiumProfile, launchChromium } from './chromium.ts';
import { openFirefoxProfile, launchFirefox } from './firefox.ts';
import type { Browser, Devices, Profile, ProfileOptions } from './browser.ts';
import type { BrowserKind } from './tab.ts';

const launch = { chromium: launchChromium, firefox: launchFirefox };
const running = new Map<string, Promise<Browser>>();

export async function newProfile(
  kind: BrowserKind,
  { devices = 'fake', ...options }: ProfileOptions & { readonly devices?: Devices } = {},
): Promise<Profile> {
  return (await browser(kind, devices)).newProfile(options);
}

export function openProfileOnDisk(kind: BrowserKind, directory: string): Promise<Profile> {
  return kind === 'chromium' ? openChromiumProfile(directory) : openFirefoxProfile(directory);
}

export async function closeBrowsers(): Promise<void> {
  const all = [...running.values()];
  running.clear();
  const closing = all.map(async (started) => (await started).close());
  try {
    await inTime(Promise.all(closing), 'the browsers close', 30_000);
  } catch (error) {
    // Not the app's fault, and they die with this process at the latest.
    process.stderr.write(`${String(error)}\n`);
  }
}

async function browser(kind: BrowserKind, devices: Devices): Promise<Browser> {
  const key = `${kind} ${devices}`;
  const started = await running.get(key);
  if (started?.connected === true) return started;
  const starting = launch[kind](devices);
  running.set(key, starting);
  return starting;
}
