// Loaded by call_media.ts when the first link is made.
export { SpeakerWatch } from '../adapt/speaker_watch.ts';
export { Uplink } from '../adapt/uplink.ts';
