// Each group of screens without a mouse: the Tab key leads to everything once, in the order in which one reads.
import assert from 'node:assert/strict';
import { before, after, test } from 'node:test';
import { within } from '../../integration/support/pace.ts';
import type { Profile } from '../driver/browser.ts';
import { newProfile } from '../driver/browsers.ts';
import type { Tab } from '../driver/tab.ts';
import { desktop, looks } from '../fixtures/audit.ts';
import { Gallery } from '../fixtures/gallery.ts';
import { hasFocus, walk } from '../fixtures/keyboard.ts';
import { button } from '../fixtures/person.ts';
import '../fixtures/scenario.ts'; // closes the browsers in the end

const bar = [
  'button “Mute microphone”',
  'button “Turn camera off”',
  'button “Share screen”',
  'button “How the screen is shared”',
  'button “Raise hand”',
  'button “React”',
  'button “Open chat”',
  'button “People”',
  'button “Settings”',
  'button “More”',
  'button “Hang up”',
];

if (process.env['E2E_SELECTION'] !== 'short') {
  let gallery: Gallery;
  before(async () => {
    gallery = await Gallery.open();
  });
  after(() => {
    gallery.close();
  });

  const withKeyboard = (
    title: string,
    body: (tab: Tab, show: (screen: string) => Promise<void>) => Promise<void>,
  ): void => {
    test(`without a mouse: ${title}`, { timeout: within(60_000) }, async () => {
      const profile: Profile = await newProfile('chromium', { devices: 'none', viewport: desktop });
      try {
        const tab = await profile.newTab();
        await body(tab, (screen) => gallery.show(tab, screen));
        assert.deepEqual(tab.errors, []);
      } finally {
        await profile.close();
      }
    });
  };

  withKeyboard('the lobby', async (tab, show) => {
    await show('lobby');
    assert.deepEqual(await walk(tab), [
      'button “Settings”',
      'button “Mute microphone”',
      'button “Turn camera off”',
      'button “Choose camera and microphone”',
      'button “New room”',
      'button “Room options”',
      'textbox “Room link or name”',
      'button “Go”',
      'searchbox “Search people”',
      'button “Call Ben Okafor”',
      'button “Call Cleo Martin”',
      'button “Call Dan Fischer”',
      'button “Call Émilie Roux-Delacroix-Montgolfier de Saint-Exupéry”',
      'button “Call 李小龍”',
      'button “Call Zoë”',
    ]);
    await tab.tabTo(button('Room options'));
    await tab.press('Enter');
    await hasFocus(tab, 'switch “Ask before letting people in”');
    assert.deepEqual(await walk(tab), [
      'switch “Ask before letting people in”',
      'switch “Passphrase”',
      'button “Cancel”',
      'button “Open the room”',
    ]);
    await tab.press('Escape');
    await hasFocus(tab, 'button “Room options”');
  });

  withKeyboard('the settings', async (tab, show) => {
    await show('lobby');
    await tab.tabTo(button('Settings'));
    await tab.press('Enter');
    await hasFocus(tab, 'textbox “Your name”');
    const account = [
      'textbox “Your name”',
      'switch “Hide my IP address”',
      'button “Cancel”',
      'button “Save”',
    ];
    assert.deepEqual(await walk(tab), ['button “Close”', 'tab “Name & privacy”', ...account]);

    await tab.tabTo({ role: 'tab', name: 'Name & privacy' });
    await tab.press('ArrowRight');
    await hasFocus(tab, 'tab “Camera & microphone”');
    assert.deepEqual((await walk(tab)).slice(0, 5), [
      'button “Close”',
      'tab “Camera & microphone”',
      'combobox “Camera”',
      'combobox “Microphone”',
      'combobox “Speaker”',
    ]);
    await tab.tabTo({ role: 'tab', name: 'Camera & microphone' });
    await tab.press('End');
    await hasFocus(tab, 'tab “Calls”');
    assert.deepEqual((await walk(tab)).slice(0, 3), [
      'button “Close”',
      'tab “Calls”',
      'switch “Save data”',
    ]);
    await tab.press('Escape');
    await hasFocus(tab, 'button “Settings”');
  });

  withKeyboard('before the door of a room', async (tab, show) => {
    await show('preview-passphrase');
    await hasFocus(tab, 'textbox “Passphrase”');
    assert.deepEqual(await walk(tab), [
      'button “Mute microphone”',
      'button “Turn camera off”',
      'button “Choose camera and microphone”',
      'textbox “Your name”',
      'textbox “Passphrase”',
      'button “Join”',
      'button “Back to lobby”',
    ]);
  });

  withKeyboard('a call and its menus', async (tab, show) => {
    await show('call');
    await hasFocus(tab, 'heading “Ben Okafor”');
    assert.deepEqual(await walk(tab), [
      'button “Full screen”',
      'button “Swap the two pictures”',
      ...bar,
    ]);

    await tab.tabTo(button('More'));
    await tab.press('Enter');
    await tab.press('End');
    await hasFocus(tab, 'menuitem “Keyboard shortcuts”');
    await tab.press('Escape');
    await hasFocus(tab, 'button “More”');
    await tab.press('Enter');
    await tab.press('End');
    await tab.press('Enter');
    await hasFocus(tab, 'button “Close”');
    assert.deepEqual(await walk(tab), ['button “Close”']);
    await tab.press('Escape');
    await hasFocus(tab, 'button “More”');

    await show('room-three');
    assert.deepEqual(await walk(tab), [
      'button “Show who speaks”',
      'button “Full screen”',
      'button “Pin Ben Okafor”',
      'button “Pin Cleo Martin”',
      ...bar,
    ]);
  });

  withKeyboard('a call with its chat', async (tab, show) => {
    await show('call');
    await tab.tabTo(button('Open chat'));
    await tab.press('Enter');
    await hasFocus(tab, 'textbox “Message”');
    await tab.press('Escape');
    await hasFocus(tab, 'button “Open chat”');

    await show('chat-empty');
    assert.deepEqual((await walk(tab)).slice(bar.length + 2), [
      'log “Chat”',
      'button “Send a file”',
      'textbox “Message”',
    ]);
    // Where it covers the call, nothing else is to be had.
    await tab.wear(looks.phoneLight);
    assert.deepEqual(await walk(tab), [
      'button “Close chat”',
      'log “Chat”',
      'button “Send a file”',
      'textbox “Message”',
    ]);
  });

  withKeyboard('a call with its people', async (tab, show) => {
    await show('call');
    await tab.tabTo(button('People'));
    await tab.press('Enter');
    await hasFocus(tab, 'heading “People”');
    await tab.press('Tab');
    await hasFocus(tab, 'button “Back to the call”');
    await tab.press('Enter');
    await hasFocus(tab, 'button “People”');

    await show('room-people');
    const stops = await walk(tab);
    assert.deepEqual(stops.slice(stops.indexOf('button “Back to the call”')), [
      'button “Back to the call”',
      'button “Refuse Zoë”',
      'button “Let in Zoë”',
      'button “Retry”',
      'textbox “Link to this room”',
      'button “Copy link”',
      'button “Show QR code”',
      'checkbox “Link contains the passphrase”',
      'searchbox “Search people”',
      'button “Invite Émilie Roux-Delacroix-Montgolfier de Saint-Exupéry”',
      'button “Invite 李小龍”',
      'button “Invite Zoë”',
    ]);
  });

  withKeyboard('the check', async (tab, show) => {
    const devices = [
      'button “Hear yourself”',
      'button “Play test sound”',
      'button “Choose camera and microphone”',
    ];
    await show('check');
    await hasFocus(tab, 'heading “Check my connection”');
    assert.deepEqual(await walk(tab), [
      'button “Start check”',
      'button “Back to lobby”',
      ...devices,
    ]);

    await show('check-good');
    assert.deepEqual(await walk(tab), [
      'button “Check again”',
      'button “Copy report”',
      'button “Back to lobby”',
      'button “Details”',
      ...devices,
    ]);
    await tab.tabTo(button('Details'));
    await tab.press('Enter');
    await tab.see({ role: 'listitem', inside: { role: 'list', name: 'Details' } });

    await show('ended-lost');
    assert.deepEqual(await walk(tab), [
      'button “Back to lobby”',
      'button “Call again”',
      'button “Check my connection”',
    ]);
  });

  withKeyboard('while it rings, and the end', async (tab, show) => {
    await show('incoming');
    await hasFocus(tab, 'heading “Ben Okafor”');
    assert.deepEqual(await walk(tab), [
      'button “Accept”',
      'button “Accept with audio only”',
      'button “Decline”',
      'button “Decline and block”',
    ]);
    await show('ended-hangup');
    await hasFocus(tab, 'heading “You hung up”');
    assert.deepEqual(await walk(tab), ['button “Back to lobby”', 'button “Call again”']);
  });
}
