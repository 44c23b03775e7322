// Whether calls work here: the check of a person who was sent a link, and of one whose call failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../../integration/support/pace.ts';
import type { Devices } from '../driver/browser.ts';
import { newProfile } from '../driver/browsers.ts';
import type { BrowserKind, Tab } from '../driver/tab.ts';
import { until } from '../driver/until.ts';
import { checkMs, checkReport } from '../fixtures/check.ts';
import { CheckServer, type CheckServerOptions } from '../fixtures/check_server.ts';
import { button, connect } from '../fixtures/person.ts';
import { scenario } from '../fixtures/scenario.ts';

interface Checked {
  readonly tab: Tab;
  readonly text: string;
  readonly report: string;
}

if (process.env['E2E_SELECTION'] !== 'short') {
  for (const kind of ['chromium', 'firefox'] as const) {
    checks(`everything works [${kind}]`, kind, {}, async (server, open) => {
      const { tab, text, report } = await run(await open(server, `/check#${await server.code()}`));
      assert.match(text, /Enough for (six|five|four|three|two) people with video/);
      assert.match(report, /\[ok\] Camera: .*works/);
      assert.match(report, /\[ok\] Server: The server answers/);
      assert.match(report, /\[ok\] Relay: The relay can be reached over UDP and TCP/);
      assert.match(report, /\[ok\] Direct connections: UDP gets to the server/);
      assert.match(report, /Measured over: UDP/);
      assert.match(report, /Loss: 0\.0 %/);
      assert.doesNotMatch(report, /\d+\.\d+\.\d+\.\d+/, 'the report has no addresses');
      await hearsOneself(tab);
      await copiesReport(tab, report);
    });

    checks(`no UDP gets out [${kind}]`, kind, { blocksUdp: true }, async (server, open) => {
      const { text, report } = await run(await open(server, `/check#${await server.code()}`));
      assert.match(text, /lets no UDP through/);
      assert.match(report, /\[!\] Relay: /);
      assert.match(report, /Over UDP: no answer/);
      assert.match(report, /Over TCP: \d+ ms/);
      assert.match(report, /Measured over: TCP/);
      assert.match(report, /\[!\] Direct connections: UDP does not get to the server/);
    });

    // The relay stands for a thin line in one direction: what comes past it comes faster.
    const thin = { limits: { relay_bytes_per_second_per_call_max: 100_000 } };
    checks(
      `up is told from down where little comes back [${kind}]`,
      kind,
      thin,
      async (server, open) => {
        const { report } = await run(await open(server, `/check#${await server.code()}`));
        assert.match(report, /Bandwidth: \d+ kbit\/s up, [\d.]+ Mbit\/s (or more )?down\./);
        assert.match(report, /loading a file of this page again/);
      },
    );

    checks(`without a code nothing is relayed [${kind}]`, kind, {}, async (server, open) => {
      const tab = await open(server, '/check');
      assert.match(await tab.pageText(), /can be measured only after you have joined/);
      const { text, report } = await run(tab);
      assert.match(text, /Everything that was checked works/);
      assert.match(report, /\[\?\] Relay: The relay was not tried/);
      assert.match(report, /\[\?\] Bandwidth: Not measured/);
    });
  }

  checks('an old code is told apart', 'chromium', {}, async (server, open) => {
    const { report } = await run(
      await open(server, `/check#${await server.code({ expired: true })}`),
    );
    assert.match(report, /\[\?\] Relay: The relay was not tried: the code in the link is too old/);
    assert.match(report, /\[ok\] Server/);
  });

  for (const [devices, words] of [
    ['denied', 'may not be used by this page'],
    ['none', 'was not found'],
  ] as const) {
    checks(`devices that are not there (${devices})`, 'chromium', {}, async (server, open) => {
      const { text, report } = await run(await open(server, '/check', devices));
      assert(text.includes(`A microphone ${words}`));
      assert(report.includes(`[!] Camera: A camera ${words}`));
    });
  }
}

scenario(
  'after a call that was lost, one checks one’s connection without a code',
  { timeoutMs: 90_000 },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await connect(ana, ben);
    await ben.tab.crash();
    world.forget(ben);
    await ana.tab.see(button('Check my connection'), 60_000);
    await ana.tab.click(button('Check my connection'));
    // It begins by itself, and uses the session of whoever has joined.
    const { report } = await finished(ana.tab);
    assert.match(report, /Over TCP: \d+ ms/);
    await ana.backToLobby();
  },
);

type Open = (server: CheckServer, path: string, devices?: Devices) => Promise<Tab>;

function checks(
  title: string,
  kind: BrowserKind,
  options: CheckServerOptions,
  body: (server: CheckServer, open: Open) => Promise<void>,
): void {
  test(`check: ${title}`, { timeout: within(90_000) }, async (context) => {
    const server = await CheckServer.start(options);
    const closing: (() => Promise<void>)[] = [];
    const tabs: Tab[] = [];
    try {
      await body(server, async ({ origin }, path, devices = 'fake') => {
        const profile = await newProfile(kind, { devices });
        closing.push(() => profile.close());
        const tab = await profile.newTab();
        tabs.push(tab);
        await tab.goto(`${origin}${path}`);
        await tab.see(button('Start check'));
        return tab;
      });
      for (const tab of tabs) {
        assert.deepEqual(tab.errors, []);
        assert(!tab.console.some((line) => /content.security.policy/i.test(line)));
      }
    } catch (error) {
      for (const tab of tabs) {
        context.diagnostic(await tab.pageText().catch(String));
        for (const line of tab.console.slice(-8)) context.diagnostic(line);
      }
      context.diagnostic(server.serverLog.slice(-2_000));
      throw error;
    } finally {
      for (const close of closing) await close();
      await server.close();
    }
  });
}

async function run(tab: Tab): Promise<Checked> {
  await tab.click(button('Start check'));
  return finished(tab);
}

async function finished(tab: Tab): Promise<Checked> {
  const report = await checkReport(tab);
  return { tab, report, text: await tab.pageText() };
}

// Where a page may read the clipboard, it holds the report; in Firefox one is told.
async function copiesReport(tab: Tab, report: string): Promise<void> {
  const [title] = report.split('\n');
  await tab.click(button('Copy report'));
  await tab.see(button('Report copied'));
  if (tab.kind === 'firefox') return;
  const copied = await tab.evaluate(() => navigator.clipboard.readText(), null);
  assert.equal(copied.split('\n')[0], title);
}

async function hearsOneself(tab: Tab): Promise<void> {
  await tab.click(button('Hear yourself'));
  if (tab.kind === 'firefox') {
    // It plays nothing on a machine without a speaker, and says so.
    await until('one is told that nothing can be played, or asked', async () =>
      /No sound could be played|Did you hear yourself/.test(await tab.pageText()),
    );
    return;
  }
  const question = { role: 'group', name: 'Did you hear yourself?' } as const;
  await tab.see(question, checkMs);
  await tab.click({ ...button('Yes'), inside: question });
  await tab.click(button('Play test sound'));
  await tab.click({ ...button('No'), inside: { role: 'group', name: 'Did you hear the notes?' } });
  await until('the answers are told', async () => {
    const text = await tab.pageText();
    return text.includes('you heard yourself') && text.includes('did not hear the test sound');
  });
}
