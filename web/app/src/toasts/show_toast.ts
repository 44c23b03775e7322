import type { Toast } from './toast_queue.ts';
import type { Toasts } from './toasts.ts';

let loading: Promise<{ toastsOfPage: () => Toasts }> | null = null;

/**
 * Says something short to the person, above whatever is on the screen, full screen included. Loaded when the first
 * is shown; where that fails, the words are lost, so nothing that must be known may be said here alone.
 */
export function showToast(toast: Toast): void {
  loading ??= import('./toasts.ts');
  loading.then(
    ({ toastsOfPage }) => {
      toastsOfPage().queue.show(toast);
    },
    () => {
      loading = null;
    },
  );
}
