import type { Toast } from './toast_queue.ts';

/**
 * Says something short to the person, above whatever is on the screen, full screen included. Loaded when the first
 * is shown; where that fails, the words are lost, so nothing that must be known may be said here alone.
 */
export function showToast(toast: Toast): void {
  void import('./toasts.ts').then(
    ({ toastsOfPage }) => {
      toastsOfPage().queue.show(toast);
    },
    () => undefined,
  );
}
