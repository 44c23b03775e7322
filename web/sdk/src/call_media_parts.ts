// Loaded by call_media.ts when the first link is made.
export { SpeakerWatch } from './speaker_watch.ts';
export { Uplink } from './uplink.ts';
