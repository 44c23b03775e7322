import type { LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { ObjectStore } from '../preferences/preferences.ts';

const KEY = 'visavis.app.media';

/** Gives `media` what was chosen the last time, and keeps what is chosen from now on. To be called before its start. */
export function rememberMedia(media: Public<LocalMedia>, store: ObjectStore): void {
  media.restore(store.object(KEY)); // which checks every field
  media.on('preferences', (preferences) => {
    store.rememberObject(KEY, preferences);
  });
}
