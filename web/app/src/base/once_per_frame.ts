// Hidden tabs draw no frames, but what is drawn there may be what plays a sound.
const WITHOUT_FRAMES_MS = 100;

/**
 * Calls `draw` at most once in a frame, however often it is asked to: the first time at once, further times with the
 * next frame. What others send must not make the page draw faster than anybody can see.
 */
export class OncePerFrame {
  readonly #draw: () => void;
  #cancelWait: (() => void) | null = null;
  #wanted = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#cancelWait) {
      this.#wanted = true;
      return;
    }
    this.#cancelWait = nextFrame(() => {
      this.#cancelWait = null;
      if (!this.#wanted) return;
      this.#wanted = false;
      this.request();
    });
    this.#draw();
  }

  cancel(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#wanted = false;
  }
}

function nextFrame(callback: () => void): () => void {
  let cancelFrame = (): void => undefined;
  const timer = setTimeout(() => {
    cancelFrame();
    callback();
  }, WITHOUT_FRAMES_MS);
  if (typeof requestAnimationFrame === 'function') {
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer);
      callback();
    });
    cancelFrame = () => {
      cancelAnimationFrame(frame);
    };
  }
  return () => {
    clearTimeout(timer);
    cancelFrame();
  };
}
