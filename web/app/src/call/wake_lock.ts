/** Keeps the screen of a phone on during a call. Where browsers do not offer it, the screen sleeps as ever. */
export class WakeLock {
  #sentinel: WakeLockSentinel | null = null;
  #wanted = false;

  hold(): void {
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#request);
    this.#request();
  }

  release(): void {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#request);
    void this.#sentinel?.release().catch(() => undefined);
    this.#sentinel = null;
  }

  /** Browsers take the lock away from a hidden page; it has to be asked for again. */
  readonly #request = (): void => {
    const wakeLock = navigator.wakeLock as globalThis.WakeLock | undefined;
    if (document.visibilityState !== 'visible' || !wakeLock) return;
    wakeLock.request('screen').then(
      (sentinel) => {
        if (this.#wanted) this.#sentinel = sentinel;
        else void sentinel.release();
      },
      () => undefined, // low battery or not allowed
    );
  };
}
