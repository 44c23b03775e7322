import { loadOnce } from '../../base/load_once.ts';

/** Fetches the people panel. */
export const loadCallPeople = loadOnce(() => import('./call_people.ts'));
