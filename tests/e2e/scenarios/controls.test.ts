// What the buttons of a call do to the media, and what the other side sees of it.
import assert from 'node:assert/strict';
import { until } from '../driver/until.ts';
import { button, connect, talk, type Person } from '../fixtures/person.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';
import { mediaState, stopsDecoding } from '../fixtures/together.ts';

async function liveTracks(person: Person): Promise<readonly string[]> {
  return (await mediaState(person)).liveTracks;
}

scenario('mute and unmute reach the other side', { pairs: pairs.mixed }, async (world, pair) => {
  const [ana, ben] = await world.couple(pair);
  await connect(ana, ben);

  await ana.tab.click(button('Mute microphone'));
  await ben.tab.see({ role: 'img', name: 'Ana is muted' });
  await stopsDecoding(ben, 'audio');
  await ben.receives({ audio: false });

  await ana.tab.click(button('Unmute microphone'));
  await ben.tab.seeNo({ role: 'img', name: 'Ana is muted' });
  await ben.receives();
});

scenario(
  'turning the camera off stops it, and the other side sees so; on again, the picture is back',
  { pairs: pairs.mixed },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await connect(ana, ben);

    await ana.tab.click(button('Turn camera off'));
    await until('Ben reads that the camera is off', async () =>
      /camera off/i.test(await ben.tab.pageText()),
    );
    await stopsDecoding(ben, 'video');
    assert.deepEqual(await liveTracks(ana), ['audio']);
    await ben.receives({ video: false });
    await ana.receives();

    await ana.tab.click(button('Turn camera on'));
    await ben.receives();
    await until(
      'Ben reads that no more',
      async () => !/camera off/i.test(await ben.tab.pageText()),
    );
  },
);

scenario(
  'accepted with audio only: sound both ways, a picture one way, the camera out',
  { pairs: pairs.mixed },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await ana.sees(ben);
    await ana.call(ben);
    await ben.isRungBy(ana);
    await ben.acceptWithAudioOnly();
    await Promise.all([ana.inCallWith(ben), ben.inCallWith(ana)]);
    await Promise.all([ana.receives({ video: false }), ben.receives()]);
    const [link] = await ana.tab.links();
    assert.equal(link?.videoFramesDecoded, 0);
    assert.deepEqual(await liveTracks(ben), ['audio']);

    await ben.tab.click(button('Turn camera on'));
    await ana.receives();
  },
);

scenario(
  'with the keyboard alone: join, call, accept, mute, hang up',
  { pairs: pairs.some },
  async (world, [one, other]) => {
    const [ana, ben] = await Promise.all([world.visitor('Ana', one), world.visitor('Ben', other)]);
    for (const person of [ana, ben]) {
      await person.tab.see({ role: 'textbox', name: 'Your name' });
      await person.tab.tabTo({ role: 'textbox', name: 'Your name' });
      await person.tab.type(person.name);
      await person.tab.press('Enter');
      await person.inLobby();
    }
    await ana.sees(ben);
    await until('Call is unlocked', async () => !(await ana.tab.isDisabled(button('Call Ben'))));
    await ana.tab.tabTo(button('Call Ben'));
    await ana.tab.press('Enter');
    await ben.isRungBy(ana);
    await ben.tab.tabTo(button('Accept'));
    await ben.tab.press('Enter');
    await talk(ana, ben);

    await ben.tab.tabTo(button('Mute microphone'));
    await ben.tab.press('Space');
    await ana.tab.see({ role: 'img', name: 'Ben is muted' });
    await ben.tab.tabTo(button('Hang up'));
    await ben.tab.press('Enter');
    await Promise.all([ana.endScreen(), ben.endScreen()]);
    await ana.tab.tabTo(button('Back to lobby'));
    await ana.tab.press('Enter');
    await ana.inLobby();
  },
);
