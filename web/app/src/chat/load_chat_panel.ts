let loading: Promise<unknown> | null = null;

/** Fetches the chat panel, once; again if that failed, as after the server was updated under an open page. */
export function loadChatPanel(): Promise<unknown> {
  loading ??= import('./chat_panel.ts').catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
