// Every state of every screen, on a light phone and on a dark desktop: whether everybody can see, read and use it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../../integration/support/pace.ts';
import { newProfile } from '../driver/browsers.ts';
import type { Tab } from '../driver/tab.ts';
import { assertNone, looks, reflowProblems, violations } from '../fixtures/audit.ts';
import { Gallery } from '../fixtures/gallery.ts';
import '../fixtures/scenario.ts'; // closes the browsers in the end

const auditors = 2; // at a time: one's waiting is the other's work

if (process.env['E2E_SELECTION'] !== 'short') {
  test('every screen of the gallery is for everybody', { timeout: within(300_000) }, async () => {
    const gallery = await Gallery.open();
    try {
      const left = await gallery.screens();
      assert(left.length > 0);
      const audits = Array.from({ length: auditors }, () => auditAll(gallery, left));
      assertNone((await Promise.all(audits)).flat(), 'the gallery');
    } finally {
      gallery.close();
    }
  });
}

// Takes one screen after the other from those that are left. In a profile of its own: nothing is drawn in a tab
// that lies behind another.
async function auditAll(gallery: Gallery, left: string[]): Promise<string[]> {
  const profile = await newProfile('chromium', { devices: 'none', audited: true });
  try {
    const tab = await profile.newTab();
    const problems: string[] = [];
    for (let screen = left.shift(); screen !== undefined; screen = left.shift()) {
      await gallery.show(tab, screen);
      problems.push(...(await problemsOf(tab, screen)));
    }
    assert.deepEqual(tab.errors, []);
    return problems;
  } finally {
    await profile.close();
  }
}

// The other looks are those of screenshots.test.ts, for the screens that matter most.
async function problemsOf(tab: Tab, screen: string): Promise<string[]> {
  await tab.wear(looks.phoneLight);
  const phone = await violations(tab);
  const reflow = await reflowProblems(tab);
  await tab.wear(looks.desktopDark);
  const desktop = await violations(tab);
  return [...new Set([...phone, ...reflow, ...desktop])].map((line) => `${screen}: ${line}`);
}
