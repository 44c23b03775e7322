import type { LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Preferences } from './preferences.ts';

export type SettingsSection = 'account' | 'devices' | 'calls';

/** Who one is to the others. */
export interface Account {
  /** Null before one has joined: then there is nothing to rename. */
  readonly name: string | null;
  /** Resolves when the server has taken it. */
  rename(name: string): Promise<void>;
  readonly hidesAddress: boolean;
  setHidesAddress(hides: boolean): void;
}

/** What can be set; a section without its subject is not shown. */
export interface SettingsContext {
  readonly media: Public<LocalMedia>;
  readonly preferences: Preferences | null;
  readonly account: Account | null;
}

/** Fetches the settings and opens them over the page, at that section. */
export async function openSettings(
  section: SettingsSection,
  context: SettingsContext,
): Promise<void> {
  const { SettingsDialog } = await import('./settings_dialog.ts');
  SettingsDialog.show(section, context);
}

/**
 * Asks whoever is around `from` to open the settings, by the event `visavis-settings` with the section in it. Where
 * nobody takes it (an embedding page that knows nothing of it), they open with what is known here.
 */
export function requestSettings(
  from: Element,
  section: SettingsSection,
  known: SettingsContext,
): void {
  const request = new CustomEvent('visavis-settings', {
    detail: section,
    bubbles: true,
    composed: true,
    cancelable: true,
  });
  if (from.dispatchEvent(request)) void openSettings(section, known);
}
