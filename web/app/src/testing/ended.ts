import type { AppViewModel } from '../flow/app_view_model.ts';
import { endInWords } from '../ended/end_words.ts';

/** What the end screen says, where that is the one that is up. */
export function endScreen({ screen }: AppViewModel): {
  title: string;
  detail: string;
  clock: string | null;
  room: string | null;
} | null {
  if (screen.name !== 'ended') return null;
  const { clock, room } = screen.summary;
  return { ...endInWords(screen.summary), clock, room };
}
