// Runs in the page: how well it answers while something happens. Frames, and input, for as long as it watches.
export interface Smoothness {
  // Between two frames in a row, in ms.
  readonly frames: number;
  readonly longestGapMs: number;
  // From a key that was pressed until a listener hears of it, in ms.
  readonly keys: number;
  readonly slowestKeyMs: number;
}

let end: (() => Smoothness) | null = null;

export function watchSmoothness(): void {
  end?.();
  let frames = 0;
  let last: number | null = null;
  let longestGapMs = 0;
  let keys = 0;
  let slowestKeyMs = 0;
  const onFrame = (): void => {
    // Not the frame's own time: a late frame may have been due earlier.
    const now = performance.now();
    if (last !== null) longestGapMs = Math.max(longestGapMs, now - last);
    last = now;
    frames += 1;
    frame = requestAnimationFrame(onFrame);
  };
  let frame = requestAnimationFrame(onFrame);
  const onKey = (event: KeyboardEvent): void => {
    keys += 1;
    slowestKeyMs = Math.max(slowestKeyMs, performance.now() - event.timeStamp);
  };
  addEventListener('keydown', onKey, { capture: true });
  end = () => {
    cancelAnimationFrame(frame);
    removeEventListener('keydown', onKey, { capture: true });
    // A page that hangs draws no frame that would tell of it.
    if (last !== null) longestGapMs = Math.max(longestGapMs, performance.now() - last);
    return { frames, longestGapMs, keys, slowestKeyMs };
  };
}

export function smoothness(): Smoothness {
  const watched = end?.();
  end = null;
  if (!watched) throw new Error('nothing was watched');
  return watched;
}
