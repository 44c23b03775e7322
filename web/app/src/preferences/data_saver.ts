import type { VisavisClient } from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Preferences } from './preferences.ts';

/** Lets a client save data as the person prefers, in the call that stands and in later ones, until it is closed. */
export function followDataSaver(client: Public<VisavisClient>, preferences: Preferences): void {
  const apply = (): void => {
    client.setDataSaver(preferences.values.dataSaver);
  };
  apply();
  const ends = [
    preferences.subscribe(apply),
    client.on('state', (state) => {
      if (state !== 'closed') return;
      for (const end of ends) end();
    }),
  ];
}
