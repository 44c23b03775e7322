// Every state of every screen, on a light phone and on a dark desktop: whether everybody can see, read and use it.
import { test } from 'node:test';
import { within } from '../../integration/support/pace.ts';
import { newProfile } from '../driver/browsers.ts';
import type { Tab } from '../driver/tab.ts';
import { assertNone, looks, reflowProblems, violations } from '../fixtures/audit.ts';
import { Gallery } from '../fixtures/gallery.ts';
import '../fixtures/scenario.ts'; // closes the browsers in the end

const tabs = 2; // at a time: one's waiting is the other's work

if (process.env['E2E_SELECTION'] !== 'short') {
  test('every screen of the gallery is for everybody', { timeout: within(120_000) }, async () => {
    const gallery = await Gallery.open();
    const profile = await newProfile('chromium', { devices: 'none', audited: true });
    try {
      const screens = await gallery.screens(await profile.newTab());
      const problems: string[] = [];
      const audit = async (tab: Tab): Promise<void> => {
        for (let screen = screens.shift(); screen !== undefined; screen = screens.shift()) {
          await gallery.show(tab, screen);
          problems.push(...(await problemsOf(tab, screen)));
        }
      };
      await Promise.all(Array.from({ length: tabs }, async () => audit(await profile.newTab())));
      assertNone(problems.toSorted(), 'the gallery');
    } finally {
      await profile.close();
      gallery.close();
    }
  });
}

// The other looks are those of tests/e2e/scenarios/screenshots.test.ts, for the screens that matter most.
async function problemsOf(tab: Tab, screen: string): Promise<string[]> {
  await tab.wear(looks.phoneLight);
  const phone = await violations(tab);
  const reflow = await reflowProblems(tab);
  await tab.wear(looks.desktopDark);
  const desktop = await violations(tab);
  return [...new Set([...phone, ...reflow, ...desktop])].map((line) => `${screen}: ${line}`);
}
