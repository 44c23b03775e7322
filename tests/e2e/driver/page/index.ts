// The script that every page runs first: it gives the tests `window.__e2e`.
import { collect, peerConnections, releaseMedia } from './collector.ts';
import { actionable, find, isFocused, textOf } from './finder.ts';
import { armFirstFrame, firstFrame, links, mediaState, rawStats } from './measure.ts';

const api = {
  actionable,
  armFirstFrame,
  find,
  firstFrame,
  isFocused,
  links,
  mediaState,
  rawStats,
  releaseMedia,
  textOf,
};
export type PageApi = typeof api;

declare global {
  interface Window {
    __e2e: PageApi;
    __peerConnections: RTCPeerConnection[];
  }
}

window.__e2e = api;
window.__peerConnections = peerConnections;
collect();
