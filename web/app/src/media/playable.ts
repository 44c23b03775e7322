/**
 * `stream` as a video element's source, once there is something in it. An element with an empty stream waits for
 * a first frame, and while it waits, the page counts as loading (HTML: "delaying the load event").
 *
 * To be bound with `live`: Lit sets an object anew at every render, and a source that is set anew starts again.
 */
export function playable(stream: MediaStream): MediaStream | null {
  return stream.getTracks().length > 0 ? stream : null;
}
