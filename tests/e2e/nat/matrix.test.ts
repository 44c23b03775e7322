// Calls between all kinds of networks: every one connects, and directly wherever both networks allow it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { within } from '../../integration/support/pace.ts';
import type { BrowserKind } from '../driver/tab.ts';
import { play, titleOf } from './cell.ts';
import { matrix, shortForm } from './cells.ts';
import {
  checks,
  theCheckMeasuresTheUplink,
  theCheckNamesTheNetwork,
  theCheckTellsNatsApart,
} from './checks.ts';
import { causes, Clinic } from './doctor.ts';
import { aFileLeavesVoiceAndPictureAlone, aFileOutlivesACut } from './files.ts';
import { Lab, type RelayChoice } from './lab/lab.ts';
import { natKinds } from './lab/nat_kind.ts';
import { origin } from './lab/wan.ts';
import {
  aNarrowUplinkDegradesInsteadOfFreezing,
  oneBrokenLinkLeavesTheOthersAlone,
} from './meetings.ts';
import { homeThatIs } from './pair.ts';
import { relayedCallOutlivesARestart } from './restart.ts';
import { strangersDoNotHearEachOther } from './strangers.ts';
import { Table } from './table.ts';

const full = process.env['NAT_SELECTION'] !== 'short';
const relay = (process.env['NAT_RELAY'] ?? 'own') as RelayChoice;
const timeout = within(90_000);

// A suite, so that the lab closes before what was left running is killed.
describe('calls between networks', () => {
  let lab: Lab;
  const table = new Table(relay);

  before(async () => {
    lab = await Lab.create(relay);
  });
  after(async () => {
    await table.write();
    await lab.close();
  });

  test('the boxes do what RFC 4787 says of their kinds', async () => {
    for (const kind of natKinds) await lab.remove(await homeThatIs(kind, lab));
  });

  for (const browser of ['chromium', 'firefox'] satisfies BrowserKind[]) {
    if (!full && browser === 'firefox') continue;
    test(`${browser} does not open the page unless it trusts the authority`, async () => {
      const home = await homeThatIs('none', lab);
      const tab = await home.openBrowser(browser, { trusting: false });
      await assert.rejects(tab.goto(origin), /CERT_AUTHORITY_INVALID|UNKNOWN_ISSUER/);
      await lab.remove(home);
    });
  }

  // coturn keeps no calls apart.
  const ours = relay === 'own';
  test('two calls at once do not hear each other', { skip: !ours, timeout }, async (context) => {
    await strangersDoNotHearEachOther(lab, (words) => {
      context.diagnostic(words);
    });
  });

  const restarted = [
    ['chromium', 'chromium'],
    ['chromium', 'firefox'],
    ['firefox', 'chromium'],
    ['firefox', 'firefox'],
  ] as const satisfies readonly (readonly [BrowserKind, BrowserKind])[];
  for (const pair of full ? restarted : restarted.slice(0, 1)) {
    const title = `a relayed call of ${pair.join(' and ')} outlives a restart of the server`;
    test(title, { skip: !ours, timeout }, async (context) => {
      await relayedCallOutlivesARestart(lab, pair, (words) => {
        context.diagnostic(words);
      });
    });
  }

  const meetings = {
    'one broken link leaves the others of a room alone, and heals':
      oneBrokenLinkLeavesTheOthersAlone,
    'a narrow uplink degrades a room instead of freezing it':
      aNarrowUplinkDegradesInsteadOfFreezing,
    'a file on a narrow uplink leaves voice and picture alone': aFileLeavesVoiceAndPictureAlone,
  };
  for (const [title, meeting] of Object.entries(meetings)) {
    test(title, { skip: !ours, timeout: within(240_000) }, async (context) => {
      await meeting(lab, (words) => {
        context.diagnostic(words);
      });
    });
  }

  const senders = restarted.slice(0, full ? 4 : 1);
  for (const pair of senders) {
    const title = `a file of 200 MB from ${pair.join(' to ')} outlives a cut of the network`;
    test(title, { skip: !ours, timeout: within(400_000) }, async (context) => {
      await aFileOutlivesACut(lab, pair, (words) => {
        context.diagnostic(words);
      });
    });
  }

  for (const check of full ? checks : checks.slice(0, 2)) {
    const title = `the check tells ${check.browser} behind ${check.nat} what its network lets through`;
    test(title, { skip: !ours, timeout }, async (context) => {
      await theCheckNamesTheNetwork(lab, check, (words) => {
        context.diagnostic(words);
      });
    });
  }
  const moreChecks = {
    'the check says how many people a narrow uplink is enough for': theCheckMeasuresTheUplink,
    'the check tells NATs apart by two STUN servers': theCheckTellsNatsApart,
  };
  for (const [title, check] of Object.entries(moreChecks)) {
    test(title, { skip: !ours, timeout }, async (context) => {
      await check(lab, (words) => {
        context.diagnostic(words);
      });
    });
  }

  test('visavis check names', { skip: !ours, timeout, concurrency: true }, async (context) => {
    const clinic = await Clinic.open(lab);
    try {
      await Promise.all(
        causes.map((cause) =>
          context.test(cause.title, { timeout }, async (one) => {
            await clinic.names(cause, (words) => {
              one.diagnostic(words);
            });
          }),
        ),
      );
    } finally {
      await clinic.close();
    }
  });

  for (const cell of full ? matrix : shortForm) {
    test(titleOf(cell), { timeout }, async (context) => {
      try {
        const outcome = await play(cell, lab, (words) => {
          context.diagnostic(words);
        });
        table.add(cell, outcome);
      } catch (error) {
        table.add(cell, null);
        throw error;
      }
    });
  }
});
