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

/** Asks whoever is around `from` to open the settings there, by the event `visavis-settings` with the section in it. */
export function requestSettings(from: Element, section: SettingsSection): void {
  from.dispatchEvent(
    new CustomEvent('visavis-settings', { detail: section, bubbles: true, composed: true }),
  );
}
