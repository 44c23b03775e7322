import { loadOnce } from '../base/load_once.ts';

/** Fetches the check. */
export const loadCheck = loadOnce(() => import('./check_view.ts'));
