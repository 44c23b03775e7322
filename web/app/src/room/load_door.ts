import { loadOnce } from '../base/load_once.ts';

/** Fetches the screens before a room. */
export const loadDoor = loadOnce(() => import('./door.ts'));
