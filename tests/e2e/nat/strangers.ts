// Two calls at once over one relay. All relayed addresses are 192.0.2.1, so everybody has a permission for everybody;
// only the call that a credential names keeps them apart.
import assert from 'node:assert/strict';
import { Issuer, TurnClient, type Credential } from '../../integration/support/turn.ts';
import type { Address } from '../../integration/support/stun.ts';
import { until } from '../driver/until.ts';
import { connect, talk, type Person } from '../fixtures/person.ts';
import type { Lab } from './lab/lab.ts';
import { Listener } from './lab/listener.ts';
import { wan } from './lab/wan.ts';
import { withPair, type Note, type Side } from './pair.ts';

const insiderSays = 'insider-was-here';
const outsiderSays = 'outsider-was-here';

export function strangersDoNotHearEachOther(lab: Lab, note: Note): Promise<void> {
  const side: Side = { nat: 'symmetric', browser: 'chromium' };
  return withPair('strangers', [side, side], lab, note, async (people, homes) => {
    await connect(...people);
    const theirs = await Promise.all(people.map(relayedAddressOf));
    const listeners = await Promise.all(
      homes.map((home) => Listener.start(home.computer, insiderSays, outsiderSays)),
    );
    const issuer = await Issuer.of(lab.server);
    const outsiders = await callThatSendsTo(theirs, issuer);
    await sendWithinTheirCall(theirs, issuer, await callOf(people[0]));
    // Their media flows on, and none of it comes to the other call.
    await talk(...people);
    for (const outsider of outsiders) {
      await outsider.hearsNothing();
      outsider.close();
    }
    for (const listener of listeners) {
      const counts = await listener.counts();
      assert(counts[insiderSays] > 0);
      assert.equal(counts[outsiderSays], 0);
    }
  });
}

// Two scripts in a call of their own: one sends to the very addresses of the other call, and to its own partner.
async function callThatSendsTo(
  strangers: readonly Address[],
  issuer: Issuer,
): Promise<readonly TurnClient[]> {
  const cleo = await client(issuer.for('another-call', 'cleo'));
  const dan = await client(issuer.for('another-call', 'dan'));
  const cleosAddress = await cleo.relayed();
  const dansAddress = await dan.relayed();
  assert.equal(await cleo.permit(...strangers, dansAddress), 'success');
  assert.equal(await dan.permit(cleosAddress), 'success');
  for (const stranger of strangers) cleo.sendTo(stranger, outsiderSays);
  cleo.sendTo(dansAddress, 'within the call');
  assert.equal((await dan.data()).data, 'within the call');
  return [cleo, dan];
}

// The same with credentials of their call is heard: the addresses are right, and so are the listeners' ears.
async function sendWithinTheirCall(
  theirs: readonly Address[],
  issuer: Issuer,
  call: string,
): Promise<void> {
  const insider = await client(issuer.for(call, 'insider'));
  await insider.relayed();
  assert.equal(await insider.permit(...theirs), 'success');
  for (const address of theirs) insider.sendTo(address, insiderSays);
  await insider.fence();
  insider.close();
}

function client(credential: Credential): Promise<TurnClient> {
  return TurnClient.udp(443, credential, { from: wan.gateway, to: wan.server });
}

// The one that the browser reaches over UDP: what comes there is seen on the wire.
function relayedAddressOf({ name, tab }: Person): Promise<Address> {
  return until(`${name} has a relayed address`, async () => {
    const reports = (await tab.evaluate(() => window.__e2e.rawStats(), null)).flat();
    const relayed = reports.find(
      (report) =>
        report.type === 'local-candidate' &&
        report['candidateType'] === 'relay' &&
        report['relayProtocol'] === 'udp',
    );
    return relayed && { address: String(relayed['address']), port: Number(relayed['port']) };
  });
}

// The call's id as the credential names it.
async function callOf({ tab }: Person): Promise<string> {
  const usernames = await tab.evaluate(
    () =>
      window.__e2e
        .openConnections()
        .flatMap((connection) =>
          (connection.getConfiguration().iceServers ?? []).map((server) => server.username ?? ''),
        ),
    null,
  );
  const call = usernames.map((username) => username.split(':')[1]).find((id) => id !== undefined);
  assert(call !== undefined, 'the credential of a call');
  return call;
}
