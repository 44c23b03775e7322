// Screens with something opened on them: menus, dialogs and toasts, which no state of the app tells of.
import { CHAT_OPENINGS } from './chat_screens.ts';
import { CHECK_OPENINGS } from './check_screens.ts';
import { ROOM_OPENINGS } from './room_openings.ts';
import type { AppView } from '../src/app/app_view.ts';
import type { SettingsSection } from '../src/preferences/settings_request.ts';
import { openSettings } from '../src/settings/open_settings.ts';
import { HelpSheet } from '../src/shortcuts/help_sheet.ts';
import { showToast } from '../src/toasts/show_toast.ts';
import type { FakeMedia } from '../src/testing/fake_media.ts';

export interface Opening {
  /** One of `SCREENS`. */
  readonly screen: string;
  readonly open: (view: AppView) => Promise<void>;
}

const LOOK_EVERY_MS = 50;
/** Screens and panels are fetched when they are first shown; a busy machine takes its time for that. */
const PATIENCE_MS = 20_000;

/** What `look` finds, as soon as it finds something. */
export async function found<T>(look: () => T | null | undefined): Promise<T> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    const it = look();
    if (it !== null && it !== undefined) return it;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error('What is to be opened did not come.');
}

/** The screen of the call, once it has come and is drawn. */
export function callView(view: AppView): Promise<HTMLElement> {
  return found(() =>
    find(view.renderRoot, 'visavis-call-view', 'visavis-call-controls', 'button')
      ? find(view.renderRoot, 'visavis-call-view')
      : null,
  );
}

/** Opens a panel beside the stage, and waits until it is there. */
export async function openPanel(view: AppView, name: 'chat' | 'people'): Promise<void> {
  const call = await callView(view);
  call.dispatchEvent(new CustomEvent('visavis-panel', { detail: name }));
  await found(() => find(call.shadowRoot ?? call, '.panel', 'h2'));
}

/** Looks through shadow roots, each selector in the one before it. */
export function find(root: ParentNode, ...selectors: readonly string[]): HTMLElement | null {
  let found: HTMLElement | null = null;
  let from: ParentNode | null = root;
  for (const selector of selectors) {
    found = from?.querySelector<HTMLElement>(selector) ?? null;
    from = found?.shadowRoot ?? null;
  }
  return found;
}

function plugIn(media: FakeMedia): void {
  media.list({
    cameras: [
      { id: 'built-in', label: 'Integrated Camera (04f2:b6d9)' },
      { id: 'desk', label: 'Desk camera' },
    ],
    microphones: [
      { id: 'built-in', label: 'Built-in Audio Analog Stereo' },
      { id: 'headset', label: 'Headset with a rather long name of its maker and model' },
    ],
    speakers: [{ id: 'built-in', label: 'Built-in Audio Analog Stereo' }],
  });
}

const settings =
  (section: SettingsSection) =>
  async ({ app }: AppView): Promise<void> => {
    const { media, preferences } = app;
    plugIn(media as FakeMedia);
    await openSettings(section, {
      media,
      preferences,
      account: {
        name: app.name,
        rename: (name) => app.rename(name),
        hidesAddress: app.hidesAddress,
        setHidesAddress: () => undefined,
      },
    });
  };

/** Opens the menu of that name in the bar of the call; where the bar has no room for it, the one that has its lines. */
const menu =
  (label: string) =>
  async (view: AppView): Promise<void> => {
    const call = await callView(view);
    const controls = find(call.shadowRoot ?? call, 'visavis-call-controls')?.shadowRoot;
    const button = await found(() => {
      const buttons = [...(controls?.querySelectorAll('visavis-popup') ?? [])]
        .map((popup) => popup.shadowRoot?.querySelector('button'))
        .filter((one) => one && one.getClientRects().length > 0);
      return buttons.find((one) => one?.title === label) ?? buttons.at(-1);
    });
    button.click();
  };

export const OPENINGS: Record<string, Opening> = {
  ...CHAT_OPENINGS,
  ...CHECK_OPENINGS,
  ...ROOM_OPENINGS,
  settings: { screen: 'lobby', open: settings('account') },
  'settings-devices': { screen: 'lobby', open: settings('devices') },
  'settings-calls': { screen: 'lobby', open: settings('calls') },
  'call-settings': { screen: 'call', open: settings('devices') },
  'call-more': { screen: 'call', open: menu('More') },
  'call-react': { screen: 'call', open: menu('React') },
  'call-share-options': { screen: 'call', open: menu('How the screen is shared') },
  'call-shortcuts': {
    screen: 'call',
    open: async (view) => {
      await callView(view);
      HelpSheet.show(view.app.preferences);
    },
  },
  'call-toasts': {
    screen: 'call',
    open: async (view) => {
      await callView(view);
      const run = (): void => undefined;
      showToast({ text: 'The microphone “Headset” is gone.' });
      showToast({
        text: 'A microphone was plugged in: “Headset with a rather long name of its maker”.',
        action: { label: 'Use it', run },
      });
      showToast({
        text: 'You are muted, but seem to be talking.',
        action: { label: 'Unmute', run },
      });
    },
  },
};
