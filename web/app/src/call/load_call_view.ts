let loading: Promise<unknown> | null = null;

/** Fetches the call screen, once; again if that failed, as after the server was updated under an open page. */
export function loadCallView(): Promise<unknown> {
  loading ??= import('./call_view.ts').catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
