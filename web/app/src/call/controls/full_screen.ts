/** Whether a page may fill the screen here. Not on an iPhone, nor in a frame that was not allowed to. */
export function canFullScreen(): boolean {
  return document.fullscreenEnabled;
}

/** Fills the screen with `element`, or leaves that. */
export async function toggleFullScreen(element: Element): Promise<void> {
  try {
    if (document.fullscreenElement === null) await element.requestFullscreen();
    else await document.exitFullscreen();
  } catch {
    // The browser or the page that embeds this one does not allow it.
  }
}
