// The keyboard of a call, and what people show each other without a word.
import { button, connect } from '../fixtures/person.ts';
import { enterRoom, meet, openRoom, reads } from '../fixtures/room.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';
import { grows, lookAway, stopsDecoding } from '../fixtures/together.ts';

scenario(
  'keys: M mutes, Space held lets one be heard, V turns the camera off; none of them while one writes',
  { pairs: pairs.some, timeoutMs: 90_000 },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    const muted = { role: 'img', name: 'Ana is muted' } as const;
    await connect(ana, ben);
    await lookAway(ana);

    await ana.tab.press('m');
    await ben.tab.see(muted);
    await stopsDecoding(ben, 'audio');

    await ana.tab.hold('Space');
    await ben.tab.seeNo(muted);
    await grows(ben, 'hears Ana, who holds Space', 'audioEnergyReceived', 1e-4);
    await reads(ana, /Heard while you hold the space bar/);
    await ana.tab.letGo('Space');
    await ben.tab.see(muted);
    await stopsDecoding(ben, 'audio');

    await ana.tab.press('v');
    await reads(ben, /Camera off/);
    await ana.tab.press('v');
    await ben.receives({ audio: false });

    await ana.tab.press('c');
    await ana.tab.click({ role: 'textbox', name: 'Message' });
    await ana.tab.type('my voice');
    await ana.tab.see(button('Unmute microphone'));
    await ana.tab.see(button('Turn camera off'));
  },
);

scenario(
  'reactions reach the others, and a raised hand also those who come later',
  { pairs: pairs.mixed, timeoutMs: 90_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana);
    await ana.tab.click(button('Raise hand'));
    await ana.tab.see({ role: 'img', name: 'Your hand is raised' });
    const ben = await world.visitor('Ben', other, { path });
    await enterRoom(ben);
    await meet([ana, ben]);
    await ben.tab.see({ role: 'img', name: 'Ana has raised a hand' });
    await ana.tab.click(button('Lower hand'));
    await ben.tab.seeNo({ role: 'img', name: 'Ana has raised a hand' });

    await ben.tab.click(button('React'));
    await ben.tab.click({ role: 'menuitem', name: 'React with thumbs up' });
    await reads(ana, /Ben: 👍/u);
  },
);
