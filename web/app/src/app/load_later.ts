import { loadOnce } from '../base/load_once.ts';

/** Fetches the people online and the screens around a call. */
export const loadLater = loadOnce(() => import('./later.ts'));
