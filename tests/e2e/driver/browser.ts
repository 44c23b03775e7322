// Browsers, and profiles in them: storage of their own, as if each were another machine.
import type { BrowserKind, Tab, Viewport } from './tab.ts';

// What getUserMedia meets: devices that work and are allowed, one camera or several (those in Chromium only), none
// at all, or a person who refuses.
export type Devices = 'fake' | 'several' | 'none' | 'denied';

export interface ProfileOptions {
  readonly viewport?: Viewport;
  readonly colorScheme?: 'light' | 'dark';
  // The camera delivers what the app asks for; otherwise less, so that two cores carry it.
  readonly largePicture?: boolean;
  // Its pages have axe-core with them.
  readonly audited?: boolean;
}

export interface Profile {
  readonly kind: BrowserKind;
  newTab(): Promise<Tab>;
  // The tab that opens by `act`, with the storage of its opener: what "Duplicate tab" does.
  tabOpenedBy(act: () => Promise<unknown>): Promise<Tab>;
  close(): Promise<void>;
}

export interface Browser {
  readonly kind: BrowserKind;
  readonly connected: boolean;
  newProfile(options: ProfileOptions): Promise<Profile>;
  close(): Promise<void>;
}

export const defaultViewport: Viewport = { width: 800, height: 600 };
export const launchTimeoutMs = 60_000;
