// Runs in a Worker, whose timers are not slowed down when the tab is hidden (see timers.ts).
// `{id, delayMs}` sets a timer, which posts its id back; `{id}` cancels it.

const handles = new Map<number, ReturnType<typeof setTimeout>>();

addEventListener('message', ({ data }: MessageEvent<{ id: number; delayMs?: number }>) => {
  clearTimeout(handles.get(data.id));
  handles.delete(data.id);
  if (data.delayMs === undefined) return;
  const handle = setTimeout(() => {
    handles.delete(data.id);
    postMessage(data.id);
  }, data.delayMs);
  handles.set(data.id, handle);
});
