/**
 * A part of the app that is fetched when it is first wanted, once; again if that failed, as after the server was updated
 * under an open page.
 */
export function loadOnce(fetch: () => Promise<unknown>): () => Promise<unknown> {
  let loading: Promise<unknown> | null = null;
  return () => {
    loading ??= fetch().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}
