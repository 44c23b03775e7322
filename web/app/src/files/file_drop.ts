import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Takes files that are dropped on an element. Without it, the browser would leave the page to show them. */
export class FileDrop implements ReactiveController {
  /** Files are held over the element. */
  hovering = false;
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #onFiles: (files: readonly File[]) => void;

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    onFiles: (files: readonly File[]) => void,
  ) {
    this.#host = host;
    this.#onFiles = onFiles;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener('dragover', this.#onOver);
    this.#host.addEventListener('dragleave', this.#onLeave);
    this.#host.addEventListener('drop', this.#onDrop);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('dragover', this.#onOver);
    this.#host.removeEventListener('dragleave', this.#onLeave);
    this.#host.removeEventListener('drop', this.#onDrop);
  }

  readonly #onOver = (event: DragEvent): void => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#hover(true);
  };

  readonly #onLeave = (): void => {
    this.#hover(false);
  };

  readonly #onDrop = (event: DragEvent): void => {
    this.#hover(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (event.defaultPrevented || files.length === 0) return;
    event.preventDefault();
    this.#onFiles(files);
  };

  #hover(hovering: boolean): void {
    if (hovering === this.hovering) return;
    this.hovering = hovering;
    this.#host.requestUpdate();
  }
}
