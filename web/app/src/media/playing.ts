import { noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ElementPart, PartType, type PartInfo } from 'lit/directive.js';

/**
 * Plays a stream in a video or audio element, as long as the element is on the page:
 * `<video .muted=${true} autoplay ${playing(stream)}>`.
 *
 * - An element that leaves the page lets go of its stream at once. Until it was collected it would go on holding
 *   the pictures it shows, and a camera hands out only a few at a time: none would come any more.
 * - A stream with nothing in it is not set. An element with an empty stream waits for a first frame, and while it
 *   waits, the page counts as loading (HTML: "delaying the load event").
 * - The stream is set when it is another one only: a source that is set anew starts again.
 */
class Playing extends AsyncDirective {
  #element: HTMLMediaElement | null = null;
  #stream: MediaStream | null = null;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('`playing` stands in a tag');
  }

  override render(_stream: MediaStream): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [stream]: [MediaStream]): unknown {
    this.#element = element as HTMLMediaElement;
    this.#stream = stream;
    this.#apply();
    return noChange;
  }

  protected override disconnected(): void {
    this.#apply();
  }

  protected override reconnected(): void {
    this.#apply();
  }

  // What is off the page may be drawn once more.
  #apply(): void {
    const element = this.#element;
    const plays = this.isConnected && (this.#stream?.getTracks().length ?? 0) > 0;
    const source = plays ? this.#stream : null;
    if (element && element.srcObject !== source) element.srcObject = source;
  }
}

export const playing = directive(Playing);
