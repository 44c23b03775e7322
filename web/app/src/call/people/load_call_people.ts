let loading: Promise<unknown> | null = null;

/** Fetches the people panel, once; again if that failed, as after the server was updated under an open page. */
export function loadCallPeople(): Promise<unknown> {
  loading ??= import('./call_people.ts').catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
