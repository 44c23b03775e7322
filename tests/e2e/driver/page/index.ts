// The script that every page runs first: it gives the tests `window.__e2e`.
import { audit, settled } from './audit.ts';
import { collect, open } from './collector.ts';
import { focusName, layoutProblems, setTextSize, stop, tabStops, toTop } from './controls.ts';
import { endDisplay, plugIn, releaseMedia, unplug } from './devices.ts';
import { actionable, find, isFocused, textOf } from './finder.ts';
import { flood, offer, openChannels, signal } from './hostile.ts';
import { armFirstFrame, firstFrame, links, mediaState, rawStats } from './measure.ts';
import { smoothness, watchSmoothness } from './smoothness.ts';

const api = {
  actionable,
  armFirstFrame,
  audit,
  endDisplay,
  find,
  firstFrame,
  flood,
  focusName,
  isFocused,
  layoutProblems,
  links,
  mediaState,
  offer,
  openChannels,
  openConnections: () => open.map(({ connection }) => connection),
  plugIn,
  rawStats,
  releaseMedia,
  setTextSize,
  settled,
  signal,
  smoothness,
  stop,
  tabStops,
  textOf,
  toTop,
  unplug,
  watchSmoothness,
};
export type PageApi = typeof api;

declare global {
  interface Window {
    __e2e: PageApi;
  }
}

window.__e2e = api;
collect();
