/** A finger trembles; what moves less was a tap. In CSS pixels. */
const DRAG_FROM = 6;

interface DragOptions {
  /** How far it is from where it was taken up, in CSS pixels. */
  readonly onMove: (dx: number, dy: number) => void;
  readonly onDrop: (dx: number, dy: number) => void;
  readonly onTap: () => void;
}

/** Tells dragging from tapping, for one pointer at a time. */
export class Drag {
  readonly #options: DragOptions;
  #pointer: number | null = null;
  #from = { x: 0, y: 0 };
  #moved = false;

  constructor(options: DragOptions) {
    this.#options = options;
  }

  /** For `pointerdown` of what can be dragged. */
  readonly start = (event: PointerEvent): void => {
    const handle = event.currentTarget;
    if (this.#pointer !== null || event.button !== 0 || !(handle instanceof HTMLElement)) return;
    this.#pointer = event.pointerId;
    this.#from = { x: event.clientX, y: event.clientY };
    this.#moved = false;
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', this.#onMove);
    handle.addEventListener('pointerup', this.#onUp);
    handle.addEventListener('pointercancel', this.#onUp);
  };

  readonly #onMove = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    const { dx, dy } = this.#way(event);
    this.#moved ||= Math.hypot(dx, dy) >= DRAG_FROM;
    if (this.#moved) this.#options.onMove(dx, dy);
  };

  readonly #onUp = (event: PointerEvent): void => {
    const handle = event.currentTarget;
    if (event.pointerId !== this.#pointer || !(handle instanceof HTMLElement)) return;
    this.#pointer = null;
    handle.removeEventListener('pointermove', this.#onMove);
    handle.removeEventListener('pointerup', this.#onUp);
    handle.removeEventListener('pointercancel', this.#onUp);
    const { dx, dy } = this.#way(event);
    if (this.#moved) this.#options.onDrop(dx, dy);
    else if (event.type === 'pointerup') this.#options.onTap();
  };

  #way({ clientX, clientY }: PointerEvent): { dx: number; dy: number } {
    return { dx: clientX - this.#from.x, dy: clientY - this.#from.y };
  }
}
