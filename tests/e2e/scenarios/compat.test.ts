// The SDK of each earlier version, in a page of somebody else's, and today's app: they call each other by today's server.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { releases } from '../../integration/compat/releases.ts';
import { within } from '../../integration/support/pace.ts';
import { closeBrowsers, newProfile } from '../driver/browsers.ts';
import { until } from '../driver/until.ts';
import { button } from '../fixtures/person.ts';
import { Site } from '../fixtures/site.ts';
import { World } from '../fixtures/world.ts';

/** What a page on the SDK does, as docs/embedding.md has it; in the page. */
interface OldPage {
  VisavisClient: new (options: { name: string; url: string }) => {
    on(event: 'call', listener: (call: OldCall) => void): void;
    connect(): Promise<void>;
  };
  LocalMedia: new () => { start(): Promise<void> };
}
interface OldCall {
  readonly state: string;
  readonly participants: readonly { readonly name: string }[];
  accept(options: { media: unknown }): Promise<void>;
  hangUp(): void;
}
declare global {
  interface Window {
    oldCall?: OldCall;
  }
}

for (const release of releases) {
  test(`the SDK of ${release.version} and today’s app`, { timeout: within(90_000) }, async () => {
    const site = await Site.ofPackage(release.sdk);
    const world = await World.create({}, ['--allowed-origin', site.origin]);
    const profile = await newProfile('chromium');
    try {
      const ben = await world.person('Ben', 'chromium');
      const tab = await profile.newTab();
      await tab.goto(`${site.origin}/index.html`);
      await tab.evaluate(async (url) => {
        const path = '/dist/index.js';
        const { VisavisClient, LocalMedia } = (await import(path)) as OldPage;
        const media = new LocalMedia();
        await media.start();
        const client = new VisavisClient({ name: 'Ana', url });
        client.on('call', (call) => {
          window.oldCall = call;
          void call.accept({ media });
        });
        await client.connect();
      }, world.socketUrl);
      await ben.tab.click(button('Call Ana'));
      await until('the old SDK is connected', () =>
        tab.evaluate(() => window.oldCall?.state === 'connected', null),
      );
      assert.deepEqual(
        await tab.evaluate(() => window.oldCall?.participants.map(({ name }) => name), null),
        ['Ben'],
      );
      await tab.evaluate(() => window.oldCall?.hangUp(), null);
      await ben.endScreen();
    } finally {
      await profile.close();
      await world.close();
      site.close();
    }
  });
}

after(closeBrowsers);
