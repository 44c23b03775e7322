export type Step = 'next' | 'previous' | 'first' | 'last';

const STEP_OF_KEY: Record<string, Step> = {
  ArrowDown: 'next',
  ArrowRight: 'next',
  ArrowUp: 'previous',
  ArrowLeft: 'previous',
  Home: 'first',
  End: 'last',
};

/** Which step a key makes through the items of a menu (WAI-ARIA: menu pattern); null for other keys. */
export function stepOf(key: string): Step | null {
  return STEP_OF_KEY[key] ?? null;
}

/** The index a step leads to among `count` items, around the ends; `current` is -1 before the first step. */
export function stepped(step: Step, current: number, count: number): number {
  switch (step) {
    case 'first':
      return 0;
    case 'last':
      return count - 1;
    case 'next':
      return (current + 1) % count;
    case 'previous':
      return current <= 0 ? count - 1 : current - 1;
  }
}
