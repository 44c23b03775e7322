import type { LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';

/** What can be told where to play; in browsers that can't, the method is missing. */
interface Sink {
  setSinkId?(id: string): Promise<unknown>;
}

/**
 * Plays `sink` (a media element, or an AudioContext) where the person wants it, now and after every change.
 * Returns the function that ends it. What can't be played there is played where it was.
 */
export function followSpeaker(
  sink: HTMLMediaElement | AudioContext,
  media: Public<LocalMedia>,
): () => void {
  let current = '';
  const follow = (): void => {
    const wanted = media.selected.speaker ?? '';
    if (wanted === current) return;
    current = wanted;
    // Firefox has it on elements only, Safari not at all.
    void (sink as Sink).setSinkId?.(wanted).catch(() => undefined);
  };
  follow();
  return media.on('change', follow);
}
