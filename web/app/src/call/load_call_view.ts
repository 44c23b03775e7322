import { loadOnce } from '../base/load_once.ts';

/** Fetches the call screen. */
export const loadCallView = loadOnce(() => import('./call_view.ts'));
