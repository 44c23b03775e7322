/**
 * What a link carries, one m-line each, in this order, from the first offer to the end: tracks come and go by
 * replaceTrack, without renegotiation, and somebody who joins late gets a screen that is shared already.
 */
export const SLOTS = ['audio', 'video', 'screen', 'screen_audio'] as const;

export type Slot = (typeof SLOTS)[number];

export const SLOT_KIND: Readonly<Record<Slot, 'audio' | 'video'>> = {
  audio: 'audio',
  video: 'video',
  screen: 'video',
  screen_audio: 'audio',
};

/** What we send; null where there is no such device or share, or it is off. */
export type LocalTracks = Readonly<Record<Slot, MediaStreamTrack | null>>;

export const NO_TRACKS: LocalTracks = {
  audio: null,
  video: null,
  screen: null,
  screen_audio: null,
};
